"""One user's interests on the Patterns page: in words, bars, a table; and a way to Recommend."""

import numpy as np
import streamlit as st

from pages.shared import cached
from pages.shared.frame import RECOMMEND
from pages.shared.session import LOG_PARAMETER, USER_CONTROL, show_refusal
from pages.shared.tables import told_columns
from seqrec.figures.interests import InterestBars, draw_profile
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.interest_config import Kind
from seqrec.mining.interest_findings import (
    InterestWords,
    describe_user,
    profile_frame,
    say_times,
)
from seqrec.mining.interest_rows import InterestRows
from seqrec.recommend.story import find_user
from seqrec.translation.texts import mark, tr

_N_OFFERED = 1_000
_NAMES = {Kind.PATTERN: mark("Patterns"), Kind.CATEGORY: mark("Categories")}
_BARS = {
    Kind.PATTERN: mark("Bars of the user's heaviest interests in patterns"),
    Kind.CATEGORY: mark("Bars of the user's heaviest interests in categories"),
}


def choose_user(log: BehaviourLog, tops: InterestRows, selected: int | None) -> int | None:
    """Row of the user to look at: selected in the table, else picked or typed."""
    users = cached.users(log)
    if selected is not None:
        return selected
    offered = [str(user) for user in users[np.unique(tops.user_rows)[:_N_OFFERED]]]
    key = st.selectbox(
        tr("User (pick one, type an id, or choose a row of the table)"),
        offered,
        accept_new_options=True,
        key=f"interests-user-{log.log_id}",
        bind="query-params",
    )
    with show_refusal():
        return find_user(users, key or offered[0])
    return None


def draw_user(log: BehaviourLog, rows: InterestRows, words: InterestWords, user_row: int) -> None:
    """A sentence, bars of patterns and of categories, and the whole profile as a table."""
    user = str(words.users[user_row])
    st.text(describe_user(user, rows, words))
    for place, kind in zip(st.columns(len(words.labels)), words.labels, strict=True):
        own = rows.of_kind(kind)
        with place:
            st.markdown(f"**{tr(_NAMES[kind])}**")
            if len(own) == 0:
                st.caption(tr("None of those that were looked for."))
                continue
            st.plotly_chart(
                draw_profile(_as_bars(own, words, kind)),
                key=f"interests-profile-{kind}",
                alt=tr(_BARS[kind]),
            )
    with st.expander(tr("All {n:,} interests that are kept of this user", n=len(rows))):
        profile = profile_frame(rows, words)
        st.dataframe(
            profile,
            hide_index=True,
            column_config=told_columns(profile),
            alt=tr("Table of the user's {n:,} interests", n=len(rows)),
        )
    st.page_link(
        RECOMMEND,
        label=tr("See this user's history and recommendations"),
        icon=":material/person_search:",
        query_params={LOG_PARAMETER: log.log_id, USER_CONTROL: user},
    )


def _as_bars(own: InterestRows, words: InterestWords, kind: Kind) -> InterestBars:
    if kind is Kind.CATEGORY:
        notes = [tr("{n:.1f} times the log", n=times) for times in words.times_the_log(own)]
    else:
        notes = [say_times(count) for count in own.counts]
    lists = list(words.labels[kind].lists.take(own.labels))
    return InterestBars(lists, words.titles[kind], own.weights, notes, kind)
