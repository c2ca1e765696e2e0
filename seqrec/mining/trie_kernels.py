"""How every pattern search writes down what it found: a trie, limits, the rising minimum of top k.

A row of a trie is (parent, code, count); the count of what is no result is negative.
"""

import numpy as np

from seqrec.mining.kernels import (
    CANCEL,
    CANCELLED,
    COMPLETE,
    OVER_RESULTS,
    OVER_WORK,
    Int32s,
    Int64s,
    compiled,
    compiled_bare,
)

# Slots of `limits`; the last three are -1 where there is no limit.
MIN_COUNT, MIN_LENGTH, MAX_LENGTH, MAX_RESULTS, MAX_WORK, KIND, TOP, WANTED = range(8)
MAX_GAP, MAX_GAP_S, MAX_SPAN_S, N_LIMITS = range(8, 12)
# Values of `limits[KIND]`.
ALL, CLOSED, MAXIMAL = range(3)
# Slots of a thread's row of `progress`; of the last three see `check_limits`.
N_ROWS, N_RESULTS, N_ABOVE, WORK, STATUS, OTHER_RESULTS, OTHER_WORK, LOOK_AT = range(8)
# A row has 256 bytes, since two threads that write into one line of the cache slow each other down.
N_SLOTS = 32
# Nodes, or events scanned, between two looks at the other threads.
_NODES_BETWEEN, _WORK_BETWEEN = 64, 2**18
# Bits of `wanted` and of `limits[WANTED]` beside one for each item that must be contained.
MAX_CONTAINED = 32
STARTS, ENDS = 1 << MAX_CONTAINED, 1 << (MAX_CONTAINED + 1)


@compiled_bare
def check_limits(
    limits: Int64s, own: Int64s, control: Int64s, progress: Int64s
) -> None:  # pragma: no cover
    """End this thread where the search is cancelled or all threads together pass a limit.

    What the others have is looked up now and then only: each look fetches the line of the cache
    that another thread is writing to.
    """
    own[LOOK_AT] += _WORK_BETWEEN // _NODES_BETWEEN
    if own[LOOK_AT] + own[WORK] >= _WORK_BETWEEN:
        own[LOOK_AT] = -own[WORK]
        _look_around(own, progress)
    if control[CANCEL] != 0:
        own[STATUS] = CANCELLED
    n_results = own[N_RESULTS] + own[OTHER_RESULTS]
    if own[STATUS] == COMPLETE and own[WORK] + own[OTHER_WORK] > limits[MAX_WORK]:
        own[STATUS] = OVER_WORK
    if own[STATUS] == COMPLETE and limits[TOP] == 0 and n_results > limits[MAX_RESULTS]:
        own[STATUS] = OVER_RESULTS


@compiled
def _look_around(own: Int64s, progress: Int64s) -> None:  # pragma: no cover
    """Write down what the other threads have, and end this one where one of them has ended."""
    own[OTHER_RESULTS], own[OTHER_WORK] = -own[N_RESULTS], -own[WORK]
    for row in range(len(progress)):
        own[OTHER_RESULTS] += progress[row, N_RESULTS]
        own[OTHER_WORK] += progress[row, WORK]
        own[STATUS] = max(own[STATUS], progress[row, STATUS])


@compiled
def write_row(
    trie: Int32s, own: Int64s, parent: int, code: int, count: int
) -> int:  # pragma: no cover
    """Write a node down that is no result as yet; its row."""
    row = own[N_ROWS]
    trie[row, 0] = parent
    trie[row, 1] = code
    trie[row, 2] = -count
    own[N_ROWS] += 1
    return int(row)


@compiled
def keep_row(
    trie: Int32s, row: int, limits: Int64s, own: Int64s, filters: tuple[Int64s, Int64s]
) -> None:  # pragma: no cover
    """Make a node a result if it is wanted; the minimum count rises while k results lie above it.

    Args:
        trie: of this thread.
        row: the node's row.
        limits: see the slots.
        own: this thread's row of progress.
        filters: bits by code; results so far by count.
    """
    wanted, at_count = filters
    if limits[WANTED] != 0 and not is_wanted(trie, row, wanted, limits[WANTED]):
        return
    count = -trie[row, 2]
    trie[row, 2] = count
    own[N_RESULTS] += 1
    if limits[TOP] > 0 and count >= limits[MIN_COUNT]:
        own[N_ABOVE] += 1
        at_count[count] += 1
        while own[N_ABOVE] - at_count[limits[MIN_COUNT]] >= limits[TOP]:
            own[N_ABOVE] -= at_count[limits[MIN_COUNT]]
            limits[MIN_COUNT] += 1


@compiled
def is_wanted(trie: Int32s, row: int, wanted: Int64s, needed: int) -> bool:  # pragma: no cover
    """Whether a pattern has the items that it must contain, start with and end with."""
    seen = wanted[trie[row, 1]] & ~np.int64(STARTS)
    while trie[row, 0] >= 0:
        row = trie[row, 0]
        seen |= wanted[trie[row, 1]] & ~np.int64(STARTS | ENDS)
    seen |= wanted[trie[row, 1]] & np.int64(STARTS)
    return bool(seen & needed == needed)


@compiled
def mark_kind(trie: Int32s, limits: Int64s, wanted: Int64s) -> None:  # pragma: no cover
    """Make the counts negative of what is not closed (or maximal), wanted, or of a length asked.

    Every pattern denies it to those with one item less; they are found from row to row, since the
    part of a pattern without item k is the child of its parent's part without item k.

    Args:
        trie: all frequent patterns, parents first.
        limits: which kind and lengths are wanted.
        wanted: bits by code.
    """
    size = 4
    while size < 2 * len(trie):
        size *= 2
    slots = np.full(size, -1, dtype=np.int32)
    ends = np.zeros(len(trie) + 1, dtype=np.int64)
    for row in range(len(trie)):
        parent = trie[row, 0]
        length = 1 if parent < 0 else ends[parent + 1] - ends[parent] + 1
        ends[row + 1] = ends[row] + length
        slots[_slot(trie, slots, parent, trie[row, 1])] = row
    denies = limits[KIND] == CLOSED  # A maximal pattern denies it to every part, rarer or not.
    parts = np.full(ends[-1], -1, dtype=np.int32)  # Row of the part without item k; -1 is nothing.
    for row in range(len(trie)):
        parent, last = trie[row, 0], ends[row + 1] - 1
        parts[last] = parent
        for at in range(ends[row], last):
            before = parts[ends[parent] + at - ends[row]]
            parts[at] = slots[_slot(trie, slots, before, trie[row, 1])]
        for part in parts[ends[row] : last + 1]:
            if part >= 0 and denies * abs(trie[part, 2]) <= abs(trie[row, 2]):
                trie[part, 2] = -abs(trie[part, 2])
        length = last + 1 - ends[row]
        fits = limits[MIN_LENGTH] <= length <= limits[MAX_LENGTH]
        if not fits or not is_wanted(trie, row, wanted, limits[WANTED]):
            trie[row, 2] = -abs(trie[row, 2])


@compiled
def _slot(trie: Int32s, slots: Int32s, parent: int, code: int) -> int:  # pragma: no cover
    """The slot of a parent's child; it holds -1 where there is no such child."""
    mask = np.uint64(len(slots) - 1)
    mixed = (np.uint64(parent + 1) << np.uint64(32)) ^ np.uint64(code)
    mixed *= np.uint64(0x9E3779B97F4A7C15)
    slot = (mixed >> np.uint64(24)) & mask
    while slots[slot] >= 0:
        row = slots[slot]
        if trie[row, 0] == parent and trie[row, 1] == code:
            break
        slot = (slot + np.uint64(1)) & mask
    return int(slot)
