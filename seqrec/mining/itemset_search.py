"""Runs the itemset search inside limits of results, work and memory."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from seqrec.mining import itemset_kernels, set_kernels, transaction_kernels, trie_kernels
from seqrec.mining.limits import Control, Found, Limits
from seqrec.mining.parallel import count_cores, grow_all
from seqrec.mining.sequence_search import limit_slots
from seqrec.mining.set_kernels import SetSearch
from seqrec.mining.units import Units

# Rows of the trie for every result, at most: closed sets pass through some that are none.
_ROWS_PER_RESULT = 4
_STACK = 2**16
# Columns of bits are made where they take at most so many words: they are cut in no time...
FEW_WORDS = 4_096
# ... or so many for each item in a transaction: a 64th of the bits is set.
WORDS_PER_ONE = 1
# Places beside those of the transactions: 64 MiB, more than any search of few events has taken.
_SPARE_PLACES = 2**24


def search_itemsets(units: Units, limits: Limits, control: Control | None = None) -> Found:
    """Every itemset of `limits.kind` that at least `limits.min_count` units hold.

    The threads share the transactions and take rarest items one after the other; the result does
    not depend on their number. Closed and maximal sets are found without listing the others; a
    longest length chooses among them, it does not make shorter ones closed or maximal.
    """
    control = control or Control()
    frequent = np.flatnonzero(units.counts >= limits.min_count)
    # Rare items first: the many transactions of a frequent item then have few items left.
    item_of_code = frequent[np.argsort(units.counts[frequent], kind="stable")].astype(np.int32)
    counts = units.counts[item_of_code]
    n_threads = max(1, min(control.n_threads or count_cores(), len(item_of_code)))
    progress = np.zeros((n_threads, trie_kernels.N_SLOTS), dtype=np.int64)
    make = _prepare(units, limits, item_of_code)
    searches = [make(own) for own in progress]
    trie = grow_all(itemset_kernels.grow, searches, counts, control, progress)
    status = int(progress[:, trie_kernels.STATUS].max())
    work = int(progress[:, trie_kernels.WORK].sum())
    return Found(trie, item_of_code, status, work, limits.max_results)


def _prepare(
    units: Units, limits: Limits, item_of_code: NDArray[np.int32]
) -> Callable[[NDArray[np.int64]], SetSearch]:
    """Makes the arrays of one thread; all share the transactions."""
    n_codes = len(item_of_code)
    codes = np.full(units.n_items + 1, -1, dtype=np.int32)
    codes[item_of_code] = np.arange(n_codes, dtype=np.int32)
    counts = units.counts[item_of_code]
    data = transaction_kernels.encode_transactions(units.items, units.bounds, codes, counts)
    n_places = len(data[0])
    longest = int(np.diff(units.bounds).max(initial=0))
    n_words = (units.n_units + 63) // 64
    whole = n_codes * n_words <= max(WORDS_PER_ONE * int(counts.sum()), FEW_WORDS)
    columns = transaction_kernels.fill_whole(data[0], n_codes, n_words) if whole else None
    n_levels = min(limits.max_length, longest, n_codes) + 1
    n_rows = _ROWS_PER_RESULT * limits.max_results + n_codes

    def make(own: NDArray[np.int64]) -> SetSearch:
        # Untouched pages of a fresh array take no memory, so that the limits can be given whole.
        return SetSearch(
            *data,
            limits=limit_slots(limits),
            own=own,
            trie=np.empty((n_rows, 3), dtype=np.int32),
            depths=np.empty(n_rows, dtype=np.int32),
            stack=np.empty((_STACK + 2 * n_codes, set_kernels.N_FIELDS), dtype=np.int64),
            postings=np.empty(2 * n_places + _SPARE_PLACES, dtype=np.int32),
            counts=np.zeros(n_codes, dtype=np.int32),
            touched=np.empty(n_codes, dtype=np.int32),
            columns=np.empty(n_codes, dtype=np.int32),
            place=np.full(n_codes, -1, dtype=np.int64),
            bits=_empty_bits(n_places) if columns is None else columns,
            cut=np.empty((n_levels + 2) * n_words, dtype=np.uint64),
            levels=np.zeros((n_levels + 1, set_kernels.N_LEVEL_FIELDS), dtype=np.int64),
            candidates=np.empty((n_levels + 1, n_codes), dtype=np.int32),
            tallies=np.empty((n_levels + 1, n_codes), dtype=np.int32),
            added=np.empty(n_codes, dtype=np.int32),
            checks=np.empty((n_levels + 1, n_codes), dtype=np.int32),
            check_tallies=np.empty((n_levels + 1, n_codes), dtype=np.int32),
            marks=np.zeros(n_codes, dtype=np.int32),
            tally=np.zeros(n_codes, dtype=np.int32),
            checked=np.empty(n_codes, dtype=np.int32),
            common=np.empty(longest + 1, dtype=np.int32),
            whole=whole,
            n_units=units.n_units,
            few_words=FEW_WORDS,
            per_one=WORDS_PER_ONE,
        )

    return make


def _empty_bits(n_places: int) -> NDArray[np.uint64]:
    return np.empty(max(WORDS_PER_ONE * n_places, FEW_WORDS), dtype=np.uint64)
