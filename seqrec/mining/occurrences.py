"""Where one pattern occurs: which users show it, when, and how long they take."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.conditions import NearLimits
from seqrec.mining.levels import Level

_MOST_PERIODS = 60
# A minute, an hour, a day, a week, four weeks.
_PERIODS_S = (60, 3600, 86_400, 7 * 86_400, 28 * 86_400)


@dataclass(frozen=True)
class Occurrences:
    """One occurrence of a pattern in each history or session that holds it.

    It is the one that `step_times` measures: the earliest place of each item in turn; under limits
    of gap or span, the places that end earliest, each as late as the next one lets it.

    Attributes:
        user_rows: rising; int64, (n,).
        times_s: Unix seconds of each of its events; int64, (n, pattern's length).
        steps: place of each of its events in the user's history, from 1; int64, (n, length).
    """

    user_rows: NDArray[np.int64]
    times_s: NDArray[np.int64]
    steps: NDArray[np.int64]

    @property
    def gaps_s(self) -> NDArray[np.int64]:
        """Seconds from each event of the pattern to the next; (n, length - 1)."""
        return np.diff(self.times_s, axis=1)

    @property
    def n_users(self) -> int:
        """Distinct users."""
        return len(np.unique(self.user_rows))


def find_occurrences(
    database: SequenceDatabase,
    pattern: tuple[int, ...],
    near: NearLimits,
    *,
    by_session: bool = False,
    level: Level | None = None,
) -> Occurrences:
    """The occurrences of a pattern within the limits of gap and span.

    Args:
        database: at the level and of the event types that the pattern was mined from.
        pattern: item ids in order, at least one.
        near: limits that the pattern was mined with.
        by_session: whether it was looked for in sessions, not in whole histories.
        level: the categories, where the pattern was mined from items and categories at once.
    """
    events = _Events.of(database, by_session=by_session)
    if level is not None:
        ids = level.ids[events.items]
        events = replace(events, categories=np.where(ids > 0, database.n_items + ids, 0))
    chains = _latest(events, pattern, near) if near.any else _earliest(events, pattern)
    return events.occurrences(chains)


def _earliest(events: "_Events", pattern: tuple[int, ...]) -> NDArray[np.int64]:
    """Chains of the earliest place of each item in turn, one a unit; (n, length)."""
    places = events.places_of(pattern[0])
    chains = places[_firsts(events.units_of(places)), np.newaxis]
    for item in pattern[1:]:
        places = events.places_of(item)
        after = np.searchsorted(places, chains[:, -1], side="right")
        chains, after = chains[after < len(places)], after[after < len(places)]
        same = events.units_of(places[after]) == events.units_of(chains[:, -1])
        chains = np.column_stack([chains, places[after]])[same]
    return chains


def _latest(events: "_Events", pattern: tuple[int, ...], near: NearLimits) -> NDArray[np.int64]:
    """Chains within the limits that end first, each place as late as can be; (n, length).

    The nearest event before is always the best one: it has the smallest gap, and the latest start
    of all that can be reached. So one look back for each event decides.
    """
    ends = events.places_of(pattern[0])
    chains = ends[:, np.newaxis]  # (n, steps so far): an occurrence that ends at each of `ends`
    for item in pattern[1:]:
        places = events.places_of(item)
        before = np.searchsorted(ends, places) - 1
        places, before = places[before >= 0], before[before >= 0]
        keep = _near_enough(events, ends[before], places, near)
        ends = places[keep]
        chains = np.column_stack([chains[before[keep]], ends])
    if near.max_span_s is not None:
        chains = chains[np.ptp(events.times_s[chains], axis=1) <= near.max_span_s]
    return chains[_firsts(events.units_of(chains[:, 0]))]


def _firsts(units: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.flatnonzero(np.diff(units, prepend=-1))


@dataclass(frozen=True)
class Timeline:
    """How often a pattern was completed in each period of a log's span.

    Attributes:
        starts_s: Unix seconds at which each period starts; the periods are equally long.
        period_s: seconds in a period.
        counts: occurrences that end in the period.
        active: histories or sessions with any event in the period.
    """

    starts_s: NDArray[np.int64]
    period_s: int
    counts: NDArray[np.int64]
    active: NDArray[np.int64]


def count_over_time(
    database: SequenceDatabase, found: Occurrences, *, by_session: bool = False
) -> Timeline:
    """The occurrences by the time of their last event, in at most 60 periods of the log's span.

    Args:
        database: the one that the occurrences were found in, of at least one event, with a clock.
        found: the occurrences.
        by_session: whether activity is counted in sessions, not in users.
    """
    times_s = np.asarray(database.times_s)
    first, last = int(times_s.min()), int(times_s.max())
    period_s = next(
        (size for size in _PERIODS_S if (last - first) // size < _MOST_PERIODS),
        (last - first) // _MOST_PERIODS + 1,
    )
    start = first - first % period_s if period_s in _PERIODS_S else first
    n_periods = (last - start) // period_s + 1
    events = _Events.of(database, by_session=by_session)
    periods = (events.times_s - start) // period_s
    units = events.units_of(np.arange(database.n_events))
    # In a unit the times rise, so that each of its periods is one run of events.
    runs = (np.diff(units, prepend=-1) != 0) | (np.diff(periods, prepend=-1) != 0)
    ends = (found.times_s[:, -1] - start) // period_s
    return Timeline(
        start + period_s * np.arange(n_periods),
        int(period_s),
        np.bincount(ends, minlength=n_periods),
        np.bincount(periods[runs], minlength=n_periods),
    )


@dataclass(frozen=True)
class _Events:
    items: NDArray[np.int32]
    times_s: NDArray[np.int64]
    units: NDArray[np.int64] | None  # None: by the offsets
    order: NDArray[np.int64] | None  # place in the database; None: the same
    offsets: NDArray[np.int64]
    categories: NDArray[np.int64] | None = None  # symbol of each event's category

    @classmethod
    def of(cls, database: SequenceDatabase, *, by_session: bool) -> "_Events":
        items, times_s = np.asarray(database.items), np.asarray(database.times_s)
        units = np.asarray(database.session_ids) if by_session else None
        offsets = np.asarray(database.offsets)
        if units is None or (np.diff(units) >= 0).all():
            return cls(items, times_s, units, None, offsets)
        order = np.argsort(units, kind="stable")
        return cls(items[order], times_s[order], units[order], order, offsets)

    def places_of(self, item: int) -> NDArray[np.int64]:
        found = self.items == item
        if self.categories is not None:
            found |= self.categories == item
        return np.flatnonzero(found)

    def units_of(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        if self.units is not None:
            return self.units[places]
        return np.searchsorted(self.offsets, places, side="right") - 1

    def occurrences(self, chains: NDArray[np.int64]) -> Occurrences:
        places = chains if self.order is None else self.order[chains]
        user_rows = np.searchsorted(self.offsets, places[:, 0], side="right") - 1
        by_user = np.argsort(user_rows, kind="stable")
        steps = places - self.offsets[user_rows][:, np.newaxis] + 1
        return Occurrences(user_rows[by_user], self.times_s[chains][by_user], steps[by_user])


def _near_enough(
    events: _Events, before: NDArray[np.int64], places: NDArray[np.int64], near: NearLimits
) -> NDArray[np.bool_]:
    keep = np.asarray(events.units_of(before) == events.units_of(places))
    if near.max_gap is not None:
        keep &= places - before - 1 <= near.max_gap
    if near.max_gap_s is not None:
        keep &= events.times_s[places] - events.times_s[before] <= near.max_gap_s
    return keep
