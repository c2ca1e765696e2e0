"""P-values of sequential patterns when the events of each history are shuffled."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc

from seqrec.mining import holder_kernels, order_kernels, place_kernels
from seqrec.mining.conditions import NearLimits
from seqrec.mining.tables import PatternTable
from seqrec.mining.units import Units

# Standard errors added to the estimated chance of an order, so that its own error finds nothing.
_CAUTION = 2.0
_SEED = 0
# Within limits, most shuffles for a pattern: 50 for each that a history may have.
_UNITS_AT_LENGTH = 50


@dataclass(frozen=True)
class OrderJudge:
    """Judges the order alone: the items of each unit, rising, who holds which, and the patterns."""

    items: NDArray[np.int32]
    bounds: NDArray[np.int64]
    index: tuple[NDArray[np.int64], NDArray[np.int64]]
    patterns: PatternTable

    @classmethod
    def of(cls, units: Units, patterns: PatternTable) -> Self:
        """Made once for all patterns, since it is as long as the log."""
        unit = np.repeat(np.arange(units.n_units), np.diff(units.bounds))
        rising = units.items[np.lexsort((units.items, unit))]
        return cls(rising, units.bounds, _index(units), patterns)

    def tails(self, rows: NDArray[np.int64], n_shuffles: int) -> NDArray[np.float64]:
        """P-values of some patterns."""
        lists = self.patterns.items.take(rows)
        made = order_kernels.shuffle_units(
            (self.items, self.bounds),
            (lists.items.astype(np.int32), lists.offsets.astype(np.int64)),
            self.index,
            n_shuffles,
            _SEED + int(rows[0]),
        )
        return _tails(self.patterns.counts[rows], *made)


@dataclass(frozen=True)
class PlaceJudge:
    """Judges order and nearness, or patterns of items and categories at once.

    Attributes:
        events: as `place_kernels.place_units` takes them.
        index: who holds which symbol.
        near: limits of gap and span, -1 for none.
        patterns: what is judged.
    """

    events: tuple[
        NDArray[np.int32],
        NDArray[np.int32],
        NDArray[np.int64],
        NDArray[np.int64],
        NDArray[np.int64],
    ]
    index: tuple[NDArray[np.int64], NDArray[np.int64]]
    near: tuple[int, int, int]
    patterns: PatternTable

    @classmethod
    def of(cls, units: Units, patterns: PatternTable, near: NearLimits) -> Self:
        """Made once for all patterns, since it is as long as the log."""
        limits = (near.max_gap, near.max_gap_s, near.max_span_s)
        slots = [-1 if limit is None else limit for limit in limits]
        return cls(_events_of(units), _index(units), (slots[0], slots[1], slots[2]), patterns)

    def tails(self, rows: NDArray[np.int64], n_shuffles: int) -> NDArray[np.float64]:
        """P-values of some patterns."""
        lists = self.patterns.items.take(rows)
        made = place_kernels.place_units(
            self.events,
            (lists.items.astype(np.int32), lists.offsets.astype(np.int64)),
            self.index,
            self.near,
            (n_shuffles, _UNITS_AT_LENGTH * n_shuffles, _SEED + int(rows[0])),
        )
        return _tails(self.patterns.counts[rows], *made)


def _index(units: Units) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return holder_kernels.index_holders(units.items, units.bounds, units.counts)


def _events_of(
    units: Units,
) -> tuple[
    NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]
]:
    """Symbols, rising in each unit, with the numbers of their events; times of the events."""
    opens = np.ones(len(units.items), dtype=np.bool_)
    if units.twins is not None:
        # The category of an item stands right behind it, in the same event.
        opens[1:] = units.twins[units.items[:-1]] == 0
    before = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(opens)])
    bounds = before[units.bounds]
    unit = np.repeat(np.arange(units.n_units), np.diff(units.bounds))
    order = np.lexsort((units.items, unit))
    numbers = (before[1:] - 1 - bounds[unit])[order]
    return (
        units.items[order],
        numbers.astype(np.int32),
        units.bounds,
        units.times_s[opens],
        bounds,
    )


def _tails(
    counts: NDArray[np.int64],
    n_holders: NDArray[np.int64],
    n_made: NDArray[np.int64],
    chance: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Upper tails of the counts, at the chance that the shuffles measured and a little more."""
    made = np.maximum(n_made, 1)
    error = np.where(n_made > 0, np.sqrt(chance * (1 - chance) / made) + 1 / made, 0.0)
    chance = np.minimum(1.0, chance + _CAUTION * error)
    tails = bdtrc(counts - 1.0, n_holders, chance)
    # Below that the binomial is no bound.
    return np.where(counts >= n_holders * chance + 1, tails, 1.0)
