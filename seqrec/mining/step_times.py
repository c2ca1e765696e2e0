"""How long the steps of a pattern take: seconds from each item to the next."""

import numpy as np
from numpy.typing import NDArray

from seqrec.errors import ConfigError
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import step_kernels
from seqrec.mining.conditions import NearLimits
from seqrec.mining.config import PatternConfig
from seqrec.mining.levels import Level
from seqrec.mining.tables import ItemLists, StepTimes
from seqrec.mining.units import Units, choose_units
from seqrec.translation.texts import tr

_QUARTERS = (25, 50, 75)


def measure_steps(
    database: SequenceDatabase,
    patterns: ItemLists,
    config: PatternConfig,
    level: Level | None = None,
) -> StepTimes:
    """Quartiles of the seconds between the consecutive items of some patterns.

    Each history that holds a pattern counts once, with one of the ways in which it holds it: the
    earliest place of the first item, then the earliest place of the next one after it, and so on.
    Under limits of gap or span: the places that end earliest, each as late as the next one lets it.
    Scans the histories of each pattern's rarest item: meant for the patterns that are shown, about
    a second for a thousand of them in a million events.

    Args:
        database: the histories that were mined.
        patterns: patterns of two items or more; shorter ones have no step.
        config: scope and limits that the patterns were mined with.
        level: categories of the items, wanted by `config.scope.by_category`.

    Raises:
        ConfigError: the log has no times.
    """
    if not database.has_clock:
        raise ConfigError(
            tr(
                "the log has no times, so that steps have no duration; count the events between "
                "instead"
            )
        )
    units = choose_units(database, config.scope, level)
    holders = _Holders(units)
    n_steps = np.maximum(patterns.lengths - 1, 0)
    offsets = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(n_steps)])
    quartiles_s = np.full((int(offsets[-1]), len(_QUARTERS)), np.nan)
    counts = np.zeros(len(patterns), dtype=np.int64)
    for row, pattern in enumerate(patterns):
        steps_s = holders.collect(np.array(pattern, dtype=np.int32), config.near)
        counts[row] = len(steps_s)
        if steps_s.size:
            quartiles_s[offsets[row] : offsets[row + 1]] = np.percentile(steps_s, _QUARTERS, 0).T
    return StepTimes(offsets, quartiles_s, counts)


class _Holders:
    """The units that hold each item, so that a pattern is looked for in few."""

    def __init__(self, units: Units) -> None:
        unit = np.repeat(np.arange(units.n_units), np.diff(units.bounds))
        order = np.argsort(units.items, kind="stable")
        self._units = units
        self._unit = unit[order]
        ends = np.bincount(units.items, minlength=units.n_items + 1)
        self._offsets = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(ends)])

    def collect(self, pattern: NDArray[np.int32], near: NearLimits) -> NDArray[np.int64]:
        """Seconds of each step in each unit that holds a pattern; (n_holding, length - 1)."""
        units = self._units
        rarest = int(pattern[np.argmin(units.counts[pattern])])
        held = np.unique(self._unit[self._offsets[rarest] : self._offsets[rarest + 1]])
        steps_s = np.empty((len(held), len(pattern) - 1), dtype=np.int64)
        events = (units.items, units.times_s, units.bounds)
        limits = (_or_none(near.max_gap), _or_none(near.max_gap_s), _or_none(near.max_span_s))
        return steps_s[: step_kernels.collect_steps(events, pattern, held, limits, steps_s)]


def _or_none(limit: int | None) -> int:
    return -1 if limit is None else limit
