"""Where a training stands, in words, and what can be done about it."""

import streamlit as st

from pages.shared.controls import progress_text, tell_failure
from pages.shared.session import check_changeable, demo_mode, show_refusal
from seqrec.jobs.queue import jobs_before
from seqrec.jobs.state import JobState, JobStatus
from seqrec.training.run import Run, read_metrics, start_run, stop_run
from seqrec.translation.texts import mark, tr

_WORDS = {
    JobStatus.QUEUED: ("hourglass", mark("Queued")),
    JobStatus.RUNNING: ("progress_activity", mark("Running")),
    JobStatus.FINISHED: ("check_circle", mark("Finished")),
    JobStatus.STOPPED: ("stop_circle", mark("Stopped by you; the best model so far is kept")),
    JobStatus.FAILED: ("error", mark("Failed")),
}


def tell_status(status: JobStatus) -> str:
    """A status with its icon."""
    icon, said = _WORDS[status]
    return f":material/{icon}: {tr(said)}"


def describe_status(run: Run, state: JobState | None) -> str:
    """Where a run stands, in a line."""
    if state is None:
        return f":material/pending: {tr('Never started')}"
    if state.status is JobStatus.QUEUED and (before := len(jobs_before(run.folder))):
        told = (
            tr("Queued, starts by itself after 1 training")
            if before == 1
            else tr("Queued, starts by itself after {n} trainings", n=before)
        )
        return f":material/hourglass: {told}"
    if state.status is JobStatus.STOPPED and not read_metrics(run.folder):
        return f":material/stop_circle: {tr('Taken out before it began')}"
    return tell_status(state.status)


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
        label = tr("Take out of the queue") if waits else tr("Stop training")
        if not demo_mode() and button.button(label, key="stop-training", width="stretch"):
            with show_refusal():
                check_changeable()
                stop_run(run)
                out, ends = tr("It is out of the queue."), tr("Training ends after this step.")
                st.toast(out if waits else ends)
        return
    line.markdown(f"**{told}**")
    if state.status is JobStatus.FAILED:
        st.error(tell_failure(state), icon=":material/error:")
    if demo_mode() or run.has_results:
        return
    again = tr("Resume") if read_metrics(run.folder) else tr("Start training")
    if button.button(again, key="resume-training", type="primary", width="stretch"):
        with show_refusal():
            check_changeable()
            start_run(run)
            st.rerun()
