"""The hash table of names: the compiled loops.

Open addressing. A slot has two words: the first holds the code + 1 (32 bits; 0 is free), the length
up to 255 (8 bits) and a part of the hash (24 bits); the second the text itself where it has at most
eight bytes, else where it begins in the arena. So most look-ups touch one place in memory. Coverage
cannot see compiled code (`pragma: no cover`); tests/log compares it with a dict.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from seqrec.log.storing.record_kernels import Bytes, Int32s, Int64s

MAX_LOAD = 0.5
# Slots of `counts`.
NAMES, USED = range(2)

_WORD_BYTES = 8
_CODE = np.uint64(0xFFFFFFFF)
_HASH_START = np.uint64(0x9E3779B97F4A7C15)
_HASH_FACTOR = np.uint64(0xBF58476D1CE4E5B9)
_32, _40, _20, _29 = np.uint64(32), np.uint64(40), np.uint64(20), np.uint64(29)
_8 = np.uint64(8)
_ONE = np.uint64(1)

Words = NDArray[np.uint64]


class Table(NamedTuple):
    """The hash table.

    Attributes:
        slots: see above; (n_slots, 2), n_slots a power of two.
        offsets: where each name begins in the arena; (n_room + 1,).
        arena: the names' bytes.
        counts: number of names, and bytes of the arena that are used.
    """

    slots: Words
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
    max_names = min(len(offsets) - 1, int(MAX_LOAD * len(slots)))
    n_names, used = counts[NAMES], counts[USED]
    row = begin
    while row < len(codes):
        if codes[row] < 0:
            row += 1
            continue
        start, end = starts[row], ends[row]
        length = end - start
        hashed = _HASH_START ^ np.uint64(length)
        word = np.uint64(0)
        at = start
        while at < end:
            word = np.uint64(0)
            last = min(at + _WORD_BYTES, end)
            while at < last:
                word = (word << _8) | np.uint64(data[at])
                at += 1
            hashed = (hashed ^ word) * _HASH_FACTOR
            hashed ^= hashed >> _29
        slot = (hashed >> _20) & mask
        head = ((hashed >> _40) << _40) | (np.uint64(min(length, 255)) << _32)
        code = -1
        while slots[slot, 0] != 0:
            if slots[slot, 0] & ~_CODE == head:
                if length <= _WORD_BYTES:
                    if slots[slot, 1] == word:
                        code = int(np.int64(slots[slot, 0] & _CODE)) - 1
                        break
                else:
                    place = int(np.int64(slots[slot, 1]))
                    at = start
                    while at < end and place < used and data[at] == arena[place]:
                        at += 1
                        place += 1
                    found = int(np.int64(slots[slot, 0] & _CODE)) - 1
                    if at == end and (length < 255 or offsets[found + 1] == place):
                        code = found
                        break
            slot = (slot + _ONE) & mask
        if code < 0:
            if n_names >= max_names or used + length > len(arena):
                break
            slots[slot, 1] = word if length <= _WORD_BYTES else np.uint64(used)
            for at in range(start, end):
                arena[used] = data[at]
                used += 1
            code = n_names
            n_names += 1
            offsets[n_names] = used
            slots[slot, 0] = head | np.uint64(n_names)
        codes[row] = code
        row += 1
    counts[NAMES], counts[USED] = n_names, used
    return row


@njit(cache=True, nogil=True)
def rehash(slots: Words, larger: Words, arena: Bytes, offsets: Int64s) -> None:  # pragma: no cover
    """Enter all names of a table into larger slots, which are empty."""
    mask = np.uint64(len(larger) - 1)
    for place in range(len(slots)):
        if slots[place, 0] == 0:
            continue
        code = int(np.int64(slots[place, 0] & _CODE)) - 1
        at, end = offsets[code], offsets[code + 1]
        hashed = _HASH_START ^ np.uint64(end - at)
        while at < end:
            word = np.uint64(0)
            last = min(at + _WORD_BYTES, end)
            while at < last:
                word = (word << _8) | np.uint64(arena[at])
                at += 1
            hashed = (hashed ^ word) * _HASH_FACTOR
            hashed ^= hashed >> _29
        slot = (hashed >> _20) & mask
        while larger[slot, 0] != 0:
            slot = (slot + _ONE) & mask
        larger[slot, 0], larger[slot, 1] = slots[place, 0], slots[place, 1]
