import errno
import os
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from seqrec.errors import ConfigError
from seqrec.jobs.launcher import cancel_job, start_job
from seqrec.jobs.state import (
    PID_FILE,
    JobState,
    JobStatus,
    read_job,
    read_log_tail,
    request_stop,
    worker_alive,
    write_state,
)
from seqrec.jobs.worker import JobReporter, run_worker

SLEEPER = "tests.jobs_sleeper"


def wait_for(folder: Path, *statuses: JobStatus, seconds: float = 20) -> JobState:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        state = read_job(folder)
        if state is not None and state.status in statuses:
            return state
        time.sleep(0.02)
    pytest.fail(f"the job is {read_job(folder)} after {seconds} s")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Path]:
    start_job(tmp_path, SLEEPER)
    assert worker_alive(tmp_path)
    yield tmp_path
    cancel_job(tmp_path)


def test_killed_worker_is_seen_as_failed_at_once(running: Path):
    os.kill(int((running / PID_FILE).read_text()), signal.SIGKILL)
    state = wait_for(running, JobStatus.FAILED, seconds=2)
    assert "ended without a word" in (state.error or "")


def test_cancel_ends_the_worker_and_says_so(running: Path):
    started_at = time.monotonic()
    cancel_job(running)
    assert time.monotonic() - started_at < 2
    state = read_job(running)
    assert state is not None
    assert state.status is JobStatus.STOPPED
    assert not worker_alive(running)


def test_cancel_of_an_ended_job_changes_nothing(tmp_path: Path):
    write_state(tmp_path, JobState(JobStatus.FINISHED, result="x"))
    cancel_job(tmp_path)
    assert read_job(tmp_path) == JobState(JobStatus.FINISHED, result="x")


def test_six_starts_at_once_give_one_worker(tmp_path: Path):
    with ThreadPoolExecutor(6) as pool:
        started = list(pool.map(lambda _: start_job(tmp_path, SLEEPER), range(6)))
    assert started.count(True) == 1
    cancel_job(tmp_path)


def test_a_folder_without_a_job_has_no_state(tmp_path: Path):
    assert read_job(tmp_path) is None
    assert not worker_alive(tmp_path)
    assert read_log_tail(tmp_path) == ""


def test_log_tail_is_the_end_of_the_log(tmp_path: Path):
    (tmp_path / "worker.log").write_text("".join(f"line {n}\n" for n in range(100)))
    assert read_log_tail(tmp_path, 2) == "line 98\nline 99"


def _run(folder: Path, work, monkeypatch: pytest.MonkeyPatch) -> JobState:
    monkeypatch.setattr(sys, "argv", ["worker", str(folder)])
    run_worker(work)
    state = read_job(folder)
    assert state is not None
    return state


def test_progress_gives_the_time_left(tmp_path: Path):
    reporter = JobReporter(tmp_path)
    reporter.report("Working", 0.2)
    time.sleep(0.01)
    reporter.report("Still working", 0.5)
    stored = (tmp_path / "state.json").read_text()
    assert '"progress": 0.5' in stored
    assert '"remaining_s": null' not in stored


def test_result_of_the_work_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    state = _run(tmp_path, lambda _reporter: "made", monkeypatch)
    assert (state.status, state.result, state.progress) == (JobStatus.FINISHED, "made", 1.0)


def test_asked_to_stop_it_ends_as_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    request_stop(tmp_path)
    assert _run(tmp_path, lambda _reporter: None, monkeypatch).status is JobStatus.STOPPED


def test_an_error_to_mend_is_told_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(_reporter: JobReporter) -> str:
        raise ConfigError("epochs is 0; choose 1 or more")

    assert _run(tmp_path, refuse, monkeypatch).error == "epochs is 0; choose 1 or more"


def test_an_unexpected_error_gets_an_id_that_the_log_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def break_down(_reporter: JobReporter) -> str:
        raise ZeroDivisionError("secret detail")

    error = _run(tmp_path, break_down, monkeypatch).error or ""
    assert "ZeroDivisionError" in error
    assert "secret" not in error
    assert error.split()[2] in caplog.text


def test_a_full_disk_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fill(_reporter: JobReporter) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    assert "free some space" in (_run(tmp_path, fill, monkeypatch).error or "")


def test_another_system_error_is_unexpected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fail(_reporter: JobReporter) -> str:
        raise OSError(errno.EBADF, "Bad file descriptor")

    assert "unexpected error" in (_run(tmp_path, fail, monkeypatch).error or "")
