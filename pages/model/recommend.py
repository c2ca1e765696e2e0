"""Recommend: what would this user get, and does it make sense?"""

import streamlit as st

from pages.shared import cached
from pages.shared.frame import TRAIN
from pages.shared.mining import need_log
from pages.shared.runs import draw_comparison, pick_run
from pages.shared.session import (
    USER_CONTROL,
    current_workspace,
    new_seed,
    set_control,
    show_refusal,
)
from pages.shared.stories import show_history, show_list
from seqrec.evaluation.compare import pick_models
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.recommend.lists import FULL, HELD_OUT, LIST_LENGTH, read_lists, read_target
from seqrec.recommend.story import draw_user, find_user, tell_history, tell_list, tell_outcome
from seqrec.training.run import Run, list_runs, read_evaluation

N_OFFERED_USERS = 1000
CHECK = "The last one, hidden from the models"
NEXT = "The one that comes next"


def choose_user(log: BehaviourLog) -> int | None:
    """Row of the user to look at: typed, picked or drawn; None (and why) where there is none."""
    users, database = cached.users(log), cached.sequences(log)
    offered = [str(user) for user in users[:N_OFFERED_USERS]]
    first = str(users[draw_user(database, seed=0)])
    if first not in offered:
        offered.append(first)
    picker, button = st.columns([4, 1], vertical_alignment="bottom")
    key = picker.selectbox(
        f"User (of {len(users):,}; pick one or type an id)",
        offered,
        index=offered.index(first),
        accept_new_options=True,
        key=USER_CONTROL,
        bind="query-params",
    )
    button.button(
        "Draw a user",
        key="draw-user",
        icon=":material/casino:",
        width="stretch",
        on_click=lambda: set_control(USER_CONTROL, str(users[draw_user(database, new_seed())])),
    )
    with show_refusal():
        return find_user(users, key or first)
    return None


def show_user(log: BehaviourLog, run: Run, user_row: int) -> None:
    """The history beside the lists of all models, and what really came next."""
    catalogue = cached.catalogue(log)
    view = st.segmented_control(
        "Which event is predicted?", [CHECK, NEXT], default=CHECK, key="view", required=True
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
            "This user has no list here: the history is too short to hide its last event, all "
            "items were seen and are left out, or the log has more users than lists are kept for."
        )
        return
    evaluation = read_evaluation(run)
    # Two a row, beside the history first.
    names = right.multiselect(
        "Models", list(evaluation["models"]), default=pick_models(evaluation), key="models"
    )
    places = [right, *(column for _ in names[1::2] for column in st.columns(2))]
    for place, name in zip(places, names, strict=False):
        with place:
            show_list(tell_list(lists, name, catalogue, target), name)


st.title("Recommend")
st.write("One user's history, and what each model would recommend next.")
current = need_log()
with show_refusal():
    finished = [run for run in list_runs(current_workspace(), current.log_id) if run.has_results]
    shown = pick_run(finished)
    if shown is None:
        st.info("No model has been trained on this log yet.")
        st.page_link(TRAIN, label="Train one", icon=":material/model_training:")
    else:
        row = choose_user(current)
        if row is not None:
            show_user(current, shown, row)
        draw_comparison(shown)
