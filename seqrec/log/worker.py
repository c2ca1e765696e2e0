"""The ingest job: `python -m seqrec.log.worker FOLDER`, and how the dashboard starts one."""

import sys
from dataclasses import asdict
from pathlib import Path

from seqrec.jobs.launcher import start_job
from seqrec.jobs.state import CONFIG_FILE
from seqrec.jobs.worker import JobReporter, run_worker
from seqrec.log.columns import ColumnMapping
from seqrec.log.ingest import CsvSource, ingest_csv
from seqrec.log.reader import Upload
from seqrec.settings import read_settings
from seqrec.workspace import Workspace, new_id, open_workspace, read_json, write_json


def start_ingest(workspace: Workspace, source: CsvSource) -> str:
    """Start a job that stores the source as a log; the job's id."""
    job_id = new_id()
    folder = workspace.jobs / job_id
    folder.mkdir()
    value = {
        **asdict(source),
        "upload": {"path": str(source.upload.path), "name": source.upload.name},
        "home": str(workspace.home),
    }
    write_json(folder / CONFIG_FILE, value)
    start_job(folder, "seqrec.log.worker")
    return job_id


def ingest_job(reporter: JobReporter) -> str:
    """Do the ingest that the job's folder describes; the log's id. The upload is removed."""
    value = read_json(reporter.folder / CONFIG_FILE)
    workspace = open_workspace(Path(value.pop("home")))
    source = CsvSource(
        upload=Upload(Path(value["upload"]["path"]), value["upload"]["name"]),
        sha256=value["sha256"],
        delimiter=value["delimiter"],
        columns=tuple(value["columns"]),
        mapping=ColumnMapping.from_json(value["mapping"]),
    )
    log = ingest_csv(workspace, source, read_settings().ingest_memory_mib, reporter.report)
    source.upload.remove()
    return log.log_id


if __name__ == "__main__":
    sys.exit(run_worker(ingest_job))
