"""Who comes back: users by the period of their first event, and in which later ones they act."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from seqrec.log.profiling.calendar import DAY_S

_MAX_WEEKS = 20
_MAX_MONTHS = 36
_MAX_QUARTERS = 40
_MAX_PERIODS = 40
_MAX_PERIOD_DAYS = 366
_MONTHS_SINCE_0 = 1970 * 12


class Period(StrEnum):
    """How long a period of a cohort is."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, eq=False)
class Cohorts:
    """Users by first period and by how many periods later they act.

    Attributes:
        period: length of a period; weeks begin on Monday.
        first: the period of the log's first event, counted from 1970-01-01 (weeks from the Monday
            before it).
        active: users of the cohort i that act j periods after their first; int64,
            (n_periods, n_periods), zero below the antidiagonal. At most 40 periods; what is later
            counts in the last.
    """

    period: Period
    first: int
    active: NDArray[np.int64]

    @property
    def names(self) -> list[str]:
        """What each cohort is called: 2010-12, 2010 Q4, 2010, or the Monday of its week."""
        return [self._name(self.first + place) for place in range(len(self.active))]

    def _name(self, number: int) -> str:
        if self.period is Period.WEEK:
            return str(np.datetime64(number * 7 - 3, "D"))
        if self.period is Period.MONTH:
            return str(np.datetime64(number, "M"))
        if self.period is Period.QUARTER:
            return f"{1970 + number // 4} Q{number % 4 + 1}"
        return str(1970 + number)

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {"period": self.period, "first": self.first, "active": self.active.tolist()}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The cohorts that `to_json` wrote."""
        return cls(Period(value["period"]), value["first"], np.array(value["active"], np.int64))


class CohortCount:
    """Counts users into cohorts, whole histories at a time."""

    def __init__(self, first_local_s: int, last_local_s: int) -> None:
        ends = np.array([first_local_s, last_local_s], dtype=np.int64)
        self._period = _choose_period(ends)
        first, last = _number(ends, self._period)
        self._first = int(first)
        self._n_periods = min(int(last - first) + 1, _MAX_PERIODS)
        # What lies behind the last period counts in it, so that few days need to be known.
        self._first_day, last_day = (ends // DAY_S).tolist()
        last_day = min(last_day, self._first_day + (self._n_periods + 1) * _MAX_PERIOD_DAYS)
        days = np.arange(self._first_day, last_day + 1)
        since_first = _number(days * DAY_S, self._period) - self._first
        self._period_of_day = np.clip(since_first, 0, self._n_periods - 1)
        self._active = np.zeros(self._n_periods**2, dtype=np.int64)

    def add(self, user_rows: NDArray[np.int64], local_s: NDArray[np.int64]) -> None:
        """Count whole histories, one behind the other, oldest event first; (n_part,) each."""
        days = np.clip(local_s // DAY_S - self._first_day, 0, len(self._period_of_day) - 1)
        periods = self._period_of_day[days]
        begins = np.concatenate([[True], user_rows[1:] != user_rows[:-1]])
        runs = np.flatnonzero(begins | np.concatenate([[True], periods[1:] != periods[:-1]]))
        starts = np.flatnonzero(begins)
        cohorts = periods[starts[np.searchsorted(starts, runs, side="right") - 1]]
        cells = cohorts * self._n_periods + periods[runs] - cohorts
        self._active += np.bincount(cells, minlength=self._n_periods**2)

    def result(self) -> Cohorts:
        """The cohorts of all users so far."""
        shape = (self._n_periods, self._n_periods)
        return Cohorts(self._period, self._first, self._active.reshape(shape))


def _choose_period(ends_s: NDArray[np.int64]) -> Period:
    """The shortest period of which the span has not too many."""
    limits = {
        Period.WEEK: _MAX_WEEKS,
        Period.MONTH: _MAX_MONTHS,
        Period.QUARTER: _MAX_QUARTERS,
    }
    for period, limit in limits.items():
        first, last = _number(ends_s, period)
        if last - first < limit:
            return period
    return Period.YEAR


def _number(local_s: NDArray[np.int64], period: Period) -> NDArray[np.int64]:
    """Number of the period that each local time lies in; (n_times,)."""
    days = local_s // DAY_S
    if period is Period.WEEK:
        weeks: NDArray[np.int64] = (days + 3) // 7
        return weeks
    months: NDArray[np.int64] = (
        days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    )
    return months // {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}[period]
