import fcntl
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared.controls import progress_text
from seqrec.jobs.launcher import start_job
from seqrec.jobs.state import LOCK_FILE, JobState, JobStatus, read_job, write_state

_SCRIPT = """
from pathlib import Path
import streamlit as st
from pages.shared.controls import show_job
state = show_job(Path({folder!r}), "work")
st.text("none" if state is None else state.status.value)
"""


@pytest.fixture
def app(tmp_path: Path) -> AppTest:
    return AppTest.from_string(_SCRIPT.format(folder=str(tmp_path)), default_timeout=30)


def test_folder_without_job_draws_nothing(app: AppTest) -> None:
    app.run()
    assert app.text[0].value == "none"
    assert not app.button


def test_active_job_shows_progress_and_cancel(app: AppTest, tmp_path: Path) -> None:
    write_state(tmp_path, JobState(JobStatus.RUNNING, "Mining", 0.25, 90.0))
    with (tmp_path / LOCK_FILE).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        app.run()
    assert not app.exception
    assert app.text[0].value == "running"
    assert [button.label for button in app.button] == ["Cancel"]


def test_cancel_kills_the_worker(app: AppTest, tmp_path: Path) -> None:
    assert start_job(tmp_path, "tests.jobs_sleeper")
    app.run()
    started = time.perf_counter()
    app.button(key="work-cancel").click().run()
    assert time.perf_counter() - started < 2
    state = read_job(tmp_path)
    assert state is not None
    assert state.status is JobStatus.STOPPED


def test_line_names_stage_share_and_time_left() -> None:
    state = JobState(JobStatus.RUNNING, "Mining", 0.5, 150.0)
    assert progress_text(state) == "Mining · 50% · about 2 min left"
    assert progress_text(JobState(JobStatus.QUEUED)) == "Working"
