"""Starts and ends workers; the dashboard's side of a job."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from seqrec.errors import WorkspaceError
from seqrec.jobs.state import (
    CONFIG_FILE,
    LOCK_FILE,
    LOG_FILE,
    PID_FILE,
    STOP_FILE,
    JobState,
    JobStatus,
    read_job,
    worker_alive,
    write_state,
)
from seqrec.translation.language import LANGUAGE_VARIABLE, current_language
from seqrec.translation.texts import mark, tr
from seqrec.workspace import Workspace, new_id, sweep, write_json

_KILL_WAIT_S = 5.0
_TURN = "seqrec.jobs.turn"


def start_new_job(workspace: Workspace, config: dict[str, Any], module: str) -> str:
    """Start `python -m module` in a job's folder of its own; the job's id.

    Args:
        workspace: where the folder is made.
        config: what the worker is to do, as JSON values.
        module: what to run.

    Raises:
        WorkspaceError: the workspace cannot be written.
        ReadOnlyError: this is demo mode.
    """
    workspace.check_writable()
    job_id = new_id()
    folder = workspace.jobs / job_id
    with told_if_unwritable():
        folder.mkdir()
        write_json(folder / CONFIG_FILE, config)
        start_job(folder, module)
    return job_id


@contextmanager
def told_if_unwritable() -> Iterator[None]:
    """Says in words why a job's folder could not be made.

    Raises:
        WorkspaceError: the workspace cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise WorkspaceError(
            tr(
                "no job can be started: the workspace cannot be written ({error}); free some space "
                "or check its permissions, then try again",
                error=error.strerror,
            )
        ) from error


def start_job(folder: Path, module: str, *, in_turn: bool = False) -> bool:
    """Start `python -m module folder` detached; False where the job runs already.

    With `in_turn` it first waits until no job before it in the queue is left.

    The worker inherits a lock that only its death frees, so that one folder never has two
    workers, and a dead one is never taken for a living one. It has a session of its own: it
    survives the dashboard.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK_FILE).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        (folder / STOP_FILE).unlink(missing_ok=True)
        write_state(folder, JobState(JobStatus.QUEUED, mark("Starting"), updated_at=time.time()))
        command = ["-m", _TURN, str(folder), module] if in_turn else ["-m", module, str(folder)]
        with (folder / LOG_FILE).open("ab") as log:
            worker = subprocess.Popen(
                [sys.executable, *command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[lock.fileno()],
                start_new_session=True,
                cwd=Path(__file__).parents[2],
                # Threads that spin while they wait make a run several times slower on a machine
                # that does something else as well.
                env={
                    **os.environ,
                    "OMP_WAIT_POLICY": "PASSIVE",
                    LANGUAGE_VARIABLE: current_language(),
                },
            )
        (folder / PID_FILE).write_text(str(worker.pid))
    # A child that nobody waits for stays a zombie until the dashboard ends.
    threading.Thread(target=worker.wait, daemon=True).start()
    return True


def cancel_job(folder: Path) -> None:
    """Kill the job's worker and mark it as stopped; nothing happens where it has ended.

    What it was making in a workspace is removed.
    """
    state = read_job(folder)
    if state is None or not state.active:
        return
    # The lock is held, so the pid in the file is still the worker's.
    os.killpg(int((folder / PID_FILE).read_text()), signal.SIGKILL)
    # At once: on a busy machine a worker with much memory takes a while to be gone.
    stopped = JobState(JobStatus.STOPPED, "Cancelled", updated_at=time.time())
    write_state(folder, stopped)
    deadline = time.monotonic() + _KILL_WAIT_S
    while worker_alive(folder) and time.monotonic() < deadline:
        time.sleep(0.01)
    # A worker that was just renaming its own state may have come last.
    write_state(folder, stopped)
    for home in folder.parents:
        if (home / "workspace.json").is_file():
            sweep(Workspace(home))
