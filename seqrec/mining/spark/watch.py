"""Ends a session's work when the analyst asks for it, or when no worker takes it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from seqrec.errors import EngineError
from seqrec.mining.spark.address import SparkAddress, SparkKind
from seqrec.mining.spark.faults import told
from seqrec.translation.texts import tr

IDLE_S = 30.0
_POLL_S = 0.2


class StoppedError(EngineError):
    """The analyst asked for an end of the work."""


@contextmanager
def watched(
    session: Any,  # noqa: ANN401 - pyspark is an extra
    address: SparkAddress,
    stop_requested: Callable[[], bool],
) -> Iterator[None]:
    """Runs the body, whose jobs on Spark are cancelled for a reason; errors are in words.

    Args:
        session: of Spark.
        address: where it is.
        stop_requested: whether the work is to end.

    Raises:
        StoppedError: an end was asked for.
        EngineError: no worker took the work within `IDLE_S`, or Spark failed.
    """
    reasons: list[EngineError] = []
    ended = threading.Event()
    watch = _Watch(session, address, stop_requested, reasons, ended)
    thread = threading.Thread(target=watch.run, daemon=True)
    thread.start()
    try:
        with told(address.url):
            yield
    except EngineError as error:
        if reasons:
            raise reasons[0] from error
        raise
    finally:
        ended.set()
        thread.join()
    if reasons:
        raise reasons[0]


@dataclass(frozen=True)
class _Watch:
    session: Any
    address: SparkAddress
    stop_requested: Callable[[], bool]
    reasons: list[EngineError]
    ended: threading.Event

    def run(self) -> None:
        idle_since = None
        while not self.ended.wait(_POLL_S):
            if self.reasons:
                # A job may have begun after the last one was cancelled.
                _cancel(self.session, self.address)
            elif self.stop_requested():
                self.reasons.append(StoppedError(tr("the work on Spark was cancelled")))
            elif self.address.kind is SparkKind.CLUSTER and _waits(self.session):
                idle_since = idle_since or time.monotonic()
                if time.monotonic() - idle_since > IDLE_S:
                    self.reasons.append(EngineError(_nobody(self.address)))
            else:
                idle_since = None


def _cancel(session: Any, address: SparkAddress) -> None:  # noqa: ANN401
    if address.kind is SparkKind.CONNECT:
        session.interruptAll()
    else:
        session.sparkContext.cancelAllJobs()


def _waits(session: Any) -> bool:  # noqa: ANN401
    """Whether there is work that no worker has taken."""
    tracker = session.sparkContext.statusTracker()
    stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
    begun = [stage for stage in stages if stage is not None]
    return bool(begun) and not any(
        stage.numActiveTasks or stage.numCompletedTasks for stage in begun
    )


def _nobody(address: SparkAddress) -> str:
    return tr(
        "no worker of {url} took the work within {n:.0f} s; see that what answers there is a Spark "
        "master of this version, that it has workers with free cores, and that they can reach this "
        "machine",
        url=address.url,
        n=IDLE_S,
    )
