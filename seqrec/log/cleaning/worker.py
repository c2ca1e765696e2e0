"""The cleaning jobs: `python -m seqrec.log.cleaning.worker FOLDER`, and how they are started."""

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from seqrec.jobs.launcher import start_new_job
from seqrec.jobs.state import CONFIG_FILE
from seqrec.jobs.worker import JobReporter, run_worker
from seqrec.log.behaviour_log import load_log
from seqrec.log.cleaning.apply import step_from_json
from seqrec.log.cleaning.look import LogContext
from seqrec.log.cleaning.step import Step
from seqrec.log.cleaning.versions import (
    Preview,
    check_fit,
    clean_log,
    find_uncleaned,
    opened_log,
    preview_cleaning,
)
from seqrec.settings import read_settings
from seqrec.translation.texts import mark
from seqrec.workspace import Workspace, open_workspace, read_json, scratch_folder, write_json

PREVIEW_FILE = "preview.json"
_MODULE = "seqrec.log.cleaning.worker"


def start_preview(
    workspace: Workspace, log_id: str, steps: Sequence[Step], *, suggest: bool
) -> str:
    """Start a job that says what the steps would do to a log; the job's id.

    Args:
        workspace: where the log lies.
        log_id: any version of the log.
        steps: the whole list, in order.
        suggest: whether to look for steps that would do something; takes longer.
    """
    return _start(workspace, log_id, steps, "suggest" if suggest else "preview")


def start_cleaning(workspace: Workspace, log_id: str, steps: Sequence[Step]) -> str:
    """Start a job that makes the version of a log with exactly these steps; the job's id.

    The job's result is the version's id.
    """
    return _start(workspace, log_id, steps, "clean")


def load_preview(folder: Path) -> Preview:
    """What a finished preview job found."""
    return Preview.from_json(read_json(folder / PREVIEW_FILE))


def cleaning_job(reporter: JobReporter) -> str:
    """Do what the job's folder describes; the id of the version, or of the log that was looked at.

    Raises:
        ConfigError: a step does not fit the log.
        TooSmallError: a step would leave no event.
    """
    value = read_json(reporter.folder / CONFIG_FILE)
    workspace = open_workspace(Path(value["home"]))
    log = load_log(workspace, value["log_id"])
    steps = [step_from_json(step) for step in value["steps"]]
    memory_mib = read_settings().ingest_memory_mib
    if value["task"] == "clean":
        return clean_log(workspace, log, steps, memory_mib, reporter.report).log_id
    base = find_uncleaned(workspace, log)
    check_fit(base, steps)
    context = LogContext(base.has_clock, base.mapping.zone, date.today())
    wanted = context if value["task"] == "suggest" else None
    reporter.report(mark("Reading the log"), 0.0)
    with (
        scratch_folder(workspace.jobs) as scratch,
        opened_log(workspace, base, scratch, memory_mib) as connection,
    ):
        preview = preview_cleaning(connection, steps, wanted, reporter.report)
    write_json(reporter.folder / PREVIEW_FILE, preview.to_json())
    return log.log_id


def _start(workspace: Workspace, log_id: str, steps: Sequence[Step], task: str) -> str:
    value = {
        "task": task,
        "log_id": log_id,
        "steps": [step.to_json() for step in steps],
        "home": str(workspace.home),
    }
    return start_new_job(workspace, value, _MODULE)


if __name__ == "__main__":
    sys.exit(run_worker(cleaning_job))
