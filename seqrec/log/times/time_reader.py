"""When something happened, from one text: what `times` does for a whole column, in Python."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from seqrec.log.columns import TimeFormat
from seqrec.log.times.time_patterns import (
    DAY_US,
    EXCEL_EPOCH_US,
    FIRST_US,
    LAST_US,
    MAX_CHARS,
    MAX_OFFSET_MINUTES,
    MIXED_LIMITS,
    MONTHS,
    NUMBER,
    PARTS,
    PATTERNS,
    PIVOT_YEAR,
    PM,
    SERIAL,
    ZONES_MINUTES,
)

_UNITS_US = {
    TimeFormat.EPOCH_S: Decimal(1_000_000),
    TimeFormat.EPOCH_MS: Decimal(1_000),
    TimeFormat.EPOCH_US: Decimal(1),
    TimeFormat.EPOCH_NS: Decimal("0.001"),
    TimeFormat.ORDER: Decimal(1_000_000),
}
_UNIX = datetime(1970, 1, 1, tzinfo=UTC)
_COMPILED = {
    time_format: tuple(re.compile(pattern) for pattern in patterns)
    for time_format, patterns in PATTERNS.items()
}
_HALF_DAY_H = 12
_INT64 = 2**63


def read_time_us(text: str, time_format: TimeFormat, zone: str = "UTC") -> int | None:
    """Microseconds since 1970 (UTC), None where the trimmed text is not written so.

    A time in the hour that a clock skips in spring is read an hour later; of an hour that comes
    twice in autumn, the second is meant. Digits below a microsecond are cut.
    """
    if len(text) > MAX_CHARS:
        return None
    if time_format in _COMPILED:
        return next(
            (
                time_us
                for pattern in _COMPILED[time_format]
                if (found := pattern.fullmatch(text))
                and (time_us := _moment(found.groupdict(default=""), zone)) is not None
            ),
            None,
        )
    if time_format is TimeFormat.EXCEL:
        return _serial(text, zone)
    return _number(text, time_format)


def names_clock(text: str, time_format: TimeFormat) -> bool:
    """Whether the text names a time of day, not only a date."""
    if time_format is TimeFormat.EXCEL:
        return bool(re.search("[.,].*[1-9]", text))
    found = (pattern.fullmatch(text) for pattern in _COMPILED.get(time_format, ()))
    return time_format not in _COMPILED or any(match and match["h"] for match in found)


def names_zone(text: str, time_format: TimeFormat) -> bool:
    """Whether the text says which zone, or which offset from UTC, its time is of."""
    found = (pattern.fullmatch(text) for pattern in _COMPILED.get(time_format, ()))
    groups = [match.groupdict(default="") for match in found if match]
    return any(parts.get("zn") or parts.get("zs") for parts in groups)


def _moment(found: dict[str, str], zone: str) -> int | None:
    parts = {part: found.get(part, "") for part in PARTS}
    day = _date(parts["y"], parts["mo"], parts["d"])
    clock_us = _clock_us(parts)
    offset = _offset_minutes(parts)
    if day is None or clock_us is None or offset is None:
        return None
    local_us = (day.toordinal() - _UNIX.toordinal()) * DAY_US + clock_us
    if not any(parts[part] for part in ("zn", "zs")):
        return _from_zone(local_us, zone)
    return _in_range(local_us - offset * 60_000_000)


def _date(year: str, month: str, day: str) -> date | None:
    y = int(year)
    if len(year) == len("69"):
        y += 1900 if y >= PIVOT_YEAR else 2000
    mo = int(month) if month.isascii() and month.isdecimal() else MONTHS.get(month.lower(), 0)
    try:
        return date(y, mo, int(day))
    except ValueError:
        return None


def _clock_us(parts: dict[str, str]) -> int | None:
    h, mi, s = (int(parts[part] or 0) for part in ("h", "mi", "s"))
    half = parts["b"] + parts["ap"].lower()
    if half and h > _HALF_DAY_H:
        return None
    if half:
        h = h % _HALF_DAY_H + _HALF_DAY_H * half.startswith(PM)
    if h > 23 or mi > 59 or s > 59:  # noqa: PLR2004
        return None
    return (h * 3600 + mi * 60 + s) * 1_000_000 + int((parts["f"] + "000000")[:6])


def _offset_minutes(parts: dict[str, str]) -> int | None:
    name = parts["zn"].lower()
    minutes = ZONES_MINUTES.get(name or "utc")
    if not parts["zs"] or minutes is None:
        return minutes
    if name not in ("", "utc", "gmt"):
        return None
    offset = int(parts["zh"]) * 60 + int(parts["zm"] or 0)
    if offset > MAX_OFFSET_MINUTES or int(parts["zm"] or 0) > 59:  # noqa: PLR2004
        return None
    return -offset if parts["zs"] == "-" else offset


def _from_zone(local_us: int, zone: str) -> int | None:
    if zone == "UTC" or _in_range(local_us) is None:
        return _in_range(local_us)
    local = (_UNIX + timedelta(microseconds=local_us)).replace(tzinfo=ZoneInfo(zone))
    offsets = [local.replace(fold=fold).utcoffset() or timedelta() for fold in (0, 1)]
    return _in_range(local_us - min(offsets) // timedelta(microseconds=1))


def _serial(text: str, zone: str) -> int | None:
    if not re.fullmatch(SERIAL, text):
        return None
    days = Decimal(text.replace(",", ".")).quantize(Decimal("1e-12"), ROUND_HALF_UP)
    seconds = int((days * 86_400).quantize(Decimal(1), ROUND_HALF_UP))
    return _from_zone(EXCEL_EPOCH_US + seconds * 1_000_000, zone)


def _number(text: str, time_format: TimeFormat) -> int | None:
    if not re.fullmatch(NUMBER, text) or Decimal(text).copy_abs() >= Decimal("1e22"):
        return None
    number = Decimal(text).quantize(Decimal("1e-6"), ROUND_HALF_UP)
    unit_us = _UNITS_US.get(time_format) or _unit_by_size(number)
    time_us = int((number * unit_us).quantize(Decimal(1), ROUND_HALF_UP))
    if time_format is TimeFormat.ORDER:
        return time_us if -_INT64 <= time_us < _INT64 else None
    return _in_range(time_us)


def _unit_by_size(number: Decimal) -> Decimal:
    size = abs(number)
    units = ("1000000", "1000", "1")
    fitting = (unit for unit, limit in zip(units, MIXED_LIMITS, strict=True) if size < limit)
    return Decimal(next(fitting, "0.001"))


def _in_range(time_us: int) -> int | None:
    return time_us if FIRST_US <= time_us <= LAST_US else None
