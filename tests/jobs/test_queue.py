"""Jobs that wait for each other: real processes that do nothing."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from seqrec.jobs.launcher import cancel_job, start_job
from seqrec.jobs.queue import active_jobs, jobs_before, leave_queue
from seqrec.jobs.state import PID_FILE, JobStatus, read_job, worker_alive
from seqrec.workspace import Workspace, open_workspace
from tests.jobs.test_jobs import SLEEPER, wait_for


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = open_workspace(tmp_path / "home")
    workspace.searches.mkdir()
    yield workspace
    for folder, _ in active_jobs(workspace):
        cancel_job(folder)


def queue(workspace: Workspace, *names: str) -> list[Path]:
    folders = [workspace.runs / name for name in names]
    for folder in folders:
        start_job(folder, SLEEPER, in_turn=True)
    return folders


def status(folder: Path) -> JobStatus | None:
    state = read_job(folder)
    return state.status if state else None


def test_one_works_and_the_others_wait_in_the_order_they_came(workspace: Workspace):
    first, second, third = queue(workspace, "c", "b", "a")
    wait_for(first, JobStatus.RUNNING)
    time.sleep(0.7)  # longer than a waiting job looks again
    assert [status(second), status(third)] == [JobStatus.QUEUED] * 2
    assert jobs_before(third) == [first, second]
    assert [folder for folder, _ in active_jobs(workspace)] == [first, second, third]
    cancel_job(first)
    wait_for(second, JobStatus.RUNNING)
    assert status(third) is JobStatus.QUEUED


def test_a_worker_that_dies_frees_its_turn(workspace: Workspace):
    first, second = queue(workspace, "a", "b")
    wait_for(first, JobStatus.RUNNING)
    os.kill(int((first / PID_FILE).read_text()), signal.SIGKILL)
    wait_for(second, JobStatus.RUNNING)
    assert status(first) is JobStatus.FAILED


def test_one_that_waits_is_taken_out_and_one_that_works_is_not(workspace: Workspace):
    first, second = queue(workspace, "a", "b")
    wait_for(first, JobStatus.RUNNING)
    assert leave_queue(second)
    assert not leave_queue(first)
    assert status(second) is JobStatus.STOPPED
    assert not worker_alive(second)
    assert status(first) is JobStatus.RUNNING


def test_two_started_at_once_never_work_at_once(workspace: Workspace):
    folders = [workspace.runs / "one", workspace.searches / "other"]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda at: start_job(at, SLEEPER, in_turn=True), folders))
    deadline = time.monotonic() + 20
    while JobStatus.RUNNING not in map(status, folders):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    time.sleep(0.7)
    assert sorted(map(str, map(status, folders))) == ["queued", "running"]


def test_what_waits_survives_the_one_who_asked(workspace: Workspace):
    first, second = queue(workspace, "a", "b")
    # A session of its own: no signal to the dashboard's group reaches it.
    for folder in (first, second):
        pid = int((folder / PID_FILE).read_text())
        assert os.getsid(pid) == pid
