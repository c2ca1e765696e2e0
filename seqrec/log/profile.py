"""What a log looks like: lengths, long tail, calendar, cohorts, drift, coverage; stored with it.

Everything is counted once, by the job that stores the log, a part of the users at a time; reading
it back takes milliseconds.
"""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from seqrec.log.behaviour_log import BehaviourLog, load_sequences
from seqrec.log.calendar import Calendar, CalendarCount, zone_offsets_s
from seqrec.log.cohorts import CohortCount, Cohorts
from seqrec.log.coverage import Amounts, Coverage, count_amounts, count_coverage
from seqrec.log.distribution import Distribution
from seqrec.log.drift import Drift, DriftCount
from seqrec.log.gaps import N_BINS, GapHistogram, count_gaps, inner_gaps
from seqrec.log.sequences import SequenceDatabase
from seqrec.workspace import read_json, write_json

logger = logging.getLogger(__name__)

MIN_TESTABLE_EVENTS = 3  # train, validation and test each take at least one
PROFILE_FILE = "profile.json"
_VERSION = 1
_N_TOP_USERS = 100
_PART_EVENTS = 1_000_000


@dataclass(frozen=True, eq=False)
class LogProfile:
    """Distributions of a log.

    Attributes:
        lengths: number of events of each user.
        session_lengths: number of events of each session.
        item_counts: number of events of each item.
        top_users: number of events of the busiest users, falling; at most 100.
        n_repeats: events whose item the user had before.
        n_ties: events at the same second as the event before them in the same history.
        first_time_s, last_time_s: Unix seconds of the oldest and newest event.
        calendar, cohorts, drift, gaps: None where times are positions only; drift also where
            too many events share one time.
        coverage: what is known of the items; None where only the arrays were profiled.
        amounts: what the value column holds; None where there is none.
    """

    lengths: Distribution
    session_lengths: Distribution
    item_counts: Distribution
    top_users: tuple[int, ...]
    n_repeats: int
    n_ties: int
    first_time_s: int
    last_time_s: int
    calendar: Calendar | None
    cohorts: Cohorts | None
    drift: Drift | None
    gaps: GapHistogram | None
    coverage: Coverage | None = None
    amounts: Amounts | None = None

    @property
    def n_users(self) -> int:
        """Number of users."""
        return self.lengths.n_numbers

    @property
    def n_items(self) -> int:
        """Number of items."""
        return self.item_counts.n_numbers

    @property
    def n_events(self) -> int:
        """Number of events."""
        return self.lengths.total

    @property
    def density(self) -> float:
        """Share of all pairs of a user and an item that occur."""
        return (self.n_events - self.n_repeats) / (self.n_users * self.n_items)

    @property
    def median_length(self) -> float:
        """Median number of events of a user."""
        return self.lengths.median

    @property
    def n_testable(self) -> int:
        """Users with enough events to be split into training, validation and test."""
        return self.lengths.count_from(MIN_TESTABLE_EVENTS)

    @property
    def repeat_rate(self) -> float:
        """Share of events whose item the user had before."""
        return self.n_repeats / self.n_events

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        values = dict(self.__dict__)
        return {
            name: value.to_json() if hasattr(value, "to_json") else value
            for name, value in values.items()
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The profile that `to_json` wrote."""
        parts = {
            name: kind.from_json(value[name]) if value[name] is not None else None
            for name, kind in _PARTS.items()
        }
        return cls(**{**value, **parts, "top_users": tuple(value["top_users"])})


_PARTS: dict[str, Any] = {
    "lengths": Distribution,
    "session_lengths": Distribution,
    "item_counts": Distribution,
    "calendar": Calendar,
    "cohorts": Cohorts,
    "drift": Drift,
    "gaps": GapHistogram,
    "coverage": Coverage,
    "amounts": Amounts,
}


def profile_log(log: BehaviourLog) -> LogProfile:
    """The profile of a log whose arrays and Parquet files lie in its folder."""
    started_at = time.monotonic()
    database = load_sequences(log)
    zone = log.mapping.zone
    now_s = log.created_at
    profile = profile_sequences(database, zone, has_clock=log.has_clock, now_s=now_s)
    elapsed_s = time.monotonic() - started_at
    logger.info("profiled %d events in %.1f s", database.n_events, elapsed_s)
    return replace(profile, coverage=count_coverage(log), amounts=count_amounts(log))


def profile_sequences(
    database: SequenceDatabase,
    zone: str = "UTC",
    *,
    has_clock: bool = True,
    now_s: float | None = None,
) -> LogProfile:
    """The profile of a log's arrays, at least one event.

    Args:
        database: the arrays; about a million events of them are worked on at a time.
        zone: IANA name of the zone whose days and hours count.
        has_clock: whether times are clock times.
        now_s: Unix seconds after which a time lies in the future; the present by default.
    """
    lengths = np.diff(database.offsets)
    counts = _Counts(database)
    clock = _ClockCounts(database, zone, now_s or time.time()) if has_clock else None
    for part in _parts(database):
        counts.add(part)
        if clock is not None:
            clock.add(part)
    top = np.sort(np.partition(lengths, -min(_N_TOP_USERS, len(lengths)))[-_N_TOP_USERS:])[::-1]
    return LogProfile(
        lengths=Distribution.of(lengths),
        session_lengths=Distribution.from_histogram(counts.session_lengths),
        item_counts=Distribution.of(counts.items[1:]),
        top_users=tuple(top.tolist()),
        n_repeats=counts.n_repeats,
        n_ties=counts.n_ties,
        first_time_s=int(database.times_s.min()),
        last_time_s=int(database.times_s.max()),
        calendar=clock.calendar.result() if clock else None,
        cohorts=clock.cohorts.result() if clock else None,
        drift=clock.drift.result() if clock else None,
        gaps=GapHistogram.of(clock.gaps, counts.n_ties) if clock else None,
    )


def save_profile(log: BehaviourLog, profile: LogProfile) -> None:
    """Write the profile into the log's folder."""
    write_json(log.folder / PROFILE_FILE, {"version": _VERSION, "profile": profile.to_json()})


def load_profile(log: BehaviourLog) -> LogProfile:
    """The stored profile; counted now where the log was stored without one, or by another version.

    Reading takes milliseconds, counting seconds for ten million events.
    """
    path = log.folder / PROFILE_FILE
    if path.is_file():
        value = read_json(path)
        if value.get("version") == _VERSION:
            return LogProfile.from_json(value["profile"])
    return profile_log(log)


@dataclass(frozen=True)
class _Part:
    """Whole histories of some users.

    Attributes:
        user_rows: user of each event; (n_part,).
        offsets: of the histories within the part; (n_users_of_part + 1,).
    """

    items: NDArray[np.int32]
    times_s: NDArray[np.int64]
    session_ids: NDArray[np.int64]
    event_ids: NDArray[np.int16]
    user_rows: NDArray[np.int64]
    offsets: NDArray[np.int64]


def _parts(database: SequenceDatabase) -> Iterator[_Part]:
    """The histories of all users, about `_PART_EVENTS` events at a time, or one longer history."""
    offsets = np.asarray(database.offsets)
    first = 0
    while first < database.n_users:
        last = int(np.searchsorted(offsets, offsets[first] + _PART_EVENTS, side="right")) - 1
        last = min(max(last, first + 1), database.n_users)
        events = slice(offsets[first], offsets[last])
        bounds = offsets[first : last + 1] - offsets[first]
        yield _Part(
            items=np.asarray(database.items[events]),
            times_s=np.asarray(database.times_s[events]),
            session_ids=np.asarray(database.session_ids[events]),
            event_ids=np.asarray(database.event_ids[events]),
            user_rows=np.repeat(np.arange(last - first), np.diff(bounds)),
            offsets=bounds,
        )
        first = last


class _Counts:
    """What needs no clock."""

    def __init__(self, database: SequenceDatabase) -> None:
        self.items = np.zeros(database.n_items + 1, dtype=np.int64)
        self.session_lengths = np.zeros(1, dtype=np.int64)
        self.n_repeats = 0
        self.n_ties = 0

    def add(self, part: _Part) -> None:
        self.items += np.bincount(part.items, minlength=len(self.items))
        # Sorted, not hashed: numpy.unique takes five times as long on a million pairs.
        pairs = np.sort(part.user_rows * len(self.items) + part.items)
        self.n_repeats += int(np.count_nonzero(pairs[1:] == pairs[:-1]))
        self.n_ties += int(np.count_nonzero(inner_gaps(part.times_s, part.offsets) == 0))
        lengths = np.bincount(part.session_ids - part.session_ids.min(initial=0))
        found = np.bincount(lengths[lengths > 0])
        longer = max(len(found) - len(self.session_lengths), 0)
        self.session_lengths = np.pad(self.session_lengths, (0, longer))
        self.session_lengths[: len(found)] += found


class _ClockCounts:
    """What needs a clock."""

    def __init__(self, database: SequenceDatabase, zone: str, now_s: float) -> None:
        times_s = np.asarray(database.times_s)
        ends_s = np.array([times_s.min(), times_s.max()])
        n_types = int(np.max(database.event_ids)) + 1
        self._zone = zone
        self.calendar = CalendarCount(zone, int(ends_s[0]), now_s)
        self.cohorts = CohortCount(*(ends_s + zone_offsets_s(ends_s, zone)).tolist())
        self.drift = DriftCount(times_s, database.n_items, n_types)
        self.gaps = np.zeros(N_BINS, dtype=np.int64)

    def add(self, part: _Part) -> None:
        local_s = part.times_s + zone_offsets_s(part.times_s, self._zone)
        self.calendar.add(part.times_s, local_s)
        self.cohorts.add(part.user_rows, local_s)
        self.drift.add(part.times_s, part.items, part.event_ids)
        self.gaps += count_gaps(inner_gaps(part.times_s, part.offsets))[0]
