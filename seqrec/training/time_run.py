"""A run's transformer, trained again on what came before a moment: a job of its own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seqrec.jobs.launcher import start_job, told_if_unwritable
from seqrec.jobs.state import CONFIG_FILE
from seqrec.training.run import EVALUATION_FILE, TARGETS_BY_TIME_FILE, Run, read_evaluation
from seqrec.workspace import Workspace, read_json, write_json

_WORKER = "seqrec.training.time_worker"


def time_folder(run: Run) -> Path:
    """Where the job lies or would lie."""
    return Workspace(run.folder.parents[1]).time_runs / run.run_id


def request_time_run(workspace: Workspace, run: Run) -> None:
    """Start the job, or go on with one that was broken off; it waits for its turn.

    Raises:
        WorkspaceError: the workspace cannot be written.
        ReadOnlyError: this is demo mode.
    """
    workspace.check_writable()
    with told_if_unwritable():
        folder = time_folder(run)
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / CONFIG_FILE, {"home": str(workspace.home), "run_id": run.run_id})
        start_job(folder, _WORKER, in_turn=True)


def read_by_time(run: Run) -> tuple[Mapping[str, Any] | None, Path]:
    """The comparison under the split by time and its ranks, with the transformer where it is there.

    None where the run has no such comparison.
    """
    folder = time_folder(run)
    if (folder / EVALUATION_FILE).is_file():
        return read_json(folder / EVALUATION_FILE), folder / TARGETS_BY_TIME_FILE
    return read_evaluation(run).get("by_time"), run.folder / TARGETS_BY_TIME_FILE
