"""One run of the Runs page with everything that can be done to it."""

import streamlit as st

from pages.shared.controls import tell_failure
from pages.shared.demo_mode import Locked, is_locked
from pages.shared.frame import EVALUATION, RECOMMEND, TRAIN
from pages.shared.run_status import describe_status
from pages.shared.session import START_PARAMETER, check_changeable, leave_notice, show_refusal
from pages.shared.texts import plain
from seqrec.jobs.state import JobStatus
from seqrec.training.overview import RunFigures
from seqrec.training.run import DamagedRun, Run, delete_run, start_run, stop_run
from seqrec.translation.texts import tr


def draw_card(one: RunFigures) -> None:
    """A run's name and state, where it can be opened, and what can be done."""
    run, state = one.run, one.state
    with st.container(border=True, key=f"card-{run.run_id}"):
        st.markdown(f"**{one.name}** · {describe_status(run, state)}")
        if state is not None and state.status is JobStatus.FAILED:
            st.error(tell_failure(state), icon=":material/error:")
        with st.container(horizontal=True, vertical_alignment="center"):
            _draw_links(run)
            if is_locked(Locked.TRAIN):
                return
            if state is not None and state.active:
                _draw_stop(run, waits=state.status is JobStatus.QUEUED)
            else:
                if not run.has_results:
                    _draw_start(run, begun=bool(one.metrics))
                _draw_delete(run, run.run_id)


def draw_damaged(run: DamagedRun) -> None:
    """A run that cannot be read: why, and a way to be rid of it."""
    with st.container(border=True):
        st.error(plain(run.reason), icon=":material/error:")
        if not is_locked(Locked.TRAIN):
            _draw_delete(run, run.folder.name)


def _draw_links(run: Run) -> None:
    query = {"run": run.run_id}
    st.page_link(
        TRAIN, label=tr("Curves and log"), icon=":material/monitoring:", query_params=query
    )
    if run.has_results:
        st.page_link(
            RECOMMEND, label=tr("Recommend"), icon=":material/person_search:", query_params=query
        )
        st.page_link(
            EVALUATION, label=tr("Evaluation"), icon=":material/leaderboard:", query_params=query
        )
    st.page_link(
        TRAIN,
        label=tr("Clone into Train"),
        icon=":material/content_copy:",
        query_params={START_PARAMETER: run.run_id},
    )


def _draw_stop(run: Run, *, waits: bool) -> None:
    label = tr("Take out of the queue") if waits else tr("Stop training")
    if st.button(label, key=f"stop-{run.run_id}", icon=":material/stop_circle:"):
        with show_refusal():
            check_changeable()
            stop_run(run)
            st.rerun()


def _draw_start(run: Run, *, begun: bool) -> None:
    label = tr("Resume") if begun else tr("Start training")
    if st.button(label, key=f"resume-{run.run_id}", icon=":material/play_arrow:"):
        with show_refusal():
            check_changeable()
            start_run(run)
            st.rerun()


def _draw_delete(run: Run | DamagedRun, key: str) -> None:
    with st.popover(tr("Delete"), icon=":material/delete:", key=f"deleting-{key}"):
        st.write(
            tr("Its model, lists and figures are removed from the disk. This cannot be undone.")
        )
        if st.button(tr("Delete for good"), key=f"delete-{key}", type="primary"):
            with show_refusal():
                check_changeable()
                delete_run(run)
                leave_notice(tr("The run was deleted."))
                st.rerun()
