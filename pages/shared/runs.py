"""One training run on a page: while it goes, when it has failed, when it is done."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from pages.shared.frame import TRAIN
from pages.shared.glossary import explain
from pages.shared.run_status import draw_status
from pages.shared.session import (
    choose_run,
    current_run,
    current_workspace,
    keep_run,
    take_notice,
)
from pages.shared.tables import told_columns
from pages.shared.texts import plain
from seqrec.evaluation.compare import (
    comparison_frame,
    describe_blend,
    describe_left_out,
    describe_protocol,
    describe_winner,
    list_frame,
    slice_frame,
)
from seqrec.figures.training import draw_inside, draw_losses, draw_quality
from seqrec.jobs.state import read_log_tail
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.training.companions import TRANSFORMER
from seqrec.training.overview import name_run
from seqrec.training.run import (
    Run,
    StepMetrics,
    list_runs,
    read_baselines,
    read_evaluation,
    read_metrics,
)
from seqrec.training.time_run import read_by_time
from seqrec.training.verdict import describe_verdict
from seqrec.translation.cells import told_name, told_values
from seqrec.translation.texts import join_sentences, mark, retell, tr

LIST_NOTES = mark(
    "Of the first ten items of every test user's list. Coverage: share of the catalogue in any "
    "list. Gini: 0 where all items are listed alike, near 1 where a few are. Novelty: -log2 of the "
    "share of users who had the item. Diversity: how seldom two items of a list had the same "
    "users. Popularity lift: above 1 the lists are more popular than what users chose. "
    "Miscalibration: how far the list's categories are from the history's, 0 is best."
)
_TICK_S = 1.0
_INSIDE = {
    "learning_rate": mark("Learning rate"),
    "grad_norm": mark("Gradient norm, before clipping"),
    "events_per_s": mark("Events a second"),
    "memory_mib": mark("Memory (MiB)"),
}


def pick_run(runs: list[Run]) -> Run | None:
    """The run to show; a picker where there are several."""
    current = current_run(runs)
    if notice := take_notice():
        st.warning(plain(notice))
    if current is None:
        return None
    keep_run(current.run_id)
    if len(runs) == 1:
        return current
    by_id = {run.run_id: run for run in runs}
    chosen = st.selectbox(
        tr("Run"),
        list(by_id),
        index=list(by_id).index(current.run_id),
        format_func=lambda run_id: _name(by_id[run_id]),
    )
    if chosen and chosen != current.run_id:
        choose_run(chosen)
        return by_id[chosen]
    return current


def need_finished_run(log: BehaviourLog) -> Run | None:
    """The run with results to show; where there is none, the page leads to Train."""
    run = pick_run([run for run in list_runs(current_workspace(), log.log_id) if run.has_results])
    if run is None:
        st.info(tr("No model has been trained on this log yet."))
        st.page_link(TRAIN, label=tr("Train one"), icon=":material/model_training:")
    return run


# A page that no longer calls this fragment ends its ticking: `run_every` does not stop by itself.
@st.fragment(run_every=_TICK_S)
def follow_run(run: Run) -> None:
    """The run, redrawn each second; the page runs again when the run has ended."""
    state = run.state()
    if state is None or not state.active:
        st.rerun()
        return
    draw_run(run)


def draw_run(run: Run) -> None:
    """Status with what can be done about it, key figures, curves, comparison, log."""
    state = run.state()
    if state is None:
        st.info(tr("This run was never started."))
        return
    metrics = read_metrics(run.folder)
    draw_status(run, state)
    if metrics:
        _draw_figures(metrics)
        _tell_parts(metrics)
        loss, quality = st.columns(2)
        with loss:
            st.echarts_chart(
                draw_losses(metrics),
                key="loss-chart",
                alt=tr("Training and validation loss by step"),
            )
        with quality:
            st.echarts_chart(
                draw_quality(metrics, read_baselines(run.folder)),
                key="quality-chart",
                alt=tr("Validation NDCG at 10 by step, with the baselines as level lines"),
            )
        _draw_inside(metrics)
    if run.has_results:
        draw_comparison(run)
    with st.expander(tr("Log of the worker")):
        st.code(read_log_tail(run.folder) or tr("The log is empty."), language=None)


def draw_comparison(run: Run) -> None:
    """All test users in one table: the transformer beside the baselines, and who wins."""
    evaluation = read_evaluation(run)
    st.subheader(tr("How good is it?"))
    st.write(plain(describe_verdict(run, read_metrics(run.folder))))
    st.write(describe_winner(evaluation))
    accuracy, lists, slices, by_time = st.tabs(
        [tr("Accuracy"), tr("Lists"), tr("Kinds of users and items"), tr("Split by time")]
    )
    with accuracy:
        draw_table(comparison_frame(evaluation), tr("Test metrics of all models"))
    with lists:
        draw_table(list_frame(evaluation), tr("What the first ten items of all models are like"))
        st.caption(tr(LIST_NOTES))
    with slices:
        draw_table(slice_frame(evaluation), tr("NDCG at 10 of all models by kind of user and item"))
        st.caption(tr("NDCG@10. Cold: hardly or not at all in what the models learned from."))
    with by_time:
        _draw_by_time(run, evaluation)
    told = (
        describe_protocol(evaluation),
        describe_blend(evaluation),
        describe_left_out(evaluation),
    )
    st.caption(plain(join_sentences(told)))


def _draw_by_time(run: Run, evaluation: Mapping[str, Any]) -> None:
    found, _ = read_by_time(run)
    if found is None:
        older = mark("This run is older than this comparison.")
        st.info(plain(retell(evaluation.get("by_time_missing", older))))
        return
    st.write(describe_winner(found))
    draw_table(comparison_frame(found), tr("Test metrics, split by time"))
    st.caption(plain(describe_protocol(found)))
    if TRANSFORMER not in found["models"]:
        st.caption(
            tr("The transformer has no row: the Evaluation page trains it on what came before.")
        )


def draw_table(frame: pd.DataFrame, alt: str) -> None:
    """A table of numbers with four digits."""
    numbers = frame.select_dtypes("float").columns
    shown = {
        name: st.column_config.NumberColumn(
            told_name(name), format="%.2f" if name == "Fit (s)" else "%.4f", help=explain(name)
        )
        for name in numbers
    }
    st.dataframe(
        told_values(frame),
        hide_index=True,
        height="content",
        column_config=told_columns(frame) | shown,
        alt=alt,
    )


def _tell_parts(metrics: list[StepMetrics]) -> None:
    n_parts = max((line.n_parts for line in metrics if line.n_parts), default=1)
    if n_parts > 1:
        st.warning(
            tr(
                "A batch did not fit in memory and was taken in {n} parts: the same steps, more "
                "slowly. A smaller batch, width or number of newest events would avoid it.",
                n=n_parts,
            )
        )


def _draw_inside(metrics: list[StepMetrics]) -> None:
    with st.expander(tr("Learning rate, gradients, throughput, memory")):
        places = st.columns(2)
        for place, (name, title) in enumerate(_INSIDE.items()):
            with places[place % 2]:
                st.echarts_chart(
                    draw_inside(metrics, name, tr(title)),
                    key=f"chart-{name}",
                    alt=tr("{measure} by step", measure=tr(title)),
                )


def _draw_figures(metrics: list[StepMetrics]) -> None:
    steps = [line for line in metrics if line.loss is not None]
    validations = [line for line in metrics if line.ndcg is not None]
    places = st.columns(5)
    places[0].metric(tr("Epoch"), f"{metrics[-1].epoch:.1f}", border=True)
    if steps:
        last = steps[-1]
        places[1].metric(tr("Training loss (nats)"), f"{last.loss:.3f}", border=True)
        places[3].metric(tr("Events a second"), f"{last.events_per_s or 0:,.0f}", border=True)
        places[4].metric(tr("Memory (MiB)"), f"{last.memory_mib or 0:,.0f}", border=True)
    if validations:
        best = max(line.ndcg or 0.0 for line in validations)
        places[2].metric(
            tr("Best NDCG@10"),
            f"{best:.3f}",
            border=True,
            help=tr("On the validation users, over epochs"),
        )


def _name(run: Run) -> str:
    state = run.state()
    status = tr(state.status.value) if state else tr("not started")
    if state is not None and state.active:
        status = tr("going")  # the picker is not drawn again when the run leaves its queue
    return tr(
        "{run} · {n} epochs · {status}", run=name_run(run), n=run.config.epochs, status=status
    )
