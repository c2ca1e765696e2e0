"""What a job's folder says about it; the contract between the dashboard and a worker."""

import fcntl
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path

from seqrec.translation.texts import mark, tr
from seqrec.workspace import read_json, write_json

STATE_FILE = "state.json"
LOCK_FILE = "lock"
STOP_FILE = "stop"
PID_FILE = "pid"
LOG_FILE = "worker.log"
CONFIG_FILE = "config.json"


class JobStatus(StrEnum):
    """Where a job stands."""

    QUEUED = mark("queued")
    RUNNING = mark("running")
    FINISHED = mark("finished")
    STOPPED = mark("stopped")
    FAILED = mark("failed")


@dataclass(frozen=True)
class JobState:
    """One reading of `state.json`.

    Attributes:
        status: where the job stands.
        stage: what it does now, in words for the analyst.
        progress: share done, 0 to 1; None where unknown.
        remaining_s: estimated seconds left; None where unknown.
        error: why it failed, in words for the analyst.
        result: id of what it made (a log id...), where it has one.
        updated_at: Unix seconds of the last sign of life.
    """

    status: JobStatus
    stage: str = ""
    progress: float | None = None
    remaining_s: float | None = None
    error: str | None = None
    result: str | None = None
    updated_at: float = 0.0

    @property
    def active(self) -> bool:
        """Whether it waits or works."""
        return self.status in {JobStatus.QUEUED, JobStatus.RUNNING}


def write_state(folder: Path, state: JobState) -> None:
    """Replace the folder's state whole."""
    write_json(folder / STATE_FILE, asdict(state))


def read_job(folder: Path) -> JobState | None:
    """The job's state, or None where the folder holds no job.

    A job that says it is active while no process holds its lock has failed. The lock is looked at
    before the state is read: the other order would call a job failed that ends in between.
    """
    alive = worker_alive(folder)
    if not (folder / STATE_FILE).is_file():
        return None
    stored = read_json(folder / STATE_FILE)
    state = JobState(**{**stored, "status": JobStatus(stored["status"])})
    if state.active and not alive:
        ended = tr("the worker process ended without a word (killed, or out of memory)")
        return replace(state, status=JobStatus.FAILED, error=ended, remaining_s=None)
    return state


def worker_alive(folder: Path) -> bool:
    """Whether a process holds the job's lock; the kernel frees it when the worker dies."""
    try:
        with (folder / LOCK_FILE).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def request_stop(folder: Path) -> None:
    """Ask the worker to end after its current step."""
    (folder / STOP_FILE).touch()


def stop_requested(folder: Path) -> bool:
    """Whether somebody asked the worker to end."""
    return (folder / STOP_FILE).exists()


def read_log_tail(folder: Path, n_lines: int = 40, name: str = LOG_FILE) -> str:
    """The last lines of the worker's log; empty where there is none."""
    path = folder / name
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - 64 * 1024))
        text = file.read().decode("utf-8", errors="replace")
    return "\n".join(text.splitlines()[-n_lines:])
