"""Checking, cutting and gathering texts by their places: the compiled loops.

Coverage cannot see compiled code (`pragma: no cover`); tests/log compares it with plain Python.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from seqrec.log.storing.record_kernels import Bytes, Int32s, Int64s

Reasons = NDArray[np.int16]


@njit(cache=True, nogil=True)
def check_names(
    data: Bytes,
    starts: Int32s,
    ends: Int32s,
    markers: tuple[Bytes, Int64s],
    max_chars: int,
    first_reason: int,
    reasons: Reasons,
) -> None:  # pragma: no cover
    """Give the rows without a name their reason, where they have none yet.

    Args:
        data: holds the texts.
        starts: where each begins.
        ends: where each ends.
        markers: lower-case texts that mean "none", one behind the other, and where each begins.
        max_chars: longest name.
        first_reason: of an empty text; then come the markers', then that of a name too long.
        reasons: 0 where there is none; changed.
    """
    letters, offsets = markers
    n_markers = len(offsets) - 1
    longest = 0
    can_begin = np.zeros(256, dtype=np.bool_)
    for marker in range(n_markers):
        longest = max(longest, offsets[marker + 1] - offsets[marker])
        can_begin[letters[offsets[marker]]] = True
    for row in range(len(reasons)):
        if reasons[row] != 0:
            continue
        start, end = starts[row], ends[row]
        if start == end:
            reasons[row] = first_reason
        elif end - start > max_chars:
            n_chars = 0
            for at in range(start, end):
                n_chars += (data[at] & 0xC0) != 0x80
            if n_chars > max_chars:
                reasons[row] = first_reason + n_markers + 1
        elif end - start <= longest:
            first = data[start] + 32 if 65 <= data[start] <= 90 else data[start]
            if not can_begin[first]:
                continue
            for marker in range(n_markers):
                begin, length = offsets[marker], offsets[marker + 1] - offsets[marker]
                if length != end - start:
                    continue
                at = 0
                while at < length:
                    byte = data[start + at]
                    if 65 <= byte <= 90:
                        byte += 32
                    if byte != letters[begin + at]:
                        break
                    at += 1
                if at == length:
                    reasons[row] = first_reason + marker + 1
                    break


@njit(cache=True, nogil=True)
def cut_places(
    data: Bytes, starts: Int32s, ends: Int32s, max_chars: int
) -> None:  # pragma: no cover
    """Move the ends so that no text has more than `max_chars` characters."""
    for row in range(len(starts)):
        if ends[row] - starts[row] > max_chars:
            n_chars = 0
            for at in range(starts[row], ends[row]):
                n_chars += (data[at] & 0xC0) != 0x80
                if n_chars > max_chars:
                    ends[row] = at
                    break


@njit(cache=True, nogil=True)
def gather_texts(
    data: Bytes, starts: Int32s, ends: Int32s
) -> tuple[Bytes, Int64s]:  # pragma: no cover
    """The texts one behind the other, and where each begins; (n_rows + 1,)."""
    offsets = np.zeros(len(starts) + 1, dtype=np.int64)
    for row in range(len(starts)):
        offsets[row + 1] = offsets[row] + ends[row] - starts[row]
    texts = np.empty(offsets[-1], dtype=np.uint8)
    for row in range(len(starts)):
        at = offsets[row]
        for place in range(starts[row], ends[row]):
            texts[at] = data[place]
            at += 1
    return texts, offsets


@njit(cache=True, nogil=True)
def join_pairs(
    data: Bytes, starts: Int32s, ends: Int32s, more_starts: Int32s, more_ends: Int32s
) -> tuple[Bytes, Int32s, Int32s]:  # pragma: no cover
    """Two texts a row with a space between them where both are there: bytes, starts and ends."""
    size = 0
    for row in range(len(starts)):
        size += ends[row] - starts[row] + more_ends[row] - more_starts[row] + 1
    joined = np.empty(size, dtype=np.uint8)
    begins = np.empty(len(starts), dtype=np.int32)
    stops = np.empty(len(starts), dtype=np.int32)
    out = 0
    for row in range(len(starts)):
        begins[row] = out
        for place in range(starts[row], ends[row]):
            joined[out] = data[place]
            out += 1
        if ends[row] > starts[row] and more_ends[row] > more_starts[row]:
            joined[out] = 32
            out += 1
        for place in range(more_starts[row], more_ends[row]):
            joined[out] = data[place]
            out += 1
        stops[row] = out
    return joined, begins, stops


@njit(cache=True, nogil=True)
def pair_codes(first: Int32s, second: Int32s, pairs: Int64s) -> None:  # pragma: no cover
    """Both codes in one number, where the second is not negative."""
    for row in range(len(pairs)):
        pairs[row] = (np.int64(first[row]) << 32) | np.int64(max(second[row], 0))
