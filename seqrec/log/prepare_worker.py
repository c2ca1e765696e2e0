"""The prepare job: `python -m seqrec.log.prepare_worker FOLDER`, and how it is started."""

import sys
from dataclasses import asdict
from pathlib import Path

from seqrec.jobs.launcher import start_new_job
from seqrec.jobs.state import CONFIG_FILE
from seqrec.jobs.worker import JobReporter, run_worker
from seqrec.log.prepare import prepare_upload
from seqrec.log.source import ReadOptions
from seqrec.log.upload import Upload, find_upload
from seqrec.workspace import Workspace, open_workspace, read_json


def start_prepare(workspace: Workspace, upload: Upload, options: ReadOptions) -> str:
    """Start a job that makes an upload readable; the job's id. Its result is the upload's id."""
    value = {
        "home": str(workspace.home),
        "upload_id": upload.upload_id,
        "options": asdict(options),
    }
    return start_new_job(workspace, value, "seqrec.log.prepare_worker")


def prepare_job(reporter: JobReporter) -> str:
    """Prepare the upload that the job's folder names."""
    value = read_json(reporter.folder / CONFIG_FILE)
    workspace = open_workspace(Path(value["home"]))
    upload = find_upload(workspace, value["upload_id"])
    prepare_upload(upload, ReadOptions.from_json(value["options"]), reporter.report)
    return upload.upload_id


if __name__ == "__main__":
    sys.exit(run_worker(prepare_job))
