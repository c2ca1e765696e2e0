"""Is a pattern closed, is it maximal, can its branch hold a closed one: BIDE (Wang & Han 2004).

Insert an item before place k of a pattern: it must lie between the earliest places of what comes
before and the latest place of what comes after, the *period* of k. Where some item lies in period k
of every history with the pattern, the longer pattern is as frequent and this one is not closed
(section 3.2). Where that holds for the latest places before the *first* embedding's end, every
pattern that starts like this one is not closed either: the branch is dropped (3.3, BackScan).
"""

import numpy as np

from seqrec.mining.kernels import Int32s, Int64s, compiled
from seqrec.mining.trie_kernels import WORK

# Bits of a mask: periods that are looked at together.
_N_BITS = 62
# How far the periods reach.
TO_FIRST_END, TO_THE_END = range(2)
# Columns of `path`.
_CODE, _EARLIEST, _LATEST = range(3)


@compiled
def extends_back(
    whole: tuple[Int32s, Int64s, Int64s],
    rests: tuple[Int32s, Int32s],
    path: Int64s,
    masks: Int64s,
    reach: int,
) -> bool:  # pragma: no cover
    """Whether one item lies in the same period of every history with the pattern.

    Args:
        whole: all events, where each unit's history starts, and the thread's row of progress.
        rests: events and places in them from which each history's unit can be read.
        path: codes of the pattern; its places are written here; (length, 3).
        masks: by code, zero before and after.
        reach: whether the periods reach to the latest places before the first embedding's end, or
            to those in the whole history.
    """
    for low in range(0, len(path), _N_BITS):
        block = (low, min(low + _N_BITS, len(path)))
        if _shares_item(whole, rests, path, masks, (block[0], block[1], reach)):
            return True
    return False


@compiled
def _shares_item(
    whole: tuple[Int32s, Int64s, Int64s],
    rests: tuple[Int32s, Int32s],
    path: Int64s,
    masks: Int64s,
    block: tuple[int, int, int],
) -> bool:  # pragma: no cover
    """`extends_back` for some periods; columns of `masks`: periods so far, here, codes left."""
    low, high, reach = block
    n_left = 0
    for row in range(len(rests[1])):
        start = _embed(whole, rests, row, path, reach)
        if row == 0:
            n_left = _mark_first(whole[0], start, path, masks, (low, high))
        else:
            n_left = _mark_next(whole[0], start, path, masks, (low, high, n_left))
        if n_left == 0:
            return False
    for left in range(n_left):
        masks[masks[left, 2], 0] = 0
    return True


@compiled
def _mark_first(
    data: Int32s, start: int, path: Int64s, masks: Int64s, block: tuple[int, int]
) -> int:  # pragma: no cover
    """Note the periods in which each code lies in the first history; the number of codes."""
    n_left = 0
    for k in range(block[0], block[1]):
        bit = np.int64(1) << np.int64(k - block[0])
        for at in range(start if k == 0 else path[k - 1, _EARLIEST] + 1, path[k, _LATEST]):
            code = data[at, 0]
            if masks[code, 0] == 0:
                masks[n_left, 2] = code
                n_left += 1
            masks[code, 0] |= bit
    return n_left


@compiled
def _mark_next(
    data: Int32s, start: int, path: Int64s, masks: Int64s, block: tuple[int, int, int]
) -> int:  # pragma: no cover
    """Strike the periods in which a code does not lie in this history; the codes left."""
    low, high, n_before = block
    bits = 0
    for left in range(n_before):
        bits |= masks[masks[left, 2], 0]
    for k in range(low, high):
        bit = np.int64(1) << np.int64(k - low)
        if bits & bit:
            for at in range(start if k == 0 else path[k - 1, _EARLIEST] + 1, path[k, _LATEST]):
                masks[data[at, 0], 1] |= masks[data[at, 0], 0] & bit
    n_left = 0
    for left in range(n_before):
        code = masks[left, 2]
        masks[code, 0] = masks[code, 1]
        masks[code, 1] = 0
        if masks[code, 0] != 0:
            masks[n_left, 2] = code
            n_left += 1
    return n_left


@compiled
def _embed(
    whole: tuple[Int32s, Int64s, Int64s],
    rests: tuple[Int32s, Int32s],
    row: int,
    path: Int64s,
    reach: int,
) -> int:  # pragma: no cover
    """Fill in the earliest and latest places of a pattern; where the history starts."""
    data, starts, own = whole
    events, places = rests
    at = np.int64(places[row])
    while events[at, 0] >= 0:
        at += 1
    start = starts[-1 - events[at, 0]]
    at = start
    for k in range(len(path)):
        while data[at, 0] != path[k, _CODE]:
            at += 1
        path[k, _EARLIEST] = at
        at += 1
    own[WORK] += at - start
    if reach == TO_THE_END:
        while data[at, 0] >= 0:
            at += 1
    for k in range(len(path) - 1, -1, -1):
        at -= 1
        while data[at, 0] != path[k, _CODE]:
            at -= 1
        path[k, _LATEST] = at
    return int(start)


@compiled
def is_maximal(
    whole: tuple[Int32s, Int64s, Int64s],
    rests: tuple[Int32s, Int32s],
    path: Int64s,
    grid: tuple[Int32s, int],
    min_count: int,
) -> bool:  # pragma: no cover
    """Whether no item lies in the same period of as many as `min_count` histories.

    Args:
        whole: as for `extends_back`.
        rests: as for `extends_back`.
        path: as for `extends_back`.
        grid: for a code in a period: count, last history, and a list of those in use, zero before
            and after, (at least the number of codes, 3); the number of codes.
        min_count: histories that make a pattern frequent.
    """
    cells, n_codes = grid
    n_together = len(cells) // n_codes
    for low in range(0, len(path), n_together):
        n_used = 0
        highest = 0
        for row in range(len(rests[1])):
            start = _embed(whole, rests, row, path, TO_THE_END)
            for k in range(low, min(low + n_together, len(path))):
                begin = start if k == 0 else path[k - 1, _EARLIEST] + 1
                stretch = whole[0][begin : path[k, _LATEST]]
                first = (k - low) * n_codes
                n_used, seen = _count_codes(stretch, row, cells, (first, n_used))
                highest = max(highest, seen)
            if highest >= min_count:
                break
        for used in range(n_used):
            cells[cells[used, 2], :2] = 0
        if highest >= min_count:
            return False
    return True


@compiled
def _count_codes(
    stretch: Int32s, row: int, cells: Int32s, at: tuple[int, int]
) -> tuple[int, int]:  # pragma: no cover
    """Count the codes of one history's period once each; cells in use, highest count met."""
    first, n_used = at
    highest = 0
    for event in range(len(stretch)):
        cell = first + stretch[event, 0]
        if cells[cell, 1] == row + 1:
            continue
        if cells[cell, 1] == 0:
            cells[n_used, 2] = cell
            n_used += 1
        cells[cell, 0] += 1
        cells[cell, 1] = row + 1
        highest = max(highest, cells[cell, 0])
    return n_used, highest
