"""What a user's interests are made of, and how fast they fade; no compiler is loaded here."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Self

import numpy as np
from numpy.typing import NDArray

from seqrec.errors import ConfigError
from seqrec.mining.conditions import NearLimits, Scope
from seqrec.mining.config import NgramConfig, PatternConfig
from seqrec.mining.levels import Level
from seqrec.mining.tables import ItemLists, ItemsetTable, NgramTable, PatternTable
from seqrec.translation.texts import mark, tr

MOST_LABELS = 100_000


class Kind(IntEnum):
    """What kind of label an interest is."""

    PATTERN = 0
    CATEGORY = 1


@dataclass(frozen=True)
class InterestConfig:
    """How the interests of a user are weighed.

    Attributes:
        half_life_events: an event counts half as much as one that came so many events later in
            the same history; None lets all count alike.
        half_life_s: the same in seconds; both factors apply where both are given.
        most_patterns: patterns (or itemsets) that are looked for, the first of the mined table.
        most_per_user: interests of each kind that are kept for a user, the heaviest; None keeps
            all. Weights are shares of all, also where few are kept.

    Raises:
        ConfigError: a number is outside its range.
    """

    half_life_events: float | None = 20.0
    half_life_s: float | None = None
    most_patterns: int = 1_000
    most_per_user: int | None = None

    def __post_init__(self) -> None:
        """Check the ranges."""
        for half_life, unit in (
            (self.half_life_events, mark("events")),
            (self.half_life_s, mark("seconds")),
        ):
            if half_life is not None and not 0 < half_life < np.inf:
                raise ConfigError(
                    tr(
                        "a half-life of {n:g} {unit}; choose more than 0, or none",
                        n=half_life,
                        unit=tr(unit),
                    )
                )
        if not 1 <= self.most_patterns <= MOST_LABELS:
            raise ConfigError(
                tr(
                    "{n:,} patterns are to be looked for; choose 1 to {most:,}",
                    n=self.most_patterns,
                    most=MOST_LABELS,
                )
            )
        if self.most_per_user is not None and self.most_per_user < 1:
            raise ConfigError(
                tr("{n} interests a user are none; choose 1 or more, or all", n=self.most_per_user)
            )


@dataclass(frozen=True)
class InterestLabels:
    """Lists of items that may be an interest, and where a history is searched for them.

    Attributes:
        kind: patterns and itemsets alike are `Kind.PATTERN`.
        lists: item ids of each label, or category ids with `scope.by_category`.
        scope: which events are looked at, where, and what they stand for.
        near: how near to each other the items must lie.
        ordered: whether the order of the items counts; itemsets have none.
    """

    kind: Kind
    lists: ItemLists
    scope: Scope
    near: NearLimits
    ordered: bool = True

    @classmethod
    def of_patterns(cls, patterns: PatternTable, config: PatternConfig, most: int) -> Self:
        """The first patterns of a table, with the scope and limits that they were mined with."""
        return cls(Kind.PATTERN, _first(patterns.items, most), config.scope, config.near)

    @classmethod
    def of_ngrams(cls, ngrams: NgramTable, config: NgramConfig, most: int) -> Self:
        """The first n-grams: items right after each other, wherever a window would start."""
        lists = _first(ngrams.items, most)
        return cls(Kind.PATTERN, lists, config.scope, NearLimits(max_gap=0))

    @classmethod
    def of_itemsets(cls, itemsets: ItemsetTable, most: int) -> Self:
        """The first itemsets, each counted once a session."""
        lists, scope = _first(itemsets.items, most), Scope(by_session=True)
        return cls(Kind.PATTERN, lists, scope, NearLimits(), ordered=False)

    @classmethod
    def of_categories(cls, level: Level, event_ids: tuple[int, ...] = ()) -> Self:
        """Every category, of which each event counts."""
        lists = ItemLists.from_lists([[category] for category in range(1, len(level.titles))])
        scope = Scope(by_category=True, event_ids=event_ids)
        return cls(Kind.CATEGORY, lists, scope, NearLimits())


@dataclass(frozen=True)
class LabelCounts:
    """How common each label is in a log; the arrays have one value a label.

    Attributes:
        n_users: users in whose history it occurs; int64.
        n_times: times that it occurs in all histories; int64.
        bits: how telling it is, see `weigh_labels`; float64.
    """

    n_users: NDArray[np.int64]
    n_times: NDArray[np.int64]
    bits: NDArray[np.float64]


def _first(lists: ItemLists, most: int) -> ItemLists:
    return lists.take(np.arange(min(most, len(lists))))
