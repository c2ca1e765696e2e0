"""Itemsets of a trie brought into order and written out, ids rising."""

import numpy as np
from numpy.typing import NDArray

from seqrec.mining.kernels import Int32s, Int64s, compiled

Keys = NDArray[np.uint64]


@compiled
def pack_shapes(trie: Int32s, ranks: Int64s, n_bits: int) -> tuple[Keys, int]:  # pragma: no cover
    """Length, lowest and highest item of the set of each row in one number; the longest length.

    Args:
        trie: parents first.
        ranks: place of each code's item among all items of the trie; below 2^n_bits.
        n_bits: of a rank.
    """
    keys = np.empty(len(trie), dtype=np.uint64)
    mask = (1 << n_bits) - 1
    longest = 0
    for row in range(len(trie)):
        length, lowest, highest = 1, ranks[trie[row, 1]], ranks[trie[row, 1]]
        if trie[row, 0] >= 0:
            above = int(np.int64(keys[trie[row, 0]]))
            length = (above >> 2 * n_bits) + 1
            lowest = min(lowest, above >> n_bits & mask)
            highest = max(highest, above & mask)
        keys[row] = length << 2 * n_bits | lowest << n_bits | highest
        longest = max(longest, length)
    return keys, longest


@compiled
def pack_results(
    trie: Int32s, keys: Keys, most: int, bits: tuple[int, int]
) -> int:  # pragma: no cover
    """Write the keys of the results over those of all rows; how many.

    They rise by falling count, then by shape, then by row.

    Args:
        trie: as found.
        keys: shapes.
        most: the highest count.
        bits: of a row, and of a shape.
    """
    n_results = 0
    for row in range(len(trie)):
        count = np.int64(trie[row, 2])
        if count > 0:
            above = (most - count) << bits[1] | np.int64(keys[row])
            keys[n_results] = np.uint64(above) << np.uint64(bits[0]) | np.uint64(row)
            n_results += 1
    return n_results


@compiled
def split_keys(
    keys: Keys, row_bits: int, length_at: int, longest: int
) -> tuple[Int64s, Int64s]:  # pragma: no cover
    """Rows of sorted keys, which take their place, and where the set of each begins.

    Args:
        keys: of the results.
        row_bits: of a row.
        length_at: bits below the length.
        longest: length that its bits can hold.
    """
    rows = keys.view(np.int64)
    offsets = np.zeros(len(keys) + 1, dtype=np.int64)
    for place in range(len(keys)):
        key = keys[place]
        length = np.int64(key >> np.uint64(length_at)) & longest
        offsets[place + 1] = offsets[place] + length
        rows[place] = np.int64(key & np.uint64((1 << row_bits) - 1))
    return rows, offsets


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
    trie: Int32s, rows: Int64s, offsets: Int64s, item_of_code: Int32s
) -> Int32s:  # pragma: no cover
    """The sets of some rows one behind the other, ids rising in each; `rows` becomes counts."""
    items = np.empty(offsets[-1], dtype=np.int32)
    for place in range(len(rows)):
        node = rows[place]
        rows[place] = trie[node, 2]
        low = offsets[place]
        for end in range(low, offsets[place + 1]):
            item = item_of_code[trie[node, 1]]
            at = end
            while at > low and items[at - 1] > item:
                items[at] = items[at - 1]
                at -= 1
            items[at] = item
            node = trie[node, 0]
    return items
