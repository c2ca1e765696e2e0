"""Day first or month first: what a whole column says, where its sample cannot."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import duckdb

from seqrec.log.columns import TimeFormat
from seqrec.log.times.time_reader import read_time_us
from seqrec.log.times.time_sql import time_us_sql
from seqrec.translation.texts import mark, tr

# A text that begins with two numbers of at most two digits: 1/12/2010, 12-01-10 8:45, Mi, 01.12.10.
TWO_NUMBERS = "^[^0-9]{0,14}([0-9]{1,2})(?:[-/.] ?| )([0-9]{1,2})(?:[-/.] ?| )[0-9]"
_READINGS = (TimeFormat.DAY_FIRST, TimeFormat.MONTH_FIRST)
_N_MONTHS = 12
DATES = (*_READINGS, TimeFormat.DOTTED)
_MIN_STEPS = 20
_ORDERED = 0.98  # share of steps that go one way where rows are in the order of time
_AHEAD = 0.02  # the least that the other reading must fall behind


# By whether the day comes first, and whether some dates say the opposite.
_BY_ORDER = {
    True: mark("only with the day first are the rows in the order of time"),
    False: mark("only with the day second are the rows in the order of time"),
}
_BY_NUMBERS = {
    (True, False): mark("in {n:,} of {total:,} dates the first number is above 12"),
    (False, False): mark("in {n:,} of {total:,} dates the second number is above 12"),
    (True, True): mark(
        "in {n:,} of {total:,} dates the first number is above 12, in {other:,} the other"
    ),
    (False, True): mark(
        "in {n:,} of {total:,} dates the second number is above 12, in {other:,} the other"
    ),
}


@dataclass(frozen=True)
class DateEvidence:
    """What the dates of a column say about the order of day and month.

    Attributes:
        column: its name.
        n_values: values that begin with two numbers as dates do.
        n_day_first: values that are dates only with the day first (the first number is above 12).
        n_month_first: values that are dates only with the month first.
        day_first_order: of the steps from row to row that move in time, the share that go the way
            that most go, with the day first; None where there are under 20 or it was not needed.
        month_first_order: the same with the month first.
    """

    column: str
    n_values: int
    n_day_first: int
    n_month_first: int
    day_first_order: float | None = None
    month_first_order: float | None = None

    @property
    def time_format(self) -> TimeFormat | None:
        """The order of day and month, None where nothing decides it."""
        if self.n_day_first != self.n_month_first:
            day_first = self.n_day_first > self.n_month_first
            return TimeFormat.DAY_FIRST if day_first else TimeFormat.MONTH_FIRST
        day, month = self.day_first_order, self.month_first_order
        if day is None or month is None:
            return None
        if day >= max(_ORDERED, month + _AHEAD):
            return TimeFormat.DAY_FIRST
        if month >= max(_ORDERED, day + _AHEAD):
            return TimeFormat.MONTH_FIRST
        return None

    @property
    def reason(self) -> str:
        """Why, in words."""
        n_most = max(self.n_day_first, self.n_month_first)
        n_least = min(self.n_day_first, self.n_month_first)
        if self.time_format is None:
            if n_most:
                return tr(
                    "as many dates have the day first as the month first ({n:,} each)", n=n_most
                )
            return tr(
                "day and month cannot be told apart: in none of {n:,} dates is a number above 12",
                n=self.n_values,
            )
        is_first = self.time_format is TimeFormat.DAY_FIRST
        if n_most == 0:
            return tr(_BY_ORDER[is_first])
        said = _BY_NUMBERS[is_first, n_least > 0]
        return tr(said, n=n_most, total=self.n_values, other=n_least)

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The evidence that `to_json` wrote."""
        return cls(**value)


def date_evidence(
    connection: duckdb.DuckDBPyConnection, table_sql: str, columns: Sequence[str]
) -> tuple[DateEvidence, ...]:
    """The evidence of whole columns, one after the other.

    Args:
        connection: any; its settings do not matter.
        table_sql: what stands behind FROM: a table, a view or a table function, whose rows come in
            the order of the file and whose columns are text.
        columns: names of columns of it, as uploaded.
    """
    return tuple(_evidence(connection, table_sql, column) for column in columns)


def sample_evidence(column: str, values: Sequence[str]) -> DateEvidence:
    """The same from some values of a column, in the order of its rows."""
    pairs = [
        (int(found[1]), int(found[2])) for text in values if (found := re.match(TWO_NUMBERS, text))
    ]
    orders = []
    for time_format in _READINGS:
        times = [time for text in values if (time := read_time_us(text, time_format)) is not None]
        steps = [late - early for early, late in itertools.pairwise(times) if late != early]
        n_up = sum(step > 0 for step in steps)
        ordered = max(n_up, len(steps) - n_up) / max(1, len(steps))
        orders.append(ordered if len(steps) >= _MIN_STEPS else None)
    return DateEvidence(
        column,
        len(pairs),
        sum(one > _N_MONTHS >= two for one, two in pairs),
        sum(two > _N_MONTHS >= one for one, two in pairs),
        *orders,
    )


def _evidence(connection: duckdb.DuckDBPyConnection, table_sql: str, column: str) -> DateEvidence:
    name = '"' + column.replace('"', '""') + '"'
    numbers = [
        f"try_cast(regexp_extract({name}, '{TWO_NUMBERS}', {group}) AS INTEGER)" for group in (1, 2)
    ]
    counts = connection.execute(
        "SELECT count(one), count(*) FILTER (one > 12 AND two <= 12), "
        "count(*) FILTER (two > 12 AND one <= 12) "
        f"FROM (SELECT {numbers[0]} AS one, {numbers[1]} AS two FROM {table_sql})"
    ).fetchone()
    n_values, n_day_first, n_month_first = counts or (0, 0, 0)
    orders = (
        [_order(connection, table_sql, name, time_format) for time_format in _READINGS]
        if n_day_first == n_month_first and n_values
        else [None, None]
    )
    return DateEvidence(column, n_values, n_day_first, n_month_first, *orders)


def _order(
    connection: duckdb.DuckDBPyConnection, table_sql: str, name: str, time_format: TimeFormat
) -> float | None:
    """Share of the steps in time that go the way most go; None where there are few."""
    text = f"SELECT trim({name}) AS t FROM {table_sql}"
    times = f"SELECT {time_us_sql('t', time_format)} AS time_us FROM ({text})"
    steps = f"SELECT time_us - lag(time_us) OVER () AS step FROM ({times})"
    counts = connection.execute(
        f"SELECT count(*) FILTER (step > 0), count(*) FILTER (step < 0) FROM ({steps})"
    ).fetchone()
    n_up, n_down = counts or (0, 0)
    return max(n_up, n_down) / (n_up + n_down) if n_up + n_down >= _MIN_STEPS else None
