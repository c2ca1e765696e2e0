"""What went wrong in Spark, in words: its own errors are of Java, many lines long."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from seqrec.errors import EngineError
from seqrec.translation.texts import mark, tr

logger = logging.getLogger(__name__)

_LONGEST = 300
_MEMORY = mark(
    "it ran out of memory; raise the minimum support, lower the maximum length, or give its "
    "processes more memory"
)
_STACK = mark(
    "its FP-growth went deeper than the stack of its threads; start a Connect server with -Xss64m "
    "for its driver and executors (elsewhere that is set), or raise the minimum support"
)
_FILES = mark(
    "its workers do not find the log; the workspace must lie on a disk that they share with this "
    "machine, under the same path"
)
_GONE = mark(
    "it ended or went out of reach; see whether it still runs, and whether it had enough memory, "
    "then mine again"
)
_STRANGER = mark("its master does not answer as one of this version of Spark; check the address")
_SIGNS = {
    "OutOfMemoryError": _MEMORY,
    "GC overhead": _MEMORY,
    "maxResultSize": _MEMORY,
    "StackOverflowError": _STACK,
    "PATH_NOT_FOUND": _FILES,
    "FileNotFound": _FILES,
    "FILE_NOT_EXIST": _FILES,
    "All masters are unresponsive": _STRANGER,
    "Connection refused": _GONE,
    "Connection reset": _GONE,
    "UNAVAILABLE": _GONE,
    "Answer from Java side is empty": _GONE,
}


@contextmanager
def told(url: str) -> Iterator[None]:
    """Turns what Spark raises in the body into words; the original stays in the log.

    Raises:
        EngineError: Spark failed.
    """
    from py4j.protocol import Py4JError  # noqa: PLC0415 - an extra, loaded where it is used
    from pyspark.errors import PySparkException  # noqa: PLC0415

    try:
        yield
    except (Py4JError, PySparkException, ConnectionError, EOFError) as error:
        logger.exception("Spark failed")
        raise EngineError(explain(f"{type(error).__name__}: {error}", url)) from error


def explain(text: str, url: str) -> str:
    """The text of an error of Spark in words, with what to do where it is known."""
    for sign, words in _SIGNS.items():
        if sign in text:
            return tr("Spark at {url} ended the work: {reason}", url=url, reason=tr(words))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    first = lines[0] if lines else tr("it gave no reason")
    return tr(
        "Spark at {url} ended the work: {reason}; the job's log has the details",
        url=url,
        reason=first[:_LONGEST],
    )
