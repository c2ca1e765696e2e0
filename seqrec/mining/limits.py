"""What a search may take, how another thread watches it, and what it gives."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from seqrec.errors import OverLimitError
from seqrec.mining import kernels
from seqrec.mining.config import MAX_RESULTS
from seqrec.mining.tables import ItemLists, by_count

UNBOUNDED_LENGTH = 2**31 - 1
MAX_WORK = 2**62
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
