"""Recommend: what would this user get, and does it make sense?"""

import streamlit as st

from pages.sections.handing_over import draw_bundle
from pages.sections.shipped_run import need_models, tell_origin
from pages.sections.user_picker import choose_user
from pages.sections.what_if import draw_what_if
from pages.shared import cached
from pages.shared.frame import EVALUATION
from pages.shared.mining import need_log
from pages.shared.runs import need_finished_run
from pages.shared.session import show_refusal
from pages.shared.stories import show_history, show_list
from seqrec.demo.opening import models_ready
from seqrec.evaluation.compare import pick_models
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.recommend.lists import FULL, HELD_OUT, LIST_LENGTH, read_lists, read_target
from seqrec.recommend.story import tell_history, tell_list, tell_outcome
from seqrec.training.run import Run, read_evaluation
from seqrec.translation.texts import mark, tr

CHECK = mark("The last one, hidden from the models")
NEXT = mark("The one that comes next")
LISTS, WHAT_IF = mark("Lists of the run"), mark("What if")


def show_user(log: BehaviourLog, run: Run, user_row: int) -> None:
    """The history beside the lists of all models, and what really came next."""
    catalogue = cached.catalogue(log)
    view = st.segmented_control(
        tr("Which event is predicted?"),
        [CHECK, NEXT],
        format_func=tr,
        default=CHECK,
        key="view",
        bind="query-params",
        required=True,
    )
    context = FULL if view == NEXT else HELD_OUT
    target = read_target(run.folder, user_row) if context == HELD_OUT else None
    lists = read_lists(run.folder, user_row, context)
    if target is not None:
        st.text(tell_outcome(target, catalogue, LIST_LENGTH))
    history = tell_history(log, cached.sequences(log), catalogue, user_row)
    left, right = st.columns(2)
    with left:
        show_history(history, hidden=target is not None)
    if lists.empty:
        right.info(
            tr(
                "This user has no list here: the history is too short to hide its last event, all "
                "items were seen and are left out, or the log has more users than lists are kept "
                "for."
            )
        )
        return
    evaluation = read_evaluation(run)
    # Two a row, beside the history first.
    names = right.multiselect(
        tr("Models"),
        list(evaluation["models"]),
        format_func=tr,
        placeholder=tr("none"),
        default=pick_models(evaluation),
        key="models",
        bind="query-params",
    )
    places = [right, *(column for _ in names[1::2] for column in st.columns(2))]
    for place, name in zip(places, names, strict=False):
        with place:
            show_list(tell_list(lists, name, catalogue, target), name)


st.title(tr("Recommend"))
st.write(tr("One user's history, and what each model would recommend next."))
current = need_log()
with show_refusal():
    shown = need_finished_run(current)
    if shown is not None:
        mode = st.segmented_control(
            tr("What do you want to see?"),
            [LISTS, WHAT_IF],
            format_func=tr,
            default=LISTS,
            key="mode",
            bind="query-params",
            required=True,
            help=tr(
                "Lists of the run were made for every user when it ended. What if: change the "
                "history, shape the list, see why."
            ),
        )
        if mode == WHAT_IF:
            if need_models(shown):
                draw_what_if(current, shown)
        else:
            row = choose_user(current)
            if row is not None:
                show_user(current, shown, row)
            st.page_link(
                EVALUATION,
                label=tr("How good is it? All models over all test users"),
                icon=":material/leaderboard:",
                query_params={"run": shown.run_id},
            )
        if models_ready(shown):
            draw_bundle(shown)
        tell_origin(shown)
