"""Events at times that cannot be, or that are not wanted."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from seqrec.errors import ConfigError
from seqrec.log.cleaning.parameters import day, flag, text
from seqrec.log.cleaning.step import Step
from seqrec.translation.texts import mark, tr

FIRST_POSSIBLE_DAY = date(1990, 1, 1)
_EPOCH = date(1970, 1, 1)
_HOUR_US = 3_600_000_000
_DAY_US = 24 * _HOUR_US
# Written by programs where a date is missing: zero of several calendars and clocks, and their ends.
PLACEHOLDERS = (
    date(1, 1, 1),
    date(1899, 12, 30),
    date(1900, 1, 1),
    date(1970, 1, 1),
    date(2262, 4, 11),
    date(9999, 12, 31),
)


@dataclass(frozen=True)
class ImpossibleTimes(Step):
    """Times before the log can begin, in the future, or that stand for a missing one."""

    first_day: Annotated[date | None, day(mark("First possible day"))] = FIRST_POSSIBLE_DAY
    last_day: Annotated[date | None, day(mark("Last possible day"))] = None
    placeholders: Annotated[bool, flag(mark("Also days that stand for a missing time"))] = True
    zone: Annotated[str, text(mark("Time zone of the days"))] = "UTC"

    kind = "impossible-times"
    title = mark("Impossible dates")
    needs_clock = True

    def __post_init__(self) -> None:
        """Check the days and their zone."""
        super().__post_init__()
        _check_days(self.title, self.first_day, self.last_day, self.zone)

    @property
    def sentence(self) -> str:
        """What it does to the log, in one sentence."""
        parts = [tr("before {day}", day=self.first_day)] if self.first_day else []
        parts += [tr("after {day}", day=self.last_day)] if self.last_day else []
        if self.placeholders:
            parts.append(tr("on days that stand for a missing time (0001-01-01, 1970-01-01...)"))
        said = tr(" or ").join(parts) or tr("of no time at all")
        return tr("Removes events {when} ({zone}).", when=said, zone=self.zone)

    def doomed(self) -> str:
        """Events outside the days, or within reach of a placeholder in any zone."""
        wrong = [outside_days(self.first_day, self.last_day, self.zone)]
        if self.placeholders:
            # Midnight in a zone 14 hours ahead of UTC, or 12 behind, is still that day's.
            wrong += [
                f"time_us BETWEEN {start - 14 * _HOUR_US} AND {start + _DAY_US + 12 * _HOUR_US - 1}"
                for start in ((found - _EPOCH).days * _DAY_US for found in PLACEHOLDERS)
            ]
        return f"SELECT rowid AS place FROM coded WHERE {' OR '.join(wrong)}"


@dataclass(frozen=True)
class TimeRange(Step):
    """A part of the log's span."""

    first_day: Annotated[date | None, day(mark("First day"))] = None
    last_day: Annotated[date | None, day(mark("Last day"))] = None
    zone: Annotated[str, text(mark("Time zone of the days"))] = "UTC"

    kind = "time-range"
    title = mark("Time range")
    needs_clock = True

    def __post_init__(self) -> None:
        """Check the days and their zone."""
        super().__post_init__()
        _check_days(self.title, self.first_day, self.last_day, self.zone)

    @property
    def sentence(self) -> str:
        """What it does to the log, in one sentence."""
        first, last, zone = self.first_day, self.last_day, self.zone
        start = tr("from {day}", day=first) if first else tr("from the start")
        end = tr("to {day}, that day included", day=last) if last else tr("to the end")
        return tr("Keeps events {start} {end} ({zone}).", start=start, end=end, zone=zone)

    def doomed(self) -> str:
        """Events outside the days."""
        outside = outside_days(self.first_day, self.last_day, self.zone)
        return f"SELECT rowid AS place FROM coded WHERE {outside}"


def outside_days(first_day: date | None, last_day: date | None, zone: str) -> str:
    """SQL condition: the time is before the first day or after the last, in that zone."""
    outside = ["false"]
    if first_day:
        outside.append(f"time_us < {_day_start_us(first_day, zone)}")
    if last_day and last_day < date.max:
        outside.append(f"time_us >= {_day_start_us(last_day + timedelta(days=1), zone)}")
    return f"({' OR '.join(outside)})"


def _day_start_us(found: date, zone: str) -> int:
    """Microseconds since 1970 (UTC) at which a day begins in a zone."""
    local = datetime.combine(found, clock_time(), tzinfo=ZoneInfo(zone))
    offset = local.utcoffset() or timedelta()
    return ((found - _EPOCH).days * 86_400 - round(offset.total_seconds())) * 1_000_000


def _check_days(title: str, first_day: date | None, last_day: date | None, zone: str) -> None:
    if first_day and last_day and first_day > last_day:
        raise ConfigError(
            tr(
                "cleaning step '{step}': the first day {first} is after the last day {last}; "
                "exchange them",
                step=tr(title),
                first=first_day,
                last=last_day,
            )
        )
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(
            tr(
                "cleaning step '{step}': '{zone}' is no time zone; choose one such as UTC or "
                "Europe/Berlin",
                step=tr(title),
                zone=zone[:40],
            )
        ) from error
