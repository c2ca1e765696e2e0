"""One training at a time: who works, who waits, and at which place; held by files and locks.

Each job that waits is a process of its own, so that the queue outlives the dashboard. A place is
the time at which the job was asked for. Whoever looks or changes holds one lock of the workspace,
so that two can never take the same turn.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from seqrec.jobs.launcher import cancel_job
from seqrec.jobs.state import JobState, JobStatus, read_job, request_stop, write_state
from seqrec.translation.texts import mark
from seqrec.workspace import Workspace

_LOCK_FILE = ".turn"


def jobs_before(folder: Path) -> list[Path]:
    """Folders of the jobs that work now or wait for longer, the next one first."""
    before = []
    for other in _folders_of(_workspace_of(folder)):
        state = read_job(other) if other != folder else None
        if state is None or not state.active:
            continue
        waits = state.status is JobStatus.QUEUED
        if not waits or _place(other, state) < _place(folder, read_job(folder)):
            before.append((waits, _place(other, state), other))
    return [other for _, _, other in sorted(before)]


def active_jobs(workspace: Workspace) -> list[tuple[Path, JobState]]:
    """The job that works, then those that wait in the order of their turns."""
    found = [(folder, read_job(folder)) for folder in _folders_of(workspace)]
    active = [(folder, state) for folder, state in found if state is not None and state.active]
    return sorted(
        active, key=lambda job: (job[1].status is JobStatus.QUEUED, _place(job[0], job[1]))
    )


def take_turn(folder: Path) -> bool:
    """Whether it is the job's turn; it then counts as running."""
    with _turn(folder):
        if jobs_before(folder):
            return False
        write_state(folder, JobState(JobStatus.RUNNING, mark("Starting"), updated_at=time.time()))
        return True


def leave_queue(folder: Path) -> bool:
    """Take a job out of the queue; False where it does not wait (any more)."""
    with _turn(folder):
        state = read_job(folder)
        if state is None or state.status is not JobStatus.QUEUED:
            return False
        cancel_job(folder)
        return True


def leave_or_stop(folder: Path) -> None:
    """Take a job out of the queue, or ask it to end after its step where it works."""
    if not leave_queue(folder):
        request_stop(folder)


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    with (_workspace_of(folder).home / _LOCK_FILE).open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _workspace_of(folder: Path) -> Workspace:
    return Workspace(folder.parents[1])


def _folders_of(workspace: Workspace) -> list[Path]:
    kinds = (workspace.runs, workspace.searches, workspace.time_runs)
    return [path for kind in kinds for path in kind.glob("[!.]*")]


def _place(folder: Path, state: JobState | None) -> tuple[float, str]:
    return (state.updated_at if state else 0.0, folder.name)
