"""Data: is my log usable?"""

import streamlit as st

from pages.sections.choices import draw_choices
from pages.sections.cleaning import draw_cleaning
from pages.sections.overview import draw_overview
from pages.sections.reading import offer_reading
from pages.sections.upload import await_prepared, draw_uploader, has_failed
from pages.sections.versions import draw_origin, draw_rejects
from pages.shared.controls import show_job
from pages.shared.demo_mode import Locked, is_locked
from pages.shared.frame import PATTERNS
from pages.shared.mining import need_log
from pages.shared.session import (
    choose_log,
    current_log,
    current_upload,
    current_workspace,
    grow_log,
    keep_told_choice,
    keep_upload,
    log_to_grow,
    recall,
    remember,
    show_refusal,
    take_notice,
)
from pages.shared.texts import plain
from seqrec.jobs.state import JobStatus
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.log.upload import Upload
from seqrec.log.worker import start_ingest
from seqrec.translation.texts import mark, tr

INGEST_JOB = "ingest job"


def draw_upload(upload: Upload) -> None:
    """What was found in the upload, what to confirm or change, and the button to go on."""
    with show_refusal():
        prepared = await_prepared(upload)
        if prepared is not None:
            request = draw_choices(upload, prepared)
            if request is not None:
                remember(INGEST_JOB, start_ingest(current_workspace(), request))
                st.rerun()
        elif has_failed(upload):
            offer_reading(upload, None)
    if st.button(tr("Take another file"), key="drop-upload", type="tertiary"):
        upload.remove()
        keep_upload(None)
        st.rerun()


def follow_ingest(job_id: str) -> bool:
    """Progress of storing the upload; whether that goes on. When it is done: its patterns."""
    state = show_job(current_workspace().job_folder(job_id), "ingest")
    if state is None or state.active:
        return True
    remember(INGEST_JOB, None)
    if state.status is JobStatus.FINISHED and state.result:
        keep_upload(None)
        grow_log(None)
        choose_log(state.result)
        st.switch_page(PATTERNS, query_params={"log": state.result})
    if state.error:
        st.error(plain(state.error), icon=":material/error:")
    else:
        st.info(tr("Cancelled: nothing was stored."))
    return False


def draw_log(log: BehaviourLog) -> None:
    """The stored log: what it holds, what was rejected, cleaning, versions."""
    st.subheader(tr("The log in use"))
    st.text(log.name)
    parts = {
        mark("What it holds"): draw_overview,
        mark("Rejected rows"): draw_rejects,
        mark("Clean"): draw_cleaning,
        mark("Origin and versions"): draw_origin,
    }
    keep_told_choice("data-tab", list(parts))
    tabs = st.tabs([tr(name) for name in parts], key="data-tab", bind="query-params")
    for tab, draw in zip(tabs, parts.values(), strict=True):
        if tab.open:
            with tab:
                draw(log)


st.title(tr("Data"))
st.caption(tr("Is my log usable? Upload one, check how it is read, and see what it holds."))
if notice := take_notice():
    st.info(plain(notice))
job, uploaded, current = recall(INGEST_JOB), current_upload(), current_log()
if is_locked(Locked.UPLOAD):
    draw_log(need_log())
elif job is not None and follow_ingest(job):
    pass
elif uploaded is not None:
    draw_upload(uploaded)
elif (grown := log_to_grow()) is not None:
    st.subheader(tr("Add events to a log"))
    st.text(grown.name)
    draw_uploader()
    st.button(tr("Do not add events"), key="stop-growing", on_click=grow_log, args=(None,))
elif current is None:
    draw_uploader()
else:
    with st.expander(tr("Load another log"), icon=":material/upload_file:"):
        draw_uploader()
    draw_log(current)
