"""Interests on the Patterns page: which patterns and categories is each user interested in?"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import streamlit as st

from pages.sections.user_interests import choose_user, draw_user
from pages.shared import cached, cached_results
from pages.shared.controls import show_job
from pages.shared.mining import show_figures
from pages.shared.tables import Published, Rows, show_downloads, show_table, told_columns
from pages.shared.texts import plain
from seqrec.figures.interests import InterestBars, draw_firsts
from seqrec.jobs.state import JobStatus, read_job
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.config import PatternConfig
from seqrec.mining.findings import say_between
from seqrec.mining.interest_config import InterestConfig, Kind
from seqrec.mining.interest_findings import (
    InterestWords,
    count_firsts,
    describe_firsts,
    first_counts_frame,
    first_frame,
    interest_frame,
)
from seqrec.mining.interest_rows import InterestRows
from seqrec.mining.interest_store import (
    InterestSummary,
    StoredLabels,
    interest_folder,
    read_profiles,
    request_interests,
)
from seqrec.translation.texts import mark, tr

MOST_PER_USER = 50
N_SHOWN_USERS = 1_000
_DAY_S = 86_400
_NAMES = {Kind.PATTERN: mark("Patterns"), Kind.CATEGORY: mark("Categories")}
_WITH = {Kind.PATTERN: mark("Users with patterns"), Kind.CATEGORY: mark("Users with categories")}


def draw_interests(log: BehaviourLog, config: PatternConfig, mined: Path) -> None:
    """Interests made of a finished result: how they are weighed, over all users, one user.

    Args:
        log: the log.
        config: what was mined.
        mined: folder of the result.
    """
    if len(cached_results.patterns(mined).items) == 0 and cached.catalogue(log).categories is None:
        st.info(
            tr(
                "There is nothing to be interested in: no pattern was found, and the log has no "
                "categories. Lower the minimum support or allow shorter patterns, then press Mine."
            )
        )
        return
    folder = _need_profiles(mined, _choose_weights(log))
    if folder is None:
        return
    summary, labels, tops = cached_results.interests(folder)
    tell = partial(_name_labels, log, config, labels)
    if len(tops) == 0:
        st.info(tr("No user shows any of them: lower the minimum support, then press Mine."))
        return
    _draw_all(log, tell, summary, tops)
    selected = _draw_users(log, folder, tell, summary)
    st.subheader(tr("One user"))
    user_row = choose_user(log, tops, selected)
    if user_row is not None:
        draw_user(log, cached_results.user_interests(folder, user_row), tell(), user_row)


def _name_labels(
    log: BehaviourLog, config: PatternConfig, labels: dict[Kind, StoredLabels]
) -> InterestWords:
    """What labels are called: on a page in its language, in a file in English."""
    titles = {Kind.PATTERN: cached.scope_titles(log, config.scope)}
    if Kind.CATEGORY in labels:
        titles[Kind.CATEGORY] = cached.level_titles(log, by_category=True)
    return InterestWords(labels, titles, cached.users(log), log.has_clock, say_between(config.near))


def _choose_weights(log: BehaviourLog) -> InterestConfig:
    left, right = st.columns(2)
    events = left.number_input(
        tr("Interest halves after (events)"),
        1,
        None,
        20,
        key="interests-half-events",
        bind="query-params",
        placeholder=tr("never"),
        help=tr(
            "An event counts half as much as one that came so many events later in the history."
        ),
    )
    days = right.number_input(
        tr("Interest halves after (days)"),
        1,
        None,
        None,
        key="interests-half-days",
        bind="query-params",
        placeholder=tr("never"),
        disabled=not log.has_clock,
        help=tr("The same by time; both count where both are given.")
        if log.has_clock
        else tr("The log has no times, only an order of events."),
    )
    st.caption(
        tr(
            "Weight: share of a user's interest. It is how often and how lately the user shows a "
            "pattern, or has events of a category, times how telling that is: log2(users / users "
            "who show the pattern) bits, log2(events / events of the category) bits. The weights "
            "of all patterns of a user sum to 1, and so do those of all categories."
        )
    )
    half_life_s = None if days is None or not log.has_clock else float(days * _DAY_S)
    half_life_events = None if events is None else float(events)
    return InterestConfig(half_life_events, half_life_s, most_per_user=MOST_PER_USER)


def _need_profiles(mined: Path, config: InterestConfig) -> Path | None:
    """The folder of finished profiles, or None while the job's state is shown."""
    folder = interest_folder(mined, config)
    if read_job(folder) is None:
        request_interests(mined, config)
    state = show_job(folder, "interests")
    if state is not None and state.active:
        st.caption(tr("Weighing runs in the background; you may leave this page."))
        return None
    if state is not None and state.status is JobStatus.FINISHED:
        return folder
    if state is not None and state.status is JobStatus.FAILED:
        st.error(plain(state.error or tr("the job failed")), icon=":material/error:")
    else:
        st.info(tr("Weighing was cancelled."))
    if st.button(tr("Weigh again"), key="interests-again"):
        request_interests(mined, config)
        st.rerun()
    return None


def _draw_all(
    log: BehaviourLog,
    tell: Callable[[], InterestWords],
    summary: InterestSummary,
    tops: InterestRows,
) -> None:
    words = tell()
    st.subheader(tr("The first interest of all users"))
    kinds = [kind for kind in words.labels if summary.n_profiled[kind]]
    kind = kinds[-1]
    if len(kinds) > 1:
        chosen = st.segmented_control(
            tr("First interests in"),
            [_NAMES[kind] for kind in reversed(kinds)],
            format_func=tr,
            default=_NAMES[kind],
            required=True,
            key="interests-kind",
            bind="query-params",
        )
        kind = next(kind for kind in kinds if _NAMES[kind] == chosen)
    n_users = summary.n_profiled[kind]
    counts = count_firsts(tops, kind, len(words.names[kind]))
    st.text(tr("{sentence}.", sentence=describe_firsts(counts, n_users, kind, words)))
    figures = {tr(_WITH[one]): f"{summary.n_profiled[one]:,}" for one in kinds}
    show_figures(
        {
            tr("Users in all"): f"{summary.n_users:,}",
            **figures,
            tr("Interests kept"): f"{summary.n_rows:,}",
            tr("Anyone's first (of {n:,})", n=len(counts)): f"{np.count_nonzero(counts):,}",
        }
    )
    rows = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)]
    bars = InterestBars(
        list(words.labels[kind].lists.take(rows)),
        words.titles[kind],
        counts[rows] / n_users,
        [f"{count:,}" for count in counts[rows]],
        kind,
    )
    st.plotly_chart(
        draw_firsts(bars, n_users),
        key="interests-firsts",
        alt=tr("Bars of how many users' first interest each of {n} labels is", n=len(rows)),
    )
    with st.expander(tr("All {n:,} that are anyone's first interest", n=len(rows))):
        table = Rows(
            len(rows),
            lambda wanted: first_counts_frame(counts, n_users, kind, tell()).iloc[wanted],
        )
        published = Published(counts[rows], log.privacy.min_users)
        show_table(table, mark("first interests"), "interests-first", published=published)


def _draw_users(
    log: BehaviourLog, folder: Path, tell: Callable[[], InterestWords], summary: InterestSummary
) -> int | None:
    """The table of users and the download of all interests; the row of the user selected."""
    st.subheader(tr("What is each user interested in?"))
    tops = cached_results.first_interests(folder, N_SHOWN_USERS)
    user_rows = np.unique(tops.user_rows)
    st.caption(
        tr(
            "Share of each user's interest in brackets; the first {n:,} users. The {most} heaviest "
            "interests of each kind are kept a user.",
            n=len(user_rows),
            most=MOST_PER_USER,
        )
    )
    frame = first_frame(tops, tell())
    event = st.dataframe(
        frame,
        hide_index=True,
        column_config=told_columns(frame),
        key="interests-users",
        on_select="rerun",
        selection_mode="single-row",
        alt=tr("Table of the first interests of {n:,} users", n=len(user_rows)),
    )
    table = Rows(
        summary.n_rows, lambda rows: interest_frame(read_profiles(folder).take(rows), tell())
    )
    published = Published(cached_results.interest_users(folder), log.privacy.min_users)
    show_downloads(table, mark("interests"), "interests-all", published)
    chosen = [row for row in event["selection"]["rows"] if row < len(user_rows)]
    return int(user_rows[chosen[0]]) if chosen else None
