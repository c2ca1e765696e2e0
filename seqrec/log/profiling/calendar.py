"""When events happen on the clock and the calendar of the log's zone."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

DAY_S = 86_400
_QUARTER_S = 900
_MAX_DAYS = 100 * 366
_FIRST_DAY, _LAST_DAY = -719_161, 2_932_895  # 0001-01-02 and 9999-12-30: zones are known between
_EARLY_S = 631_152_000  # 1990
_MONDAY_AHEAD = 3  # 1970-01-01 was a Thursday


@dataclass(frozen=True, eq=False)
class Calendar:
    """Events by day, weekday and hour in one zone.

    Attributes:
        zone: IANA name.
        first_day: day of the first event, in days since 1970.
        events_per_day: number of events on each day from `first_day`; at most a century, what is
            later counts on the last; int64, (n_days,).
        hours: number of events by weekday from Monday and hour of the day; int64, (7, 24).
        n_midnights: events at 0:00:00, as those of logs without a time of day are.
        n_early: events before 1990, when few logs were kept.
        n_future: events after the moment at which they were counted.
    """

    zone: str
    first_day: int
    events_per_day: NDArray[np.int64]
    hours: NDArray[np.int64]
    n_midnights: int
    n_early: int
    n_future: int

    @property
    def n_events(self) -> int:
        """Number of all events."""
        return int(self.hours.sum())

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            **self.__dict__,
            "events_per_day": self.events_per_day.tolist(),
            "hours": self.hours.tolist(),
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The calendar that `to_json` wrote."""
        per_day = np.array(value["events_per_day"], np.int64)
        return cls(**{**value, "events_per_day": per_day, "hours": np.array(value["hours"])})


class CalendarCount:
    """Counts events into a calendar, a part of them at a time."""

    def __init__(self, zone: str, first_time_s: int, now_s: float) -> None:
        self._zone = zone
        self._now_s = now_s
        first = np.array([first_time_s], dtype=np.int64)
        self._first_day = int((first + zone_offsets_s(first, zone))[0] // DAY_S)
        self._days = np.zeros(_MAX_DAYS + 1, dtype=np.int64)
        self._hours = np.zeros(7 * 24, dtype=np.int64)
        self._counts = np.zeros(3, dtype=np.int64)

    def add(self, times_s: NDArray[np.int64], local_s: NDArray[np.int64]) -> None:
        """Count events by Unix seconds and by seconds on the clock of the zone; (n_part,) each."""
        days = local_s // DAY_S
        since_first = np.clip(days - self._first_day, 0, _MAX_DAYS)
        self._days += np.bincount(since_first, minlength=_MAX_DAYS + 1)
        seconds = local_s - days * DAY_S
        weekdays = (days + _MONDAY_AHEAD) % 7
        self._hours += np.bincount(weekdays * 24 + seconds // 3600, minlength=7 * 24)
        self._counts += [
            np.count_nonzero(seconds == 0),
            np.count_nonzero(times_s < _EARLY_S),
            np.count_nonzero(times_s > self._now_s),
        ]

    def result(self) -> Calendar:
        """The calendar of all events so far, at least one."""
        n_days = int(np.flatnonzero(self._days)[-1]) + 1
        hours = self._hours.reshape(7, 24)
        counts = map(int, self._counts)
        return Calendar(self._zone, self._first_day, self._days[:n_days], hours, *counts)


def zone_offsets_s(times_s: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """Seconds to add to each Unix time for the clock of a zone; (n_times,).

    Zones are asked once a day that occurs, and each quarter of an hour on days on which the clock
    is changed. Beyond the years 1 to 9999 the nearest known day counts.
    """
    if zone == "UTC" or not len(times_s):
        return np.zeros(len(times_s), dtype=np.int64)
    info = ZoneInfo(zone)
    days = np.clip(times_s // DAY_S, _FIRST_DAY, _LAST_DAY)
    first = int(days.min())
    present = np.flatnonzero(np.bincount(days - first))
    starts = np.zeros(int(present[-1]) + 2, dtype=np.int64)
    ends = np.zeros_like(starts)
    for place in present.tolist():
        starts[place] = _offset_s((place + first) * DAY_S, info)
        ends[place] = _offset_s((place + first + 1) * DAY_S - 1, info)
    offsets: NDArray[np.int64] = starts[days - first]
    changing = np.flatnonzero(offsets != ends[days - first])
    quarters, which = np.unique(times_s[changing] // _QUARTER_S, return_inverse=True)
    asked = [_offset_s(quarter * _QUARTER_S, info) for quarter in quarters.tolist()]
    offsets[changing] = np.array(asked, dtype=np.int64)[which]
    return offsets


def _offset_s(time_s: int, zone: ZoneInfo) -> int:
    moment = datetime.fromtimestamp(time_s, tz=UTC).astimezone(zone)
    offset = moment.utcoffset()
    return round(offset.total_seconds()) if offset else 0
