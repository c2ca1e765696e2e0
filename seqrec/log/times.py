"""When something happened, from text: as SQL for a whole column."""

from seqrec.log.columns import TimeFormat

_PATTERNS = {
    TimeFormat.DAY_FIRST: "%d/%m/%Y",
    TimeFormat.MONTH_FIRST: "%m/%d/%Y",
    TimeFormat.DOTTED: "%d.%m.%Y",
}
_UNITS_US = {
    TimeFormat.EPOCH_S: 1_000_000,
    TimeFormat.EPOCH_MS: 1_000,
    TimeFormat.ORDER: 1_000_000,
}


def time_us_sql(column_sql: str, time_format: TimeFormat, zone: str = "UTC") -> str:
    """SQL of microseconds since 1970 (UTC), BIGINT; NULL where the text cannot be read.

    Args:
        column_sql: SQL of the trimmed text; occurs several times in the result.
        time_format: how the times are written; a position counts as that many seconds.
        zone: IANA name of the zone of times that name none; names a zone, so it is checked before.
    """
    if time_format in _UNITS_US:
        number = f"try_cast({column_sql} AS DECIMAL(26, 6))"
        return f"try_cast({number} * {_UNITS_US[time_format]} AS BIGINT)"
    if time_format is TimeFormat.ISO:
        return f"epoch_us(try_cast({column_sql} AS TIMESTAMPTZ))"
    date = _PATTERNS[time_format]
    patterns = [date, f"{date} %H:%M", f"{date} %H:%M:%S", f"{date} %H:%M:%S.%f"]
    listed = ", ".join(f"'{pattern}'" for pattern in patterns)
    local = f"try_strptime({column_sql}, [{listed}])"
    return f"epoch_us({local})" if zone == "UTC" else f"epoch_us(timezone('{zone}', {local}))"
