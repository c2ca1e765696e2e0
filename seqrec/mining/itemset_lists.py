"""From the trie of a search to a table of itemsets, in the order in which it is read."""

import numpy as np

from seqrec.mining import list_kernels
from seqrec.mining.limits import Found
from seqrec.mining.tables import ItemLists, ItemsetTable


def list_itemsets(found: Found, n_transactions: int, min_count: int) -> ItemsetTable:
    """The itemsets of a complete search: by falling count, then length, then lowest, highest item.

    Raises:
        OverLimitError: a limit ended the search, or they hold more than `MAX_ITEMS` items.
    """
    found.check_complete()
    rows = np.flatnonzero(found.trie[:, 2] > 0)
    lengths, lowest, highest = (
        column[rows] for column in list_kernels.measure_sets(found.trie, found.item_of_code)
    )
    found.check_size(lengths)
    counts = found.trie[rows, 2]
    order = np.arange(len(rows), dtype=np.int64)
    for keys in (highest, lowest, lengths, counts.max(initial=0) - counts):
        order = list_kernels.sort_stably(order, keys)
    items, offsets = list_kernels.unroll_sets(
        found.trie, rows[order], lengths[order], found.item_of_code
    )
    return ItemsetTable(
        ItemLists(items, offsets), counts[order].astype(np.int64), n_transactions, min_count
    )
