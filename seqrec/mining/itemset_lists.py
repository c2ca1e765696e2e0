"""From the trie of a search to a table of itemsets, in the order in which it is read."""

import numpy as np
from numpy.typing import NDArray

from seqrec.mining import list_kernels
from seqrec.mining.limits import Found
from seqrec.mining.tables import ItemLists, ItemsetTable

# What a result's place in the order and its row must fit into, to be sorted as one number.
KEY_BITS = 64


def list_itemsets(found: Found, n_transactions: int, min_count: int) -> ItemsetTable:
    """The itemsets of a complete search: by falling count, then length, then lowest, highest item.

    Raises:
        OverLimitError: a limit ended the search, or they hold more than `MAX_ITEMS` items.
    """
    found.check_complete()
    rows, offsets = _order(found)
    found.check_items(len(rows), int(offsets[-1]))
    # The counts take the place of the rows: the results may be as large as the memory that is left.
    items = list_kernels.unroll_sets(found.trie, rows, offsets, found.item_of_code)
    return ItemsetTable(ItemLists(items, offsets), rows, n_transactions, min_count)


def _order(found: Found) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the results in their order, and where the set of each begins; (n,) and (n + 1,)."""
    n_bits = max(1, (len(found.item_of_code) - 1).bit_length())
    ranks = np.empty(len(found.item_of_code), dtype=np.int64)
    ranks[np.argsort(found.item_of_code)] = np.arange(len(ranks))
    most, row_bits = int(found.trie[:, 2].max(initial=0)), len(found.trie).bit_length()
    length_bits = len(found.item_of_code).bit_length()
    shape_bits = 2 * n_bits + length_bits
    if most.bit_length() + shape_bits + row_bits > KEY_BITS:
        return _order_by_columns(found)
    keys, longest = list_kernels.pack_shapes(found.trie, ranks, n_bits)
    shape_bits = 2 * n_bits + longest.bit_length()
    n_results = list_kernels.pack_results(found.trie, keys, most, (row_bits, shape_bits))
    keys = keys if n_results == len(keys) else keys[:n_results].copy()
    keys.sort()
    length_at, lengths = row_bits + 2 * n_bits, (1 << longest.bit_length()) - 1
    return list_kernels.split_keys(keys, row_bits, length_at, lengths)


def _order_by_columns(found: Found) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """As `_order`, one key after the other, where they do not fit into one number."""
    rows = np.flatnonzero(found.trie[:, 2] > 0)
    lengths, lowest, highest = (
        column[rows] for column in list_kernels.measure_sets(found.trie, found.item_of_code)
    )
    counts = found.trie[rows, 2]
    order = np.arange(len(rows), dtype=np.int64)
    for keys in (highest, lowest, lengths, counts.max(initial=0) - counts):
        order = list_kernels.sort_stably(order, keys)
    offsets = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum(lengths[order], out=offsets[1:])
    return rows[order], offsets
