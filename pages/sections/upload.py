"""Data page, first state: take files from the browser or from a folder of the server."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from pages.shared.controls import show_job
from pages.shared.session import (
    current_workspace,
    keep_upload,
    recall,
    remember,
    show_refusal,
    uploader_key,
)
from pages.shared.texts import plain
from seqrec.errors import NotStoredError
from seqrec.jobs.state import JobStatus, read_job
from seqrec.log.prepare_worker import start_prepare
from seqrec.log.prepared import Prepared, load_prepared
from seqrec.log.source import ReadOptions
from seqrec.log.template import template_csv
from seqrec.log.upload import Upload, receive_upload, server_upload
from seqrec.settings import read_settings
from seqrec.translation.texts import tr

TYPES = [
    *("csv", "tsv", "txt", "dat", "log", "json", "jsonl", "ndjson", "parquet", "xlsx", "xlsm"),
    *("xes", "xml", "spmf", "gz", "zip"),
]


def draw_uploader() -> None:
    """Takes files and puts them into the workspace at once, so that a reload does not lose them."""
    st.write(
        tr(
            "One row an event, with who (user), what (item) and, where it is known, when (time). "
            "CSV, TSV, Excel, JSON lines, Parquet, XES, SPMF and basket files are read, also "
            "gzipped or zipped, in any common encoding. Several files with the same columns become "
            "one log."
        )
    )
    files = st.file_uploader(
        tr("Log files (up to 200 MB each)"), TYPES, accept_multiple_files=True, key=uploader_key()
    )
    st.download_button(
        tr("Download a template"), template_csv, "seqrec-template.csv", "text/csv", type="tertiary"
    )
    if files:
        workspace = current_workspace()
        _receive(lambda: receive_upload(workspace, [(file.name, file) for file in files]))
    root = read_settings().data_root
    if root is not None:
        draw_server_path(root)


def draw_server_path(root: Path) -> None:
    """Takes a file or a folder that lies on the server already, for logs above the limit."""
    with st.form("server-path-form", border=False):
        left, right = st.columns([4, 1], vertical_alignment="bottom")
        name = left.text_input(
            tr("Or a file or folder on the server"),
            key="server-path",
            placeholder="events/2026.csv",
            help=plain(tr("A path below {root}; a folder's files become one log.", root=root)),
        )
        pressed = right.form_submit_button(tr("Read it"), key="server-path-go", width="stretch")
    if pressed and name:
        _receive(lambda: server_upload(current_workspace(), name))


def _receive(take: Callable[[], Upload]) -> None:
    with show_refusal():
        upload = take()
        begin_preparing(upload, ReadOptions())
        keep_upload(upload)
        st.rerun()


def begin_preparing(upload: Upload, options: ReadOptions) -> None:
    """Start the job that reads the files as the options say."""
    job_id = start_prepare(current_workspace(), upload, options)
    remember(_job_key(upload), job_id)


def await_prepared(upload: Upload) -> Prepared | None:
    """What the job found in the files; None while it works or where it has failed, and why."""
    job_id = recall(_job_key(upload))
    if job_id is None:
        try:
            return load_prepared(upload)
        except NotStoredError:  # the session that began it is gone
            begin_preparing(upload, ReadOptions())
            st.rerun()
    folder = current_workspace().job_folder(str(job_id))
    state = show_job(folder, "prepare")
    if state is not None and state.active:
        return None
    if state is not None and state.status is JobStatus.FINISHED:
        return load_prepared(upload)
    if state is not None and state.error:
        st.error(plain(state.error), icon=":material/error:")
    return None


def has_failed(upload: Upload) -> bool:
    """Whether the files could not be read."""
    job_id = recall(_job_key(upload))
    if job_id is None:
        return False
    state = read_job(current_workspace().job_folder(job_id))
    return state is not None and state.status is JobStatus.FAILED


def _job_key(upload: Upload) -> str:
    return f"prepare.{upload.upload_id}"
