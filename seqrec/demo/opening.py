"""The dashboard's side of the demo: opens it, and has a shipped run's models made complete."""

from dataclasses import replace
from pathlib import Path

from seqrec.demo.shipped import WEIGHTS_FOLDER
from seqrec.jobs.launcher import start_job, start_new_job
from seqrec.training.run import Run
from seqrec.workspace import Workspace

_OPEN_WORKER = "seqrec.demo.open_worker"
_MODELS_WORKER = "seqrec.demo.models_worker"
_MODELS_FOLDER = "models"


def open_demo(workspace: Workspace) -> str:
    """Start a job that stores the built-in log and its finished run; the job's id.

    The job's result is the log's id. In demo mode too: it is what that mode is for.
    """
    workspace = replace(workspace, read_only=False)
    return start_new_job(workspace, {"home": str(workspace.home)}, _OPEN_WORKER)


def models_ready(run: Run) -> bool:
    """Whether the run's models can be asked and exported: all but a shipped run's at first."""
    return not (run.folder / WEIGHTS_FOLDER).is_dir()


def complete_models(run: Run) -> None:
    """Start the job that fits a shipped run's baselines again, where it does not go already."""
    start_job(models_folder(run), _MODELS_WORKER)


def models_folder(run: Run) -> Path:
    """Folder of that job."""
    return run.folder / _MODELS_FOLDER
