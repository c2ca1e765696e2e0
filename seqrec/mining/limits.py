"""What a search may take, how another thread watches it, and what it gives."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqrec.errors import OverLimitError
from seqrec.mining import kernels
from seqrec.mining.conditions import ItemFilter, NearLimits, PatternKind
from seqrec.mining.config import MAX_RESULTS, ItemsetConfig, MiningConfig
from seqrec.mining.tables import ItemLists, by_count
from seqrec.translation.texts import mark, tr

UNBOUNDED_LENGTH = 2**31 - 1
MAX_WORK = 2**62
# Items of all results together: 200 MB.
MAX_ITEMS = 50_000_000
_REASONS = {
    kernels.OVER_RESULTS: mark("the search passed its limit of results"),
    kernels.OVER_WORK: mark("the search passed its limit of events scanned"),
    kernels.OVER_MEMORY: mark("the search passed its limit of memory"),
    kernels.CANCELLED: mark("the search was cancelled"),
}


@dataclass(frozen=True)
class Beyond:
    """Wider limits, and what a search must promise to get them.

    Attributes:
        max_results: results at most, expected and then allowed.
        likely_work: events to scan at most, expected in all.
        max_work: events to scan at most, then allowed.
    """

    max_results: int
    likely_work: int
    max_work: int


@dataclass(frozen=True)
class Limits:
    """How much of what a search may give and take.

    Attributes:
        min_count: histories or transactions that must hold a result.
        max_length: items in a result.
        max_results: results at most.
        max_work: events to scan at most.
        min_length: items in a result at least.
        kind: all results, or only the closed or maximal ones.
        top: only so many of the most frequent results, ties at the last rank too; 0 for all.
        near: how near to each other the items of a pattern must be.
        items: items that a pattern must hold.
        beyond: what holds instead once the search is seen to be on its way to its end; None: never.
    """

    min_count: int
    max_length: int = UNBOUNDED_LENGTH
    max_results: int = MAX_RESULTS
    max_work: int = MAX_WORK
    min_length: int = 1
    kind: PatternKind = PatternKind.ALL
    top: int = 0
    near: NearLimits = field(default_factory=NearLimits)
    items: ItemFilter = field(default_factory=ItemFilter)
    beyond: Beyond | None = None

    @property
    def most_results(self) -> int:
        """Results at most, whether or not `beyond` comes to hold."""
        return (
            self.max_results
            if self.beyond is None
            else max(self.max_results, self.beyond.max_results)
        )


@dataclass(frozen=True)
class Control:
    """A window on a running search, for another thread.

    Attributes:
        slots: what the kernels read and write.
        n_threads: threads of the search; None takes all cores.
    """

    slots: NDArray[np.int64] = field(
        default_factory=lambda: np.zeros(kernels.N_SLOTS, dtype=np.int64)
    )
    n_threads: int | None = None

    def cancel(self) -> None:
        """Ask the search to end; it does within one pass over the events."""
        self.slots[kernels.CANCEL] = 1

    @property
    def progress(self) -> float:
        """Share of the frequent first items that are done; 0 to 1."""
        return float(self.slots[kernels.N_FIRST_DONE] / max(1, self.slots[kernels.N_FIRST]))


@dataclass(frozen=True)
class Found:
    """What a search gave.

    Attributes:
        trie: a row (parent, code, count) a node; the count of what is no result is negative;
            int32, (n, 3).
        item_of_code: item id by code; int32.
        status: whether the search is complete, else the limit that ended it.
        work: events scanned.
        max_results: results at most.
    """

    trie: NDArray[np.int32]
    item_of_code: NDArray[np.int32]
    status: int
    work: int
    max_results: int = MAX_RESULTS

    @property
    def complete(self) -> bool:
        """Whether no limit ended the search."""
        return self.status == kernels.COMPLETE

    @property
    def over_limit(self) -> bool:
        """Whether a limit of results, work or memory ended it."""
        return self.status not in {kernels.COMPLETE, kernels.CANCELLED}

    @property
    def n_results(self) -> int:
        """Number of results."""
        return min(self.max_results, int(np.count_nonzero(self.trie[:, 2] > 0)))

    @property
    def reason(self) -> str:
        """What ended the search before all was found; "" where all was."""
        return _REASONS.get(self.status, "")

    def lists(self, top: int = 0, *, partial: bool = False) -> tuple[ItemLists, NDArray[np.int64]]:
        """Item lists and counts, most frequent first.

        Args:
            top: only so many, and all ties at the last rank; 0 for all.
            partial: whether to give what was found where a limit ended the search.

        Raises:
            OverLimitError: a limit ended the search; part of the results would mislead.
        """
        if not partial:
            self.check_complete()
        counts = self.trie[:, 2].astype(np.int64)
        lowest = np.sort(counts)[-top] if 0 < top <= len(counts) else 1
        rows = np.flatnonzero(counts >= max(1, lowest))[: self.max_results]
        lists, counts = self.unroll(rows, partial=partial), counts[rows]
        order = by_count(lists, counts[: len(lists)])
        return lists.take(order), counts[order]

    def check_complete(self) -> None:
        """Nothing, where no limit ended the search.

        Raises:
            OverLimitError: one did; part of the results would mislead.
        """
        if not self.complete:
            raise OverLimitError(
                tr(
                    "{reason} after {n:,} results; raise the minimum support or lower the maximum "
                    "length",
                    reason=tr(self.reason),
                    n=self.n_results,
                )
            )

    def check_size(self, lengths: NDArray[np.signedinteger[Any]]) -> None:
        """Nothing, where results of some lengths fit into memory.

        Raises:
            OverLimitError: they hold more than `MAX_ITEMS` items.
        """
        self.check_items(len(lengths), int(lengths.sum(dtype=np.int64)))

    def check_items(self, n_results: int, n_items: int) -> None:
        """Nothing, where results with so many items in all fit into memory.

        Raises:
            OverLimitError: they do not.
        """
        if n_items > MAX_ITEMS:
            raise OverLimitError(
                tr(
                    "{n:,} results hold {items:,} items, more than the limit of {most:,}; lower "
                    "the maximum length or raise the minimum support",
                    n=n_results,
                    items=n_items,
                    most=MAX_ITEMS,
                )
            )

    def unroll(self, rows: NDArray[np.int64], *, partial: bool = False) -> ItemLists:
        """The item lists of some rows of the trie, as many as memory holds where `partial`.

        Raises:
            OverLimitError: they hold more than `MAX_ITEMS` items.
        """
        lengths = kernels.measure_depths(self.trie)[rows]
        n_fitting = int(np.searchsorted(np.cumsum(lengths), MAX_ITEMS, side="right"))
        if not partial:
            self.check_size(lengths)
        rows, lengths = rows[:n_fitting], lengths[:n_fitting]
        return ItemLists(*kernels.unroll(self.trie, rows, lengths, self.item_of_code))


def limits_of(config: MiningConfig, max_results: int, max_work: int) -> Limits:
    """What a search for a configuration with a minimum count may give and take."""
    limits = Limits(
        config.min_count or 1, config.max_length or UNBOUNDED_LENGTH, max_results, max_work
    )
    if isinstance(config, ItemsetConfig):
        return replace(limits, kind=config.kind)
    return replace(
        limits,
        min_length=config.min_length,
        kind=config.kind,
        top=config.top or 0,
        near=config.near,
        items=config.items,
    )
