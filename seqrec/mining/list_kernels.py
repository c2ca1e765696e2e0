"""Itemsets of a trie brought into order and written out, ids rising."""

import numpy as np

from seqrec.mining.kernels import Int32s, Int64s, compiled


@compiled
def measure_sets(
    trie: Int32s, item_of_code: Int32s
) -> tuple[Int32s, Int32s, Int32s]:  # pragma: no cover
    """Number of items, lowest and highest item of the set of each row; parents come first."""
    lengths = np.ones(len(trie), dtype=np.int32)
    lowest = np.empty(len(trie), dtype=np.int32)
    highest = np.empty(len(trie), dtype=np.int32)
    for row in range(len(trie)):
        item = item_of_code[trie[row, 1]]
        lowest[row] = highest[row] = item
        above = trie[row, 0]
        if above >= 0:
            lengths[row] = lengths[above] + 1
            lowest[row] = min(item, lowest[above])
            highest[row] = max(item, highest[above])
    return lengths, lowest, highest


@compiled
def sort_stably(order: Int64s, keys: Int32s) -> Int64s:  # pragma: no cover
    """The order by rising key, ties as they are; counted, so that it takes linear time.

    Args:
        order: places of `keys`.
        keys: from 0; the highest should not be far above their number.
    """
    most = 0
    for key in keys:
        most = max(most, key)
    starts = np.zeros(most + 2, dtype=np.int64)
    for key in keys:
        starts[key + 1] += 1
    for key in range(most):
        starts[key + 1] += starts[key]
    placed = np.empty_like(order)
    for at in range(len(order)):
        key = keys[order[at]]
        placed[starts[key]] = order[at]
        starts[key] += 1
    return placed


@compiled
def unroll_sets(
    trie: Int32s, rows: Int64s, lengths: Int32s, item_of_code: Int32s
) -> tuple[Int32s, Int64s]:  # pragma: no cover
    """The sets of some rows, ids rising in each, as (items, offsets)."""
    offsets = np.zeros(len(rows) + 1, dtype=np.int64)
    for place in range(len(rows)):
        offsets[place + 1] = offsets[place] + lengths[place]
    items = np.empty(offsets[-1], dtype=np.int32)
    for place in range(len(rows)):
        node = rows[place]
        low = offsets[place]
        for end in range(low, offsets[place + 1]):
            item = item_of_code[trie[node, 1]]
            at = end
            while at > low and items[at - 1] > item:
                items[at] = items[at - 1]
                at -= 1
            items[at] = item
            node = trie[node, 0]
    return items, offsets
