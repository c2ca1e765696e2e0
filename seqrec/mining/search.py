"""Runs the pattern search inside limits of results, work and memory."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from seqrec.errors import OverLimitError
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import kernels
from seqrec.mining.config import MAX_RESULTS
from seqrec.mining.tables import ItemLists, by_count

UNBOUNDED_LENGTH = 2**31 - 1
MAX_WORK = 2**62
# Postings beside the events: 64 MiB, more than any search of a log with few events has taken.
_SPARE_POSTINGS = 2**24

_REASONS = {
    kernels.OVER_RESULTS: "the search passed its limit of results",
    kernels.OVER_WORK: "the search passed its limit of events scanned",
    kernels.OVER_MEMORY: "the search passed its limit of memory",
    kernels.CANCELLED: "the search was cancelled",
}


@dataclass(frozen=True)
class Limits:
    """How much of what a search may give and take.

    Attributes:
        min_count: histories or transactions that must hold a result.
        max_length: items in a result.
        max_results: results at most.
        max_work: events to scan at most.
    """

    min_count: int
    max_length: int = UNBOUNDED_LENGTH
    max_results: int = MAX_RESULTS
    max_work: int = MAX_WORK


@dataclass(frozen=True)
class Control:
    """A window on a running search, for another thread."""

    slots: NDArray[np.int64] = field(
        default_factory=lambda: np.zeros(kernels.N_SLOTS, dtype=np.int64)
    )

    def cancel(self) -> None:
        """Ask the search to end; it does within one pass over the events."""
        self.slots[kernels.CANCEL] = 1

    @property
    def progress(self) -> float:
        """Share of the frequent first items that are done; 0 to 1."""
        return float(self.slots[kernels.N_FIRST_DONE] / max(1, self.slots[kernels.N_FIRST]))


@dataclass(frozen=True)
class Units:
    """What is counted in: histories or transactions.

    Attributes:
        items: item ids; int32, (n_events,).
        bounds: unit u is `items[bounds[u]:bounds[u + 1]]`; int64, (n_units + 1,).
        n_items: ids run from 1 to n_items.
        ordered: whether the order of items in a unit counts.
        counts: units that hold each item id; int64, (n_items + 1,).
    """

    items: NDArray[np.int32]
    bounds: NDArray[np.int64]
    n_items: int
    ordered: bool
    counts: NDArray[np.int64]

    @property
    def n_units(self) -> int:
        """Number of histories or transactions."""
        return len(self.bounds) - 1

    @classmethod
    def histories(cls, database: SequenceDatabase) -> Self:
        """The users' histories."""
        return cls._counted(database, np.asarray(database.offsets), ordered=True)

    @classmethod
    def transactions(cls, database: SequenceDatabase) -> Self:
        """The item sets of the sessions."""
        breaks = np.flatnonzero(np.diff(database.session_ids)) + 1
        ends = [database.n_events] if database.n_events else []
        return cls._counted(database, np.array([0, *breaks, *ends], dtype=np.int64), ordered=False)

    @classmethod
    def _counted(
        cls, database: SequenceDatabase, bounds: NDArray[np.int64], *, ordered: bool
    ) -> Self:
        # A read-only array is another type to the compiler, and would compile everything twice.
        items = np.array(database.items, dtype=np.int32)
        bounds = np.array(bounds, dtype=np.int64)
        counts = kernels.count_units(items, bounds, database.n_items)
        return cls(items, bounds, database.n_items, ordered, counts)


@dataclass(frozen=True)
class Found:
    """What a search gave.

    Attributes:
        trie: a row (parent, code, count) a result; int32, (n, 3).
        item_of_code: item id by code; int32.
        status: whether the search is complete, else the limit that ended it.
        work: events scanned.
    """

    trie: NDArray[np.int32]
    item_of_code: NDArray[np.int32]
    status: int
    work: int

    @property
    def complete(self) -> bool:
        """Whether no limit ended the search."""
        return self.status == kernels.COMPLETE

    @property
    def over_limit(self) -> bool:
        """Whether a limit of results, work or memory ended it."""
        return self.status not in {kernels.COMPLETE, kernels.CANCELLED}

    def lists(self, min_length: int = 1) -> tuple[ItemLists, NDArray[np.int64]]:
        """Item lists and counts, most frequent first.

        Raises:
            OverLimitError: a limit ended the search; part of the results would mislead.
        """
        if not self.complete:
            raise OverLimitError(
                f"{_REASONS[self.status]} after {len(self.trie):,} results; raise the minimum "
                "support or lower the maximum length"
            )
        lists = ItemLists(*kernels.unroll(self.trie, self.item_of_code))
        counts = self.trie[:, 2].astype(np.int64)
        order = by_count(lists, counts)
        order = order[lists.lengths[order] >= min_length]
        return lists.take(order), counts[order]


def search(units: Units, limits: Limits, control: Control | None = None) -> Found:
    """Every pattern (or itemset) that at least `limits.min_count` units hold."""
    slots = (control or Control()).slots
    frequent = np.flatnonzero(units.counts >= limits.min_count)
    # Rare items first: the many units of a frequent item then have short rests.
    item_of_code = frequent[np.argsort(units.counts[frequent], kind="stable")].astype(np.int32)
    codes = np.full(units.n_items + 1, -1, dtype=np.int32)
    codes[item_of_code] = np.arange(len(item_of_code), dtype=np.int32)
    encode = kernels.encode_histories if units.ordered else kernels.encode_transactions
    events, starts = encode(units.items, units.bounds, codes)
    buffers = _buffers(len(events), limits.max_results)
    bounds = np.array([limits.min_count, limits.max_length, limits.max_work], dtype=np.int64)
    kernels.grow(events, starts, len(item_of_code), bounds, slots, buffers)
    trie = buffers[0][: slots[kernels.N_RESULTS]].copy()
    return Found(trie, item_of_code, int(slots[kernels.STATUS]), int(slots[kernels.WORK]))


def _buffers(n_events: int, max_results: int) -> kernels.Buffers:
    # Untouched pages of a fresh array take no memory, so that the limits can be given whole.
    return (
        np.empty((max_results, 3), dtype=np.int32),
        np.empty((max_results, 4), dtype=np.int64),
        np.empty(4 * n_events + _SPARE_POSTINGS, dtype=np.int32),
        np.empty((n_events + 1, 2), dtype=np.int32),
    )
