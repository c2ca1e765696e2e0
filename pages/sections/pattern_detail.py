"""One pattern of the Patterns page: who shows it, when, and how long it takes."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.shared import cached
from pages.shared.frame import RECOMMEND
from pages.shared.mining import show_figures
from pages.shared.session import LOG_PARAMETER, USER_CONTROL
from pages.shared.tables import told_columns
from seqrec.figures.patterns import draw_timeline
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.config import PatternConfig
from seqrec.mining.findings import (
    describe_pattern,
    pattern_frame,
    say_between,
    take_patterns,
)
from seqrec.mining.occurrence_findings import (
    say_duration,
    span_quartiles_s,
    step_frame,
    user_frame,
)
from seqrec.mining.occurrences import Occurrences
from seqrec.mining.tables import PatternTable
from seqrec.translation.texts import mark, tr

MAX_OFFERED = 200
_MAX_USERS = 1_000


def choose_pattern(shown: PatternTable, selected: int | None, titles: NDArray[np.object_]) -> int:
    """Row of the pattern to look at: the one selected in the table, else one of the first."""
    if selected is not None:
        return selected
    rows = np.arange(min(MAX_OFFERED, len(shown.items)))
    names = pattern_frame(take_patterns(shown, rows), titles)["Pattern"].tolist()
    row = st.selectbox(
        tr("Look at (or choose a row of the table)"),
        range(len(names)),
        format_func=names.__getitem__,
        key="patterns-look",
    )
    return row or 0


def draw_pattern(log: BehaviourLog, config: PatternConfig, shown: PatternTable, row: int) -> None:
    """Sentence, key figures, timeline, time between the steps, and users of one pattern."""
    titles = cached.scope_titles(log, config.scope)
    unit = mark("sessions") if config.scope.by_session else mark("users")
    pattern = next(iter(shown.items.take(np.array([row]))))
    found, timeline = cached.occurrences(log, config, pattern)
    said = describe_pattern(shown, row, titles, unit, say_between(config.near))
    st.text(tr("{sentence}.", sentence=said))
    if len(found.user_rows) == 0:
        return
    figures = {tr("Users who show it"): f"{found.n_users:,}"}
    if config.scope.by_session:
        figures[tr("Sessions with it")] = f"{len(found.user_rows):,}"
    if timeline is not None and len(pattern) > 1:
        figures[tr("Median, first to last")] = say_duration(span_quartiles_s(found)[1])
    show_figures(figures)
    if timeline is None:
        st.caption(tr("The log has no times, so there is no timeline."))
    else:
        st.plotly_chart(
            draw_timeline(timeline, unit),
            key="pattern-timeline",
            alt=tr(
                "Bars of when {n:,} {units} completed the pattern",
                n=len(found.user_rows),
                units=tr(unit),
            ),
        )
        if len(pattern) > 1:
            steps = step_frame(found, pattern, titles)
            st.dataframe(
                steps,
                hide_index=True,
                column_config=told_columns(steps),
                alt=tr("Time from each step to the next"),
            )
    _draw_users(log, found)


def _draw_users(log: BehaviourLog, found: Occurrences) -> None:
    few = Occurrences(
        found.user_rows[:_MAX_USERS], found.times_s[:_MAX_USERS], found.steps[:_MAX_USERS]
    )
    frame = user_frame(few, cached.users(log), has_clock=log.has_clock)
    said = tr("Who shows it: {n:,} users", n=found.n_users)
    with st.expander(said):
        if len(few.user_rows) < len(found.user_rows):
            st.caption(
                tr("The first {n:,} of {total:,} times.", n=_MAX_USERS, total=len(found.user_rows))
            )
        st.dataframe(frame, hide_index=True, column_config=told_columns(frame), alt=said)
    picker, link = st.columns([3, 2], vertical_alignment="bottom")
    user = picker.selectbox(
        tr("One of these users"), frame["User"].unique().tolist(), key="pattern-user"
    )
    link.page_link(
        RECOMMEND,
        label=tr("See this user's history and recommendations"),
        icon=":material/person_search:",
        query_params={LOG_PARAMETER: log.log_id, USER_CONTROL: user},
    )
