"""Search page: one search while it goes and when it has ended."""

import streamlit as st

from pages.shared.controls import progress_text, tell_failure
from pages.shared.frame import TRAIN
from pages.shared.run_status import tell_status
from pages.shared.session import (
    START_PARAMETER,
    check_changeable,
    choose_search,
    current_search,
    demo_mode,
    leave_notice,
    show_refusal,
)
from pages.shared.texts import plain
from seqrec.figures.search import draw_importance, draw_trials
from seqrec.jobs.queue import jobs_before
from seqrec.jobs.state import JobState, JobStatus, read_log_tail
from seqrec.training.run import read_baselines
from seqrec.training.search import (
    Search,
    Trial,
    best_trial,
    delete_search,
    read_importance,
    read_trials,
    start_search,
    stop_search,
)
from seqrec.training.search_report import describe_search, name_search, trials_frame
from seqrec.training.words import LABELS
from seqrec.translation.texts import tr

_TICK_S = 2.0
_FORMATS = {"NDCG@10": "%.4f", "Seconds": "%.0f"}


def pick_search(searches: list[Search]) -> Search | None:
    """The search to show; a picker where there are several."""
    current = current_search(searches)
    if current is None or len(searches) == 1:
        return current
    by_id = {search.search_id: search for search in searches}
    chosen = st.selectbox(
        tr("Search"),
        list(by_id),
        index=list(by_id).index(current.search_id),
        format_func=lambda search_id: name_search(by_id[search_id]),
    )
    if chosen and chosen != current.search_id:
        choose_search(chosen)
        return by_id[chosen]
    return current


# A page that no longer calls this fragment ends its ticking: `run_every` does not stop by itself.
@st.fragment(run_every=_TICK_S)
def follow_search(search: Search) -> None:
    """The search, redrawn while it goes; the page runs again when it has ended."""
    state = search.state()
    if state is None or not state.active:
        st.rerun()
        return
    draw_search(search)


def draw_search(search: Search) -> None:
    """State with what can be done, trials, what mattered, the best one's way to Train."""
    state = search.state()
    _draw_state(search, state)
    trials, levels = read_trials(search.folder), read_baselines(search.folder)
    baseline = max(levels.items(), key=lambda level: level[1], default=None)
    if trials:
        st.write(plain(describe_search(search, baseline)))
        _draw_best(search)
        st.plotly_chart(
            draw_trials(trials, baseline),
            key="search-trials-chart",
            alt=tr("Validation NDCG at 10 of every trial, the best so far, and the best baseline"),
        )
        _draw_importance(search)
        _draw_table(search, trials)
    with st.expander(tr("Log of the worker")):
        st.code(read_log_tail(search.folder) or tr("The log is empty."), language=None)


def _draw_table(search: Search, trials: list[Trial]) -> None:
    frame = trials_frame(trials, search.config.vary)
    number, column = st.column_config.NumberColumn, st.column_config.Column
    st.dataframe(
        frame,
        hide_index=True,
        column_config={
            name: number(tr(name), format=_FORMATS[name]) if name in _FORMATS else column(tr(name))
            for name in frame.columns
        },
        alt=tr("Table of {n} trials", n=len(trials)),
    )


def _draw_best(search: Search) -> None:
    if best_trial(search) is not None:
        st.page_link(
            TRAIN,
            label=tr("Train the best"),
            icon=":material/model_training:",
            query_params={START_PARAMETER: search.search_id},
        )


def _draw_importance(search: Search) -> None:
    importance = read_importance(search.folder)
    if not importance:
        return
    st.subheader(tr("What mattered"))
    st.plotly_chart(
        draw_importance(importance, LABELS),
        key="search-importance",
        alt=tr("Importance of each choice, as shares of 1"),
    )
    st.caption(tr("By PED-ANOVA over the finished trials: with few of them, a hint and no more."))


def _draw_state(search: Search, state: JobState | None) -> None:
    line, button = st.columns([4, 1], vertical_alignment="center")
    if state is not None and state.active:
        before = len(jobs_before(search.folder)) if state.status is JobStatus.QUEUED else 0
        if before:
            told = tr("Queued, starts by itself after {n} more", n=before)
            line.markdown(f"**:material/hourglass: {told}**")
        else:
            line.progress(min(state.progress or 0.0, 1.0), text=progress_text(state))
        label = tr("Take out of the queue") if before else tr("Stop search")
        if not demo_mode() and button.button(label, key="stop-search", width="stretch"):
            with show_refusal():
                check_changeable()
                stop_search(search)
                st.toast(tr("The search ends after this step; its trials are kept."))
        return
    line.markdown(f"**{tell_status(state.status) if state else tr('Never started')}**")
    if state is not None and state.status is JobStatus.FAILED:
        st.error(tell_failure(state), icon=":material/error:")
    if demo_mode():
        return
    ended = state is not None and state.status is JobStatus.FINISHED
    if not ended and button.button(tr("Resume"), key="resume-search", width="stretch"):
        with show_refusal():
            check_changeable()
            start_search(search)
            st.rerun()
    _draw_delete(search)


def _draw_delete(search: Search) -> None:
    with st.popover(tr("Delete"), icon=":material/delete:"):
        st.write(tr("The search and its trials are removed. Runs that came of it stay."))
        if st.button(tr("Delete for good"), key="delete-search", type="primary"):
            with show_refusal():
                check_changeable()
                delete_search(search)
                leave_notice(tr("The search was deleted."))
                st.rerun()
