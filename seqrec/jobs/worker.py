"""The worker's side of a job: state, progress with time left, and what went wrong."""

import errno
import logging
import os
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from seqrec.errors import SeqrecError
from seqrec.jobs.state import JobState, JobStatus, stop_requested, write_state
from seqrec.translation.texts import mark, tr

logger = logging.getLogger(__name__)

_MIN_INTERVAL_S = 0.3
_DISK_ERRORS = {errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EACCES, errno.EFBIG}


class JobReporter:
    """Writes a running job's state, at most three times a second."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._state = JobState(JobStatus.RUNNING, mark("Starting"))
        self._written_at = 0.0
        self._first: tuple[float, float] | None = None

    def report(self, stage: str, progress: float | None = None) -> None:
        """Say what is done now and which share (0 to 1) of the whole job is behind."""
        remaining_s = self._estimate_remaining(progress)
        changed = stage != self._state.stage
        self._state = replace(self._state, stage=stage, progress=progress, remaining_s=remaining_s)
        if changed or time.monotonic() - self._written_at >= _MIN_INTERVAL_S:
            self._write()

    def _estimate_remaining(self, progress: float | None) -> float | None:
        """Seconds left at the pace since the first report: a resumed job does not begin at 0."""
        if progress is None:
            return None
        now = time.monotonic()
        if self._first is None:
            self._first = (now, progress)
        first_at, first_progress = self._first
        done = progress - first_progress
        return (now - first_at) * (1 - progress) / done if done > 0 else None

    def stop_requested(self) -> bool:
        """Whether the analyst asked for an early end."""
        return stop_requested(self.folder)

    def end(
        self, status: JobStatus, *, error: str | None = None, result: str | None = None
    ) -> None:
        """Write the last state of the job."""
        stage = {JobStatus.FINISHED: "Finished", JobStatus.STOPPED: "Stopped"}.get(status, "Failed")
        progress = 1.0 if status is JobStatus.FINISHED else self._state.progress
        self._state = JobState(status, stage, progress, None, error, result)
        self._write()

    def _write(self) -> None:
        if not is_first_process():
            return
        self._written_at = time.monotonic()
        self._state = replace(self._state, updated_at=time.time())
        write_state(self.folder, self._state)


def is_first_process() -> bool:
    """Whether this process speaks for the job, alone or as the first of those under torchrun."""
    return os.environ.get("RANK", "0") == "0"


def run_worker(work: Callable[[JobReporter], str | None]) -> int:
    """Run `work` as the job in the folder that the command line names; 0 where it succeeded.

    `work` returns the id of what it made. This is the one place that catches everything: an error
    that the analyst can mend is recorded as it is, any other with an id that its traceback in
    `worker.log` carries too.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    reporter = JobReporter(Path(sys.argv[1]))
    reporter.report(mark("Starting"))
    try:
        result = work(reporter)
    except SeqrecError as error:
        logger.info("refused: %s", error)
        reporter.end(JobStatus.FAILED, error=str(error))
        return 1
    except OSError as error:
        if error.errno not in _DISK_ERRORS:
            return _record_unexpected(reporter, error)
        logger.exception("the disk failed")
        reporter.end(
            JobStatus.FAILED,
            error=tr(
                "the workspace could not be written ({error}); free some space or check its "
                "permissions, then try again",
                error=error.strerror,
            ),
        )
        return 1
    except BaseException as error:
        return _record_unexpected(reporter, error)
    stopped = reporter.stop_requested()
    reporter.end(JobStatus.STOPPED if stopped else JobStatus.FINISHED, result=result)
    return 0


def _record_unexpected(reporter: JobReporter, error: BaseException) -> int:
    error_id = uuid.uuid4().hex[:8]
    logger.error("unexpected error %s", error_id, exc_info=error)
    name = type(error).__name__
    reporter.end(
        JobStatus.FAILED,
        error=tr("unexpected error {id} ({name}); the log has the details", id=error_id, name=name),
    )
    return 1
