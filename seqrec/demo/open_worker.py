"""The job that opens the demo: `python -m seqrec.demo.open_worker FOLDER`."""

import logging
import sys
from pathlib import Path

from seqrec.demo.built_in import unpack_demo
from seqrec.demo.shipped import install_shipped
from seqrec.errors import BundleError
from seqrec.jobs.state import CONFIG_FILE
from seqrec.jobs.worker import JobReporter, run_worker
from seqrec.log.ingest import ingest
from seqrec.log.worker import remove_uploads
from seqrec.settings import read_settings
from seqrec.workspace import open_workspace, read_json

logger = logging.getLogger(__name__)


def opening_job(reporter: JobReporter) -> str:
    """Store the built-in log and put its finished run beside it; the log's id.

    A run of another version is left out: the page says so, and the log is there all the same.
    """
    workspace = open_workspace(Path(read_json(reporter.folder / CONFIG_FILE)["home"]))
    request = unpack_demo(workspace)
    log = ingest(workspace, request, read_settings().ingest_memory_mib, reporter.report)
    remove_uploads(workspace, request)
    try:
        install_shipped(workspace, log)
    except BundleError as error:
        logger.warning("the finished run was not opened: %s", error)
    return log.log_id


if __name__ == "__main__":
    sys.exit(run_worker(opening_job))
