"""What a log looks like: lengths, long tail, calendar, cohorts, drift, coverage; stored with it.

Everything is counted once, by the job that stores the log, a part of the users at a time; reading
it back takes milliseconds.
"""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from seqrec.log.behaviour_log import BehaviourLog, load_sequences
from seqrec.log.profiling.calendar import Calendar
from seqrec.log.profiling.cohorts import Cohorts
from seqrec.log.profiling.coverage import Amounts, Coverage, count_amounts, count_coverage
from seqrec.log.profiling.distribution import Distribution
from seqrec.log.profiling.drift import Drift
from seqrec.log.profiling.gaps import GapHistogram
from seqrec.log.profiling.tally import ClockCounts, Counts
from seqrec.log.sequences import SequenceDatabase
from seqrec.workspace import read_json, write_json

logger = logging.getLogger(__name__)

MIN_TESTABLE_EVENTS = 3  # train, validation and test each take at least one
PROFILE_FILE = "profile.json"
_VERSION = 1
_N_TOP_USERS = 100


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
    with ThreadPoolExecutor(1) as pool:
        coverage, amounts = pool.submit(count_coverage, log), pool.submit(count_amounts, log)
        profile = profile_sequences(database, zone, has_clock=log.has_clock, now_s=now_s)
    elapsed_s = time.monotonic() - started_at
    logger.info("profiled %d events in %.1f s", database.n_events, elapsed_s)
    return replace(profile, coverage=coverage.result(), amounts=amounts.result())


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
    counts = Counts(database)
    clock = ClockCounts(database, zone, now_s or time.time()) if has_clock else None
    # Counted side by side: both take about as long, and numpy lets go of the interpreter.
    with ThreadPoolExecutor(1) as pool:
        clocked = pool.submit(clock.add_all, database) if clock else None
        counts.add_all(database)
    if clocked is not None:
        clocked.result()
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
    value = {"version": _VERSION, "profile": profile.to_json()}
    write_json(log.folder / PROFILE_FILE, value, in_lines=False)


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
