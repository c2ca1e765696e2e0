"""Search page: one search while it goes and when it has ended."""

import streamlit as st

from pages.shared.controls import progress_text
from pages.shared.frame import TRAIN
from pages.shared.run_status import WORDS
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
    best_trial,
    delete_search,
    read_importance,
    read_trials,
    start_search,
    stop_search,
)
from seqrec.training.search_report import LABELS, describe_search, name_search, trials_frame

_TICK_S = 2.0


def pick_search(searches: list[Search]) -> Search | None:
    """The search to show; a picker where there are several."""
    current = current_search(searches)
    if current is None or len(searches) == 1:
        return current
    by_id = {search.search_id: search for search in searches}
    chosen = st.selectbox(
        "Search",
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
            alt="Validation NDCG at 10 of every trial, the best so far, and the best baseline",
        )
        _draw_importance(search)
        number = st.column_config.NumberColumn
        st.dataframe(
            trials_frame(trials, search.config.vary),
            hide_index=True,
            column_config={"NDCG@10": number(format="%.4f"), "Seconds": number(format="%.0f")},
            alt=f"Table of {len(trials)} trials",
        )
    with st.expander("Log of the worker"):
        st.code(read_log_tail(search.folder) or "The log is empty.", language=None)


def _draw_best(search: Search) -> None:
    if best_trial(search) is not None:
        st.page_link(
            TRAIN,
            label="Train the best",
            icon=":material/model_training:",
            query_params={START_PARAMETER: search.search_id},
        )


def _draw_importance(search: Search) -> None:
    importance = read_importance(search.folder)
    if not importance:
        return
    st.subheader("What mattered")
    st.plotly_chart(
        draw_importance(importance, LABELS),
        key="search-importance",
        alt="Importance of each choice, as shares of 1",
    )
    st.caption("By PED-ANOVA over the finished trials: with few of them, a hint and no more.")


def _draw_state(search: Search, state: JobState | None) -> None:
    line, button = st.columns([4, 1], vertical_alignment="center")
    if state is not None and state.active:
        before = len(jobs_before(search.folder)) if state.status is JobStatus.QUEUED else 0
        if before:
            line.markdown(f"**:material/hourglass: Queued, starts by itself after {before} more**")
        else:
            line.progress(min(state.progress or 0.0, 1.0), text=progress_text(state))
        label = "Take out of the queue" if before else "Stop search"
        if not demo_mode() and button.button(label, key="stop-search", width="stretch"):
            with show_refusal():
                check_changeable()
                stop_search(search)
                st.toast("The search ends after this step; its trials are kept.")
        return
    line.markdown(f"**{WORDS[state.status] if state else 'Never started'}**")
    if state is not None and state.status is JobStatus.FAILED:
        st.error(plain(state.error or "the worker failed"), icon=":material/error:")
    if demo_mode():
        return
    ended = state is not None and state.status is JobStatus.FINISHED
    if not ended and button.button("Resume", key="resume-search", width="stretch"):
        with show_refusal():
            check_changeable()
            start_search(search)
            st.rerun()
    _draw_delete(search)


def _draw_delete(search: Search) -> None:
    with st.popover("Delete", icon=":material/delete:"):
        st.write("The search and its trials are removed. Runs that came of it stay.")
        if st.button("Delete for good", key="delete-search", type="primary"):
            with show_refusal():
                check_changeable()
                delete_search(search)
                leave_notice("The search was deleted.")
                st.rerun()
