"""The loops over rules: itemsets found by their items, split, and the sides written out."""

import numpy as np
from numpy.typing import NDArray

from seqrec.mining.kernels import Int32s, Int64s, compiled


@compiled
def index_itemsets(
    items: Int32s, offsets: Int64s, marks: NDArray[np.uint64]
) -> Int64s:  # pragma: no cover
    """Hash table of itemset rows (-1 where empty); `marks` are random bits by item id."""
    size = 2
    while size < 2 * len(offsets):
        size *= 2
    slots = np.full(size, -1, dtype=np.int64)
    for row in range(len(offsets) - 1):
        mark = np.uint64(0)
        for at in range(offsets[row], offsets[row + 1]):
            mark ^= marks[items[at]]
        slot = np.int64(mark & np.uint64(size - 1))
        while slots[slot] >= 0:
            slot = (slot + 1) & (size - 1)
        slots[slot] = row
    return slots


@compiled
def _find(
    subset: Int32s, items: Int32s, offsets: Int64s, marks: NDArray[np.uint64], slots: Int64s
) -> int:  # pragma: no cover
    """Row of an itemset, -1 where it is not in the table."""
    mark = np.uint64(0)
    for item in subset:
        mark ^= marks[item]
    slot = np.int64(mark & np.uint64(len(slots) - 1))
    while slots[slot] >= 0:
        row = slots[slot]
        if offsets[row + 1] - offsets[row] == len(subset):
            same = True
            for at in range(len(subset)):
                same &= items[offsets[row] + at] == subset[at]
            if same:
                return int(row)
        slot = (slot + 1) & (len(slots) - 1)
    return -1


@compiled
def split_itemsets(
    sets: tuple[Int32s, Int64s, Int64s],
    marks: NDArray[np.uint64],
    slots: Int64s,
    min_confidence: float,
    rules: Int32s,
) -> int:  # pragma: no cover
    """Write rules (itemset, antecedent, consequent rows) until `rules` is full; how many.

    Returns -1 where a part of a set is not in the table, len(rules) + 1 where more would follow.
    """
    _, offsets, counts = sets
    part = np.empty(64, dtype=np.int32)
    n_rules = 0
    for row in range(len(counts)):
        length = offsets[row + 1] - offsets[row]
        for mask in range(1, 2**length - 1):
            antecedent = _part_row(sets, row, mask, part, marks, slots)
            if antecedent < 0:
                return -1
            if counts[row] / counts[antecedent] < min_confidence:
                continue
            consequent = _part_row(sets, row, 2**length - 1 - mask, part, marks, slots)
            if n_rules == len(rules):
                return n_rules + 1
            rules[n_rules, 0] = row
            rules[n_rules, 1] = antecedent
            rules[n_rules, 2] = consequent
            n_rules += 1
    return n_rules


@compiled
def _part_row(
    sets: tuple[Int32s, Int64s, Int64s],
    row: int,
    mask: int,
    part: Int32s,
    marks: NDArray[np.uint64],
    slots: Int64s,
) -> int:  # pragma: no cover
    """Row of the subset of an itemset that a bit mask names."""
    items, offsets, _ = sets
    n_part = 0
    for at in range(offsets[row + 1] - offsets[row]):
        if mask >> at & 1:
            part[n_part] = items[offsets[row] + at]
            n_part += 1
    return _find(part[:n_part], items, offsets, marks, slots)


@compiled
def take_lists(
    items: Int32s, offsets: Int64s, rows: Int32s
) -> tuple[Int32s, Int64s]:  # pragma: no cover
    """The lists of some rows, in the order of `rows`, as (items, offsets)."""
    ends = np.zeros(len(rows) + 1, dtype=np.int64)
    for place, row in enumerate(rows):
        ends[place + 1] = ends[place] + offsets[row + 1] - offsets[row]
    taken = np.empty(ends[-1], dtype=np.int32)
    for place, row in enumerate(rows):
        for at in range(offsets[row + 1] - offsets[row]):
            taken[ends[place] + at] = items[offsets[row] + at]
    return taken, ends
