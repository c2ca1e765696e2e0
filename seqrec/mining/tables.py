"""Mined results as column tables: item lists and counts, nothing that could disagree."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from seqrec.mining.evidence import HeldPatterns, HeldRules, Significance

_ITEMS_AT_ONCE = 2**20


@dataclass(frozen=True)
class ItemLists:
    """Many short lists of item ids, one behind the other.

    Attributes:
        items: item ids of all lists; int32.
        offsets: list i is `items[offsets[i]:offsets[i + 1]]`; int64, (n + 1,).
    """

    items: NDArray[np.int32]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        """Number of lists."""
        return len(self.offsets) - 1

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        """The lists as tuples."""
        for low, high in zip(self.offsets[:-1], self.offsets[1:], strict=True):
            yield tuple(int(item) for item in self.items[low:high])

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Items in each list; (n,)."""
        return np.diff(self.offsets)

    def take(self, rows: NDArray[np.int64]) -> Self:
        """The lists of some rows, in the order of `rows`."""
        lengths = self.lengths[rows]
        offsets = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
        starts = self.offsets[:-1][rows] - offsets[:-1]
        items = np.empty(offsets[-1], dtype=self.items.dtype)
        # Block by block: the places of all items at once take many times the memory of the items.
        bounds = np.searchsorted(offsets, np.arange(0, offsets[-1], _ITEMS_AT_ONCE)).tolist()
        for low, high in pairwise([*bounds, len(rows)]):
            shift = np.repeat(starts[low:high], lengths[low:high])
            places = np.arange(offsets[low], offsets[high])
            items[offsets[low] : offsets[high]] = self.items[places + shift]
        return type(self)(items, offsets)

    @classmethod
    def from_lists(cls, lists: Iterable[Sequence[int]]) -> Self:
        """The flat form of plain lists."""
        rows = [list(row) for row in lists]
        offsets = np.cumsum([0, *(len(row) for row in rows)], dtype=np.int64)
        return cls(np.array([item for row in rows for item in row], dtype=np.int32), offsets)


@dataclass(frozen=True)
class ItemsetTable:
    """Frequent itemsets, most frequent first; the empty set is left out.

    Attributes:
        items: ids rising in each set.
        counts: transactions that hold the set; int64, (n,).
        n_transactions: transactions in all.
        min_count: transactions that had to hold a set.
    """

    items: ItemLists
    counts: NDArray[np.int64]
    n_transactions: int
    min_count: int = 1


@dataclass(frozen=True)
class RuleTable:
    """Association rules antecedent -> consequent, by count; every array has one value a rule.

    `n_users`, the distinct users behind `n_both`, is there in a rule table that a job has written;
    `chance` and `held` where the rules were tested, and counted on held-out users.
    """

    antecedents: ItemLists
    consequents: ItemLists
    n_both: NDArray[np.int64]
    n_antecedent: NDArray[np.int64]
    n_consequent: NDArray[np.int64]
    n_transactions: int
    n_users: NDArray[np.int64] | None = None
    chance: Significance | None = None
    held: HeldRules | None = None


@dataclass(frozen=True)
class PatternTable:
    """Sequential patterns, most frequent first.

    Attributes:
        items: ids in the order in which they occur; any others may lie between.
        counts: histories that hold the pattern at least once; int64, (n,).
        n_histories: histories (or sessions) in all.
        min_count: the minimum count that was used.
        stopped_by: the limit that ended the search before all was found; "" where all is here.
        chance: how easily chance explains their order, where that was tested.
        held: their counts among held-out users, where they were counted.
        redundant: whether each is a generalisation that says no more than a special pattern of the
            table, where items and categories were mined at once; bool, (n,).
    """

    items: ItemLists
    counts: NDArray[np.int64]
    n_histories: int
    min_count: int = 1
    stopped_by: str = ""
    chance: Significance | None = None
    held: HeldPatterns | None = None
    redundant: NDArray[np.bool_] | None = None

    @property
    def complete(self) -> bool:
        """Whether every pattern that was asked for is here."""
        return not self.stopped_by


@dataclass(frozen=True)
class SequentialRuleTable:
    """Sequential rules antecedent, later consequent, by count; every array has one value a rule.

    `measures.confidence(n_both, n_antecedent)` and `measures.lift(n_both, n_antecedent,
    n_consequent, n_histories)` hold here too: the lift is against chance without order, histories
    with both sides that are independent. `n_both / n_together` is the share of the histories with
    all items that have them in this order.

    Attributes:
        antecedents: item ids of each antecedent, in no order that means anything.
        consequents: item ids of each consequent.
        n_both: histories with the antecedent before the consequent; int64.
        n_antecedent: histories with all of the antecedent.
        n_consequent: histories with all of the consequent.
        n_together: histories with all items of both sides, in any order.
        n_histories: histories (or sessions) in all.
    """

    antecedents: ItemLists
    consequents: ItemLists
    n_both: NDArray[np.int64]
    n_antecedent: NDArray[np.int64]
    n_consequent: NDArray[np.int64]
    n_together: NDArray[np.int64]
    n_histories: int


@dataclass(frozen=True)
class NgramTable:
    """Runs of consecutive items, those in most histories first.

    Attributes:
        items: item ids of each n-gram.
        counts: histories (or sessions) with a window that shows it; int64, (n,).
        n_occurrences: windows that show it; int64, (n,).
        n_histories: histories (or sessions) in all.
        n_windows: windows in all.
    """

    items: ItemLists
    counts: NDArray[np.int64]
    n_occurrences: NDArray[np.int64]
    n_histories: int
    n_windows: int


@dataclass(frozen=True)
class ItemsetSequenceTable:
    """Sequences of itemsets, most frequent first.

    Attributes:
        items: item ids of each sequence, set by set.
        joins: whether an item is in the same set as the one before it, for each of `items.items`;
            bool, (n_items,).
        counts: histories that hold the sequence; int64, (n,).
        n_histories: histories in all.
        stopped_by: the limit that ended the search before all was found; "" where all is here.
    """

    items: ItemLists
    joins: NDArray[np.bool_]
    counts: NDArray[np.int64]
    n_histories: int
    stopped_by: str = ""

    def sets(self, row: int) -> list[tuple[int, ...]]:
        """The sets of one sequence, their items rising."""
        found: list[list[int]] = []
        for at in range(self.items.offsets[row], self.items.offsets[row + 1]):
            if not self.joins[at]:
                found.append([])
            found[-1].append(int(self.items.items[at]))
        return [tuple(sorted(items)) for items in found]


@dataclass(frozen=True)
class StepTimes:
    """Seconds from item to item of some patterns.

    Attributes:
        offsets: pattern i has the steps `offsets[i]` to `offsets[i + 1]`; int64, (n + 1,).
        quartiles_s: first quartile, median and third quartile; NaN where no history holds the
            pattern; (n_steps, 3).
        counts: histories that were measured, by pattern; int64, (n,).
    """

    offsets: NDArray[np.int64]
    quartiles_s: NDArray[np.float64]
    counts: NDArray[np.int64]


@dataclass(frozen=True)
class NextSteps:
    """How often the last item of a pattern follows the rest; `measures` takes these counts.

    Attributes:
        rows: row of each pattern in the table that it comes from; int64, (n,).
        n_both: histories with the pattern.
        n_antecedent: histories with all but its last item, in order.
        n_consequent: histories with its last item.
    """

    rows: NDArray[np.int64]
    n_both: NDArray[np.int64]
    n_antecedent: NDArray[np.int64]
    n_consequent: NDArray[np.int64]


def by_count(items: ItemLists, counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows by falling count; ties by length, then by first and last item."""
    if len(items) == 0:
        return np.zeros(0, dtype=np.int64)
    first, last = items.items[items.offsets[:-1]], items.items[items.offsets[1:] - 1]
    keys = (last, first, items.lengths, counts.max() - counts)
    # Keys of two bytes or one are sorted in a pass each, ten times as fast as longer ones.
    return np.lexsort(tuple(key.astype(np.min_scalar_type(int(key.max()))) for key in keys))
