"""Counts what a profile needs, some users at a time, so that memory stays bounded."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec.log.profiling.calendar import CalendarCount, zone_offsets_s
from seqrec.log.profiling.cohorts import CohortCount
from seqrec.log.profiling.drift import DriftCount
from seqrec.log.profiling.gaps import N_BINS, count_gaps, inner_gaps
from seqrec.log.sequences import SequenceDatabase

_PART_EVENTS = 1_000_000


@dataclass(frozen=True)
class Part:
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


def split_users(database: SequenceDatabase) -> Iterator[Part]:
    """The histories of all users, about `_PART_EVENTS` events at a time, or one longer history.

    Parts without events are left out.
    """
    offsets = np.asarray(database.offsets)
    first = 0
    while first < database.n_users:
        last = int(np.searchsorted(offsets, offsets[first] + _PART_EVENTS, side="right")) - 1
        last = min(max(last, first + 1), database.n_users)
        events = slice(offsets[first], offsets[last])
        bounds = offsets[first : last + 1] - offsets[first]
        if bounds[-1]:
            yield Part(
                items=np.asarray(database.items[events]),
                times_s=np.asarray(database.times_s[events]),
                session_ids=np.asarray(database.session_ids[events]),
                event_ids=np.asarray(database.event_ids[events]),
                user_rows=np.repeat(np.arange(last - first), np.diff(bounds)),
                offsets=bounds,
            )
        first = last


class Counts:
    """What needs no clock."""

    def __init__(self, database: SequenceDatabase) -> None:
        self.items = np.zeros(database.n_items + 1, dtype=np.int64)
        self.session_lengths = np.zeros(1, dtype=np.int64)
        self.n_repeats = 0
        self.n_ties = 0

    def add_all(self, database: SequenceDatabase) -> None:
        """Count all events, a part of the users at a time."""
        for part in split_users(database):
            self.add(part)

    def add(self, part: Part) -> None:
        """Count a part with at least one event."""
        self.items += np.bincount(part.items, minlength=len(self.items))
        # Sorted, not hashed: numpy.unique takes five times as long on a million pairs.
        pairs = np.sort(part.user_rows * len(self.items) + part.items)
        self.n_repeats += int(np.count_nonzero(pairs[1:] == pairs[:-1]))
        self.n_ties += int(np.count_nonzero(inner_gaps(part.times_s, part.offsets) == 0))
        lengths = np.bincount(part.session_ids - part.session_ids.min())
        found = np.bincount(lengths[lengths > 0])
        longer = max(len(found) - len(self.session_lengths), 0)
        self.session_lengths = np.pad(self.session_lengths, (0, longer))
        self.session_lengths[: len(found)] += found


class ClockCounts:
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

    def add_all(self, database: SequenceDatabase) -> None:
        """Count all events, a part of the users at a time."""
        for part in split_users(database):
            self.add(part)

    def add(self, part: Part) -> None:
        """Count a part with at least one event."""
        local_s = part.times_s + zone_offsets_s(part.times_s, self._zone)
        self.calendar.add(part.times_s, local_s)
        self.cohorts.add(part.user_rows, local_s)
        self.drift.add(part.times_s, part.items, part.event_ids)
        self.gaps += count_gaps(inner_gaps(part.times_s, part.offsets))[0]
