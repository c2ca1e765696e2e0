"""Evaluation: which model is good, for whom, and how sure is that?"""

import json
from dataclasses import asdict

import streamlit as st

from pages.sections.evaluation import (
    Shown,
    draw_accuracy,
    draw_labels,
    draw_lists,
    draw_slices,
    draw_states,
)
from pages.sections.shipped_run import tell_origin
from pages.sections.time_run import offer_time_run, tell_transformer
from pages.shared.mining import need_log
from pages.shared.runs import need_finished_run
from pages.shared.session import show_refusal
from pages.shared.tables import Rows, show_downloads
from pages.shared.texts import plain
from seqrec.evaluation.compare import (
    describe_blend,
    describe_left_out,
    describe_protocol,
    describe_winner,
)
from seqrec.evaluation.export import export_frame
from seqrec.evaluation.split import Protocol
from seqrec.training.results import read_ranks
from seqrec.training.run import TARGETS_FILE, Run, read_evaluation
from seqrec.training.time_run import read_by_time
from seqrec.translation.texts import join_sentences, mark, retell, tr

LAST, BY_TIME = mark("Each user's last event"), mark("What came after a moment")


def choose_protocol(run: Run) -> Shown | None:
    """The evaluation under the chosen split; None (and why) where there is none."""
    evaluation = read_evaluation(run)
    split = st.segmented_control(
        tr("What is predicted?"),
        [LAST, BY_TIME],
        default=LAST,
        format_func=tr,
        key="protocol",
        bind="query-params",
        required=True,
        help=tr("The two can rank models in another order: look at both before you decide."),
    )
    if split == LAST:
        return Shown(evaluation, read_ranks(run.folder / TARGETS_FILE))
    found, ranks = read_by_time(run)
    if found is None:
        older = mark("This run is older than this comparison.")
        st.info(plain(retell(evaluation.get("by_time_missing", older))))
        return None
    offer_time_run(run)
    return Shown(found, read_ranks(ranks))


def draw_evaluation(run: Run, shown: Shown) -> None:
    """The winner, the protocol, all tables and pictures, and everything as one file."""
    evaluation = shown.evaluation
    st.write(plain(describe_winner(evaluation)))
    told = [describe_protocol(evaluation), describe_blend(evaluation)]
    if evaluation.get("split") == Protocol.GLOBAL_TIME:
        told.append(tell_transformer(run, evaluation))
    st.caption(plain(join_sentences([*told, describe_left_out(evaluation)])))
    accuracy, lists, slices, labels, states = st.tabs(
        [
            tr("Accuracy"),
            tr("Lists"),
            tr("Kinds of users and items"),
            tr("Next category"),
            tr("Before and after"),
        ]
    )
    with accuracy:
        draw_accuracy(shown)
    with lists:
        draw_lists(shown)
    with slices:
        draw_slices(shown)
    with labels:
        draw_labels(shown)
    with states:
        draw_states(read_evaluation(run))
    numbers = export_frame(evaluation, shown.ranks)
    numbers["training"] = json.dumps(asdict(run.config))
    numbers["run"], numbers["log_fingerprint"] = run.run_id, run.fingerprint
    show_downloads(Rows.of(numbers), mark("numbers with their protocol"), "evaluation")


st.title(tr("Evaluation"))
st.write(
    tr("Which model is good, for whom, and how sure is that? Baselines stand in the same table.")
)
current = need_log()
with show_refusal():
    picked = need_finished_run(current)
    if picked is not None:
        chosen = choose_protocol(picked)
        if chosen is not None:
            draw_evaluation(picked, chosen)
        tell_origin(picked)
