"""When something happened, from text: as SQL for a whole column, `time_reader` in DuckDB."""

from seqrec.log.columns import TimeFormat
from seqrec.log.times.time_patterns import (
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
    parts_of,
)

# Whole numbers with at most so many digits cannot overflow when they become microseconds.
_UNITS = {
    TimeFormat.EPOCH_S: ("1000000", 12),
    TimeFormat.EPOCH_MS: ("1000", 15),
    TimeFormat.EPOCH_US: ("1", 18),
    TimeFormat.EPOCH_NS: ("0.001", 0),
    TimeFormat.ORDER: ("1000000", 12),
}
# What most files hold is read by DuckDB itself, ten times faster than part by part.
_CLOCK = "([01]?[0-9]|2[0-3]):[0-5][0-9]"
_HALF = "(0?[1-9]|1[0-2]):[0-5][0-9]"
_ISO = "[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}"
_CLOCK_F = rf"{_CLOCK}(:[0-5][0-9]([.][0-9]{{1,9}})?)?"
_PLAIN_ISO = f"{_ISO}([ T]{_CLOCK_F})?"
_ZONED_ISO = f"{_ISO}[ T]{_CLOCK_F}(Z|[+-](0[0-9]|1[0-7]):[0-5][0-9])"
_SLASHES = "[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}"
_DOTS = "[0-9]{1,2}[.][0-9]{1,2}[.][0-9]{4}"
# Shapes of texts, each with DuckDB's name for it.
_PLAIN_SHAPES = {
    TimeFormat.DAY_FIRST: (
        (f"{_SLASHES} {_CLOCK}", "%d/%m/%Y %H:%M"),
        (f"{_SLASHES} {_CLOCK}:[0-5][0-9]", "%d/%m/%Y %H:%M:%S"),
    ),
    TimeFormat.MONTH_FIRST: (
        (f"{_SLASHES} {_CLOCK}", "%m/%d/%Y %H:%M"),
        (f"{_SLASHES} {_CLOCK}:[0-5][0-9]", "%m/%d/%Y %H:%M:%S"),
        (f"{_SLASHES} {_HALF} [AP]M", "%m/%d/%Y %I:%M %p"),
        (f"{_SLASHES} {_HALF}:[0-5][0-9] [AP]M", "%m/%d/%Y %I:%M:%S %p"),
    ),
    TimeFormat.DOTTED: (
        (f"{_DOTS} {_CLOCK}", "%d.%m.%Y %H:%M"),
        (f"{_DOTS} {_CLOCK}:[0-5][0-9]", "%d.%m.%Y %H:%M:%S"),
    ),
    TimeFormat.COMPACT: (
        ("[0-9]{8}", "%Y%m%d"),
        ("[0-9]{8}([01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]", "%Y%m%d%H%M%S"),
    ),
}


def time_us_sql(column_sql: str, time_format: TimeFormat, zone: str = "UTC") -> str:
    """SQL of microseconds since 1970 (UTC), BIGINT; NULL where the text cannot be read.

    Equal to `time_reader.read_time_us` for every text, and independent of the session's zone.

    Args:
        column_sql: SQL of the trimmed text; occurs several times in the result.
        time_format: how the times are written; a position counts as that many seconds.
        zone: of times that name none; one of `columns.zone_names()`.
    """
    if time_format in _UNITS:
        unit, n_digits = _UNITS[time_format]
        number = _number_us(column_sql, unit, n_digits)
        return number if time_format is TimeFormat.ORDER else _in_range(number)
    if time_format is TimeFormat.EPOCH_MIXED:
        return _in_range(_mixed_us(column_sql))
    if time_format is TimeFormat.EXCEL:
        return _in_range(_from_zone(_serial_us(column_sql), zone))
    fast = [
        f"CASE WHEN regexp_full_match({column_sql}, '{shape}') THEN "
        + _from_zone(f"epoch_us(try_strptime({column_sql}, '{name}'))", zone)
        + " END"
        for shape, name in _PLAIN_SHAPES.get(time_format, ())
    ]
    if time_format is TimeFormat.ISO:
        fast = _iso_us(column_sql, zone)
    slow = [_parts_us(column_sql, pattern, zone) for pattern in PATTERNS[time_format]]
    read = f"coalesce({', '.join(_in_range(sql) for sql in (*fast, *slow))})"
    return f"CASE WHEN length({column_sql}) <= {MAX_CHARS} THEN {read} END"


def _number_us(column: str, unit: str, n_digits: int) -> str:
    exact = f"try_cast({_decimal(column)} * {unit} AS BIGINT)"
    if not n_digits:
        return exact
    whole = f"regexp_full_match({column}, '-?[0-9]{{1,{n_digits}}}')"
    return f"CASE WHEN {whole} THEN try_cast({column} AS BIGINT) * {unit} ELSE {exact} END"


def _decimal(column: str) -> str:
    readable = f"length({column}) <= {MAX_CHARS} AND regexp_full_match({column}, '{NUMBER}')"
    return f"CASE WHEN {readable} THEN try_cast({column} AS DECIMAL(28, 6)) END"


def _mixed_us(column: str) -> str:
    seconds, milliseconds, microseconds = MIXED_LIMITS
    return f"""list_transform([{_decimal(column)}], lambda n: CASE
        WHEN abs(n) < {seconds} THEN try_cast(n * 1000000 AS BIGINT)
        WHEN abs(n) < {milliseconds} THEN try_cast(n * 1000 AS BIGINT)
        WHEN abs(n) < {microseconds} THEN try_cast(n AS BIGINT)
        ELSE try_cast(n * 0.001 AS BIGINT) END)[1]"""


def _serial_us(column: str) -> str:
    days = f"try_cast(replace({column}, ',', '.') AS DECIMAL(19, 12))"
    readable = f"length({column}) <= {MAX_CHARS} AND regexp_full_match({column}, '{SERIAL}')"
    seconds = f"CASE WHEN {readable} THEN try_cast({days} * 86400 AS BIGINT) END"
    return f"({EXCEL_EPOCH_US} + 1000000::BIGINT * {seconds})"


def _iso_us(column: str, zone: str) -> list[str]:
    local = f"epoch_us(try_cast({column} AS TIMESTAMP))"
    zoned = f"epoch_us(try_cast({column} AS TIMESTAMPTZ))"
    return [
        f"CASE WHEN regexp_full_match({column}, '{_PLAIN_ISO}') THEN {_from_zone(local, zone)} END",
        f"CASE WHEN regexp_full_match({column}, '{_ZONED_ISO}') THEN {zoned} END",
    ]


def _parts_us(column: str, pattern: str, zone: str) -> str:
    """The moment that a pattern reads, part by part."""
    groups = parts_of(pattern)
    listed = ", ".join(f"'{part}'" for part in groups)
    quoted = pattern.replace("'", "''")
    found = f"regexp_extract({column}, '^(?:{quoted})$', [{listed}])"
    parts = {part: f"p.{part}" if part in groups else "''" for part in PARTS}
    local = f"{_date_us(parts)} + {_clock_us(parts)}"
    if "zs" in groups:
        unzoned = f"({parts['zn']} = '' AND {parts['zs']} = '')"
        moved = f"{local} - 60000000::BIGINT * {_offset_minutes(parts)}"
        moment = f"CASE WHEN {unzoned} THEN {_from_zone(local, zone)} ELSE {moved} END"
    else:
        moment = _from_zone(local, zone)
    return f"list_transform([{found}], lambda p: {moment})[1]"


def _date_us(parts: dict[str, str]) -> str:
    year, month = parts["y"], parts["mo"]
    century = f"CASE WHEN {year} >= '{PIVOT_YEAR}' THEN '19' ELSE '20' END"
    full_year = f"CASE WHEN length({year}) = 2 THEN {century} ELSE '' END || {year}"
    names = ", ".join(f"'{name}': '{number}'" for name, number in MONTHS.items())
    number = f"CASE WHEN {month} < ':' THEN {month} ELSE MAP {{{names}}}[lower({month})] END"
    return f"epoch_us(try_cast({full_year} || '-' || {number} || '-' || {parts['d']} AS DATE))"


def _clock_us(parts: dict[str, str]) -> str:
    h, mi, s = (f"coalesce(try_cast({parts[part]} AS INTEGER), 0)" for part in ("h", "mi", "s"))
    half = f"{parts['b']} || lower({parts['ap']})"
    afternoon = " OR ".join(f"starts_with({half}, '{start}')" for start in PM)
    hour = f"""CASE WHEN {half} = '' THEN CASE WHEN {h} <= 23 THEN {h} END
        WHEN {h} <= 12 THEN {h} % 12 + CASE WHEN {afternoon} THEN 12 ELSE 0 END END"""
    seconds = f"(({hour}) * 3600 + {mi} * 60 + {s})"
    fraction = f"rpad(left({parts['f']}, 6), 6, '0')::INTEGER"
    return f"CASE WHEN {mi} <= 59 AND {s} <= 59 THEN {seconds}::BIGINT * 1000000 + {fraction} END"


def _offset_minutes(parts: dict[str, str]) -> str:
    names = ", ".join(f"'{name}': {minutes}" for name, minutes in ZONES_MINUTES.items())
    named = f"MAP {{{names}}}[lower({parts['zn']})]"
    minutes = f"coalesce(try_cast({parts['zm']} AS INTEGER), 0)"
    total = f"(try_cast({parts['zh']} AS INTEGER) * 60 + {minutes})"
    sign = f"CASE WHEN {parts['zs']} = '-' THEN -1 ELSE 1 END"
    return f"""CASE WHEN {parts["zs"]} = '' THEN {named}
        WHEN lower({parts["zn"]}) IN ('', 'utc', 'gmt') AND {minutes} <= 59
            AND {total} <= {MAX_OFFSET_MINUTES} THEN {sign} * {total} END"""


def _from_zone(local_us: str, zone: str) -> str:
    if zone == "UTC":
        return f"({local_us})"
    return f"epoch_us(timezone('{zone}', make_timestamp({_in_range(local_us)})))"


def _in_range(time_us: str) -> str:
    """NULL for what lies outside the years 1 to 9999, which later steps could not show."""
    return (
        f"list_transform([{time_us}], "
        f"lambda u: CASE WHEN u BETWEEN {FIRST_US} AND {LAST_US} THEN u END)[1]"
    )
