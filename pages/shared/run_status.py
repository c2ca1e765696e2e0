"""Where a training stands, in words, and what can be done about it."""

import streamlit as st

from pages.shared.controls import progress_text
from pages.shared.session import check_changeable, demo_mode, show_refusal
from pages.shared.texts import plain
from seqrec.jobs.queue import jobs_before
from seqrec.jobs.state import JobState, JobStatus
from seqrec.training.run import Run, read_metrics, start_run, stop_run

WORDS = {
    JobStatus.QUEUED: ":material/hourglass: Queued",
    JobStatus.RUNNING: ":material/progress_activity: Running",
    JobStatus.FINISHED: ":material/check_circle: Finished",
    JobStatus.STOPPED: ":material/stop_circle: Stopped by you; the best model so far is kept",
    JobStatus.FAILED: ":material/error: Failed",
}


def describe_status(run: Run, state: JobState | None) -> str:
    """Where a run stands, in a line."""
    if state is None:
        return ":material/pending: Never started"
    if state.status is JobStatus.QUEUED and (before := len(jobs_before(run.folder))):
        trainings = "training" if before == 1 else "trainings"
        return f":material/hourglass: Queued, starts by itself after {before} {trainings}"
    if state.status is JobStatus.STOPPED and not read_metrics(run.folder):
        return ":material/stop_circle: Taken out before it began"
    return WORDS[state.status]


def draw_status(run: Run, state: JobState) -> None:
    """Where a run stands, with the button that stops it or takes it up again."""
    line, button = st.columns([4, 1], vertical_alignment="center")
    told = describe_status(run, state)
    if state.active:
        waits = state.status is JobStatus.QUEUED
        if waits:
            line.markdown(f"**{told}**")
        else:
            line.progress(min(state.progress or 0.0, 1.0), text=progress_text(state))
        label = "Take out of the queue" if waits else "Stop training"
        if not demo_mode() and button.button(label, key="stop-training", width="stretch"):
            with show_refusal():
                check_changeable()
                stop_run(run)
                st.toast("It is out of the queue." if waits else "Training ends after this step.")
        return
    line.markdown(f"**{told}**")
    if state.status is JobStatus.FAILED:
        st.error(plain(state.error or "the worker failed"), icon=":material/error:")
    if demo_mode() or run.has_results:
        return
    again = "Resume" if read_metrics(run.folder) else "Start"
    if button.button(again, key="resume-training", type="primary", width="stretch"):
        with show_refusal():
            check_changeable()
            start_run(run)
            st.rerun()
