"""Why a row cannot be used."""

import numpy as np

from seqrec.log.ids import MISSING_MARKERS
from seqrec.log.storing.record_kernels import Bytes, Int64s
from seqrec.translation.texts import mark

MAX_NAME_CHARS = 10_000
ALREADY_STORED = mark("already in the log")
UNREADABLE_TIME = mark("time cannot be read")
_OF_RECORDS = (
    "",
    mark("too few columns"),
    mark("too many columns"),
    mark("a quote in the wrong place"),
    mark("longer than 8 MiB"),
)
NEEDED: tuple[str, ...] = ("user", "item", "time")


def _of_names(role: str) -> list[str]:
    marked = [f"no {role} ('{marker}')" for marker in MISSING_MARKERS]
    return [f"no {role}", *marked, f"{role} of more than {MAX_NAME_CHARS:,} characters"]


# By number; those of records have the numbers of their status.
REASONS = (
    *_OF_RECORDS,
    *(reason for role in NEEDED for reason in _of_names(role)),
    UNREADABLE_TIME,
    ALREADY_STORED,
)


def first_reason(role: str) -> int:
    """Number of the reason that a row has no user, item or time."""
    return REASONS.index(f"no {role}")


def packed_markers() -> tuple[Bytes, Int64s]:
    """`MISSING_MARKERS` one behind the other, and where each begins."""
    texts = [marker.encode() for marker in MISSING_MARKERS]
    offsets = np.cumsum([0, *map(len, texts)]).astype(np.int64)
    return np.frombuffer(b"".join(texts), dtype=np.uint8).copy(), offsets
