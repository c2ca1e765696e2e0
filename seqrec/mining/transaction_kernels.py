"""Transactions as flat codes, with the places of each code, and as columns of bits."""

import numpy as np

from seqrec.mining.kernels import Int32s, Int64s, compiled
from seqrec.mining.popcount_kernels import Words


@compiled
def encode_transactions(
    items: Int32s, bounds: Int64s, codes: Int32s, counts: Int64s
) -> tuple[Int32s, Int32s, Int64s]:  # pragma: no cover
    """Flat transactions; the places of each code, code by code, and where each code's begin.

    Args:
        items: item ids; int32, (n_events,).
        bounds: transaction t is `items[bounds[t]:bounds[t + 1]]`.
        codes: code of each item id, -1 where it is rare.
        counts: transactions that hold each code.
    """
    n_codes = len(counts)
    firsts = np.zeros(n_codes + 1, dtype=np.int64)
    for code in range(n_codes):
        firsts[code + 1] = firsts[code] + counts[code]
    holders = np.empty(firsts[n_codes], dtype=np.int32)  # Transactions first, places later.
    cursors = firsts[:-1].copy()
    last_unit = np.full(n_codes + 1, -1, dtype=np.int64)
    ends = np.zeros(len(bounds), dtype=np.int64)
    for unit in range(len(bounds) - 1):
        for at in range(bounds[unit], bounds[unit + 1]):
            code = codes[items[at]]
            if code >= 0 and last_unit[code] != unit:
                last_unit[code] = unit
                holders[cursors[code]] = unit
                cursors[code] += 1
                ends[unit + 1] += 1
    ends[0] = 1
    for unit in range(len(bounds) - 1):
        ends[unit + 1] += ends[unit] + 1
    flat = np.full(ends[-1] + 1, -1, dtype=np.int32)
    # Code by code, so that every transaction comes out sorted.
    for code in range(n_codes):
        for at in range(firsts[code], firsts[code + 1]):
            unit = holders[at]
            flat[ends[unit]] = code
            holders[at] = ends[unit]
            ends[unit] += 1
    return flat, holders, firsts


@compiled
def fill_whole(flat: Int32s, n_codes: int, n_words: int) -> Words:  # pragma: no cover
    """Columns of bits of all codes over the transactions with any; (n_codes * n_words,)."""
    bits = np.zeros(n_codes * n_words, dtype=np.uint64)
    unit = 0
    for at in range(1, len(flat)):
        code = flat[at]
        if code >= 0:
            bits[code * n_words + (unit >> 6)] |= np.uint64(1) << np.uint64(unit & 63)
        else:
            unit += 1
    return bits
