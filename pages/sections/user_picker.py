"""Picks a user of a log: typed, from a list, or drawn from a kind of users."""

import streamlit as st

from pages.shared import cached
from pages.shared.session import USER_CONTROL, new_seed, set_control, show_refusal
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.recommend.story import COLD_EVENTS, Cohort, draw_user, find_user
from seqrec.translation.texts import tr

N_OFFERED_USERS = 1000


def choose_user(log: BehaviourLog) -> int | None:
    """Row of the user to look at; None (and why) where there is none."""
    users, database = cached.users(log), cached.sequences(log)
    offered = [str(user) for user in users[:N_OFFERED_USERS]]
    first = str(users[draw_user(database, seed=0)])
    if first not in offered:
        offered.append(first)
    picker, kind, button = st.columns([3, 2, 1], vertical_alignment="bottom")
    key = picker.selectbox(
        tr("User (of {n:,}; pick one or type an id)", n=len(users)),
        offered,
        index=offered.index(first),
        accept_new_options=True,
        key=USER_CONTROL,
        bind="query-params",
    )
    cohort = kind.selectbox(
        tr("Draw from"),
        list(Cohort),
        format_func=tr,
        key="cohort",
        help=tr("Short and long: thirds of the users. Cold: up to {n} events.", n=COLD_EVENTS),
    )
    button.button(
        tr("Draw a user"),
        key="draw-user",
        icon=":material/casino:",
        width="stretch",
        on_click=lambda: set_control(
            USER_CONTROL, str(users[draw_user(database, new_seed(), Cohort(cohort or Cohort.ANY))])
        ),
    )
    with show_refusal():
        return find_user(users, key or first)
    return None
