"""The hash table of names: the compiled loops.

Coverage cannot see compiled code (`pragma: no cover`); tests/log compares it with a dict.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from seqrec.log.record_kernels import Bytes, Int32s, Int64s

MAX_LOAD = 0.5
# Slots of `counts`.
NAMES, USED = range(2)


class Table(NamedTuple):
    """Open addressing: a slot holds the upper half of a hash, then the code + 1; 0 is free."""

    slots: NDArray[np.uint64]
    offsets: Int64s
    arena: Bytes
    counts: Int64s


@njit(cache=True, nogil=True)
def encode_places(
    data: Bytes, starts: Int32s, ends: Int32s, codes: Int32s, table: Table, begin: int
) -> int:  # pragma: no cover
    """Encode places from `begin` on until the table is full; the place to go on from."""
    slots, offsets, arena, counts = table
    mask = np.uint64(len(slots) - 1)
    low = np.uint64(0xFFFFFFFF)
    max_names = min(len(offsets) - 1, int(MAX_LOAD * len(slots)))
    n_names, used = counts[NAMES], counts[USED]
    row = begin
    while row < len(codes):
        if codes[row] < 0:
            row += 1
            continue
        start, end = starts[row], ends[row]
        hashed = np.uint64(0xCBF29CE484222325)
        for at in range(start, end):
            hashed = (hashed ^ np.uint64(data[at])) * np.uint64(0x100000001B3)
        hashed = (hashed ^ (hashed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
        slot = (hashed >> np.uint64(20)) & mask
        tag = hashed & ~low
        code = -1
        while slots[slot] != 0:
            entry = slots[slot]
            if entry & ~low == tag:
                found = int(entry & low) - 1
                place = offsets[found]
                if offsets[found + 1] - place == end - start:
                    at = start
                    while at < end and data[at] == arena[place]:
                        at += 1
                        place += 1
                    if at == end:
                        code = found
                        break
            slot = (slot + np.uint64(1)) & mask
        if code < 0:
            if n_names >= max_names or used + (end - start) > len(arena):
                break
            for at in range(start, end):
                arena[used] = data[at]
                used += 1
            code = n_names
            n_names += 1
            offsets[n_names] = used
            slots[slot] = tag | np.uint64(n_names)
        codes[row] = code
        row += 1
    counts[NAMES], counts[USED] = n_names, used
    return row


@njit(cache=True, nogil=True)
def rehash(
    slots: NDArray[np.uint64], larger: NDArray[np.uint64], arena: Bytes, offsets: Int64s
) -> None:  # pragma: no cover
    """Enter all names of a table into larger slots, which are empty."""
    mask = np.uint64(len(larger) - 1)
    low = np.uint64(0xFFFFFFFF)
    for entry in slots:
        if entry != 0:
            code = int(entry & low) - 1
            hashed = np.uint64(0xCBF29CE484222325)
            for at in range(offsets[code], offsets[code + 1]):
                hashed = (hashed ^ np.uint64(arena[at])) * np.uint64(0x100000001B3)
            hashed = (hashed ^ (hashed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
            slot = (hashed >> np.uint64(20)) & mask
            while larger[slot] != 0:
                slot = (slot + np.uint64(1)) & mask
            larger[slot] = (entry & ~low) | np.uint64(code + 1)
