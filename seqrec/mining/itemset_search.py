"""Runs the itemset search inside limits of results, work and memory."""

import numpy as np

from seqrec.mining import itemset_kernels, kernels, sequence_kernels
from seqrec.mining.limits import Control, Found, Limits
from seqrec.mining.sequence_search import make_buffers
from seqrec.mining.units import Units


def search_itemsets(units: Units, limits: Limits, control: Control | None = None) -> Found:
    """Every itemset that at least `limits.min_count` units hold."""
    slots = (control or Control()).slots
    frequent = np.flatnonzero(units.counts >= limits.min_count)
    # Rare items first: the many units of a frequent item then have short rests.
    item_of_code = frequent[np.argsort(units.counts[frequent], kind="stable")].astype(np.int32)
    codes = np.full(units.n_items + 1, -1, dtype=np.int32)
    codes[item_of_code] = np.arange(len(item_of_code), dtype=np.int32)
    events, starts = itemset_kernels.encode_transactions(units.items, units.bounds, codes)
    buffers = make_buffers(len(events), limits.max_results)
    bounds = np.array([limits.min_count, limits.max_length, limits.max_work], dtype=np.int64)
    # An itemset is the pattern of a transaction's distinct items in a fixed order.
    sequence_kernels.grow(events, starts, len(item_of_code), bounds, slots, buffers)
    trie = buffers[0][: slots[kernels.N_RESULTS]].copy()
    return Found(trie, item_of_code, int(slots[kernels.STATUS]), int(slots[kernels.WORK]))
