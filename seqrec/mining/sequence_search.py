"""Runs the pattern search inside limits of results, work and memory."""

import numpy as np

from seqrec.mining import kernels, sequence_kernels
from seqrec.mining.limits import Control, Found, Limits
from seqrec.mining.units import Units

# Postings beside the events: 64 MiB, more than any search of a log with few events has taken.
_SPARE_POSTINGS = 2**24


def search_sequences(units: Units, limits: Limits, control: Control | None = None) -> Found:
    """Every pattern that at least `limits.min_count` units hold."""
    slots = (control or Control()).slots
    frequent = np.flatnonzero(units.counts >= limits.min_count)
    # Rare items first: the many units of a frequent item then have short rests.
    item_of_code = frequent[np.argsort(units.counts[frequent], kind="stable")].astype(np.int32)
    codes = np.full(units.n_items + 1, -1, dtype=np.int32)
    codes[item_of_code] = np.arange(len(item_of_code), dtype=np.int32)
    events, starts = sequence_kernels.encode_histories(units.items, units.bounds, codes)
    buffers = make_buffers(len(events), limits.max_results)
    bounds = np.array([limits.min_count, limits.max_length, limits.max_work], dtype=np.int64)
    sequence_kernels.grow(events, starts, len(item_of_code), bounds, slots, buffers)
    trie = buffers[0][: slots[kernels.N_RESULTS]].copy()
    return Found(trie, item_of_code, int(slots[kernels.STATUS]), int(slots[kernels.WORK]))


def make_buffers(n_events: int, max_results: int) -> sequence_kernels.Buffers:
    """Results, stack, postings and projected events of one search."""
    # Untouched pages of a fresh array take no memory, so that the limits can be given whole.
    return (
        np.empty((max_results, 3), dtype=np.int32),
        np.empty((max_results, 4), dtype=np.int64),
        np.empty(4 * n_events + _SPARE_POSTINGS, dtype=np.int32),
        np.empty((n_events + 1, 2), dtype=np.int32),
    )
