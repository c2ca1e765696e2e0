"""The ingest job: `python -m seqrec.log.worker FOLDER`, and how the dashboard starts one."""

import sys
from pathlib import Path

from seqrec.jobs.launcher import start_new_job
from seqrec.jobs.state import CONFIG_FILE
from seqrec.jobs.worker import JobReporter, run_worker
from seqrec.log.source import IngestRequest
from seqrec.settings import read_settings
from seqrec.workspace import Workspace, open_workspace, read_json, remove_folder


def start_ingest(workspace: Workspace, request: IngestRequest) -> str:
    """Start a job that stores what is asked for as a log; the job's id."""
    value = {"request": request.to_json(), "home": str(workspace.home)}
    return start_new_job(workspace, value, "seqrec.log.worker")


def ingest_job(reporter: JobReporter) -> str:
    """Do the ingest that the job's folder describes; the log's id. Its uploads are removed."""
    # Compiled code, which the dashboard never loads.
    from seqrec.log.ingest import ingest  # noqa: PLC0415

    value = read_json(reporter.folder / CONFIG_FILE)
    workspace = open_workspace(Path(value["home"]))
    request = IngestRequest.from_json(value["request"])
    memory_mib = read_settings().ingest_memory_mib
    log = ingest(workspace, request, memory_mib, reporter.report)
    remove_uploads(workspace, request)
    return log.log_id


def remove_uploads(workspace: Workspace, request: IngestRequest) -> None:
    """Remove what was uploaded for a request; files of the server stay."""
    for table in request.all_tables():
        _remove_upload(workspace, table.path)


def _remove_upload(workspace: Workspace, path: Path) -> None:
    if workspace.uploads.resolve() in path.resolve().parents:
        entry = path.resolve().relative_to(workspace.uploads.resolve()).parts[0]
        remove_folder(workspace.uploads / entry)
        remove_folder((workspace.uploads / entry).with_suffix(".json"))


if __name__ == "__main__":
    sys.exit(run_worker(ingest_job))
