"""Times as SQL and in Python, held to `datetime` on random moments and to each other on junk."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.log.columns import TimeFormat
from seqrec.log.times.time_patterns import PATTERNS
from seqrec.log.times.time_reader import read_time_us
from seqrec.log.times.time_sql import time_us_sql

F = TimeFormat
MOMENT_US = 1291193100_000000  # 2010-12-01 08:45:00 UTC


def sql_time_us(text: str, time_format: TimeFormat, zone: str = "UTC") -> int | None:
    time_us = time_us_sql("t", time_format, zone)
    query = f"SELECT {time_us} FROM (SELECT $1::VARCHAR AS t)"  # noqa: S608
    found: int | None = duckdb.execute(query, [text]).fetchall()[0][0]
    return found


def both(text: str, time_format: TimeFormat, zone: str = "UTC") -> int | None:
    """What SQL and Python agree on."""
    time_us = read_time_us(text, time_format, zone)
    assert sql_time_us(text, time_format, zone) == time_us, (text, time_format, zone)
    return time_us


SAME_MOMENT = [
    (F.ISO, ["2010-12-01 08:45:00", "2010-12-01T08:45:00Z", "2010-12-01T09:45:00+01:00",
             "2010-12-01T03:15:00-0530", "2010-12-01 09:45:00 +01", "2010/12/01 08:45",
             "2010.12.1 8:45", "2010-12-01 08:45:00 UTC", "2010-12-01 08:45:00,000",
             "2010-12-01T09:45:00+01:00[Europe/Paris]", "2010-12-01 8:45 AM",
             "2010年12月1日 8:45", "2010年12月01日 08時45分00秒", "2010/12/1 上午 08:45:00",
             "2010년 12월 1일 오전 8:45", "2010-12-01-08.45.00.000000", "2010-12-01 08:45:00z"]),
    (F.EPOCH_S, ["1291193100", "1291193100.0", "1291193100.", "1.2911931E9", "+1291193100"]),
    (F.EPOCH_MS, ["1291193100000", "1291193100000.000"]),
    (F.EPOCH_US, ["1291193100000000"]),
    (F.EPOCH_NS, ["1291193100000000000", "1291193100000000400"]),
    (F.EPOCH_MIXED, ["1291193100", "1291193100000", "1291193100000000", "1291193100000000000"]),
    (F.DAY_FIRST, ["01/12/2010 08:45", "1/12/2010 08:45:00", "01-12-2010 8:45 AM", "1.12.10 8:45",
                   "01/12/10, 08:45", "1/12/2010 08:45:00.000 +0000", "01 12 2010 08:45"]),
    (F.MONTH_FIRST, ["12/1/2010 8:45", "12/01/2010 08:45:00 AM", "12-1-10 8:45 a.m.",
                     "12/1/2010, 8:45:00\u202fAM"]),
    (F.DOTTED, ["01.12.2010 08:45:00", "1.12.2010, 08:45 Uhr", "Mi, 01.12.2010 08:45",
                "1. 12. 2010 8:45"]),
    (F.MONTH_NAME, ["01 Dec 2010 08:45", "Dec 1, 2010 8:45 AM", "December 1st, 2010 at 08:45",
                    "01/Dec/2010:00:45:00 -0800", "Wed, 01 Dec 2010 08:45:00 GMT",
                    "Wed Dec  1 08:45:00 2010", "Wed Dec 01 08:45:00 +0000 2010", "01-DEC-10 08:45",
                    "Wed Dec 01 2010 09:45:00 GMT+0100 (Central European Standard Time)",
                    "Wed Dec 01 09:45:00 CET 2010", "1. Dezember 2010 um 08:45 Uhr",
                    "1 déc. 2010 08:45", "1 de diciembre de 2010 8:45 a. m.", "1 dez 2010, 08:45",
                    "1 декабря 2010 08:45", "2010-Dec-01 08:45", "Dec 1, 2010, 8:45:00 AM UTC"]),
    (F.COMPACT, ["20101201084500", "20101201T084500Z", "201012010845", "20101201 08:45",
                 "20101201084500000", "20101201_084500"]),
    (F.EXCEL, ["40513.364583333336", "40513,3645833333", "40513.3645833"]),
    (F.ORDER, ["1291193100"]),
]  # fmt: skip


@pytest.mark.parametrize("time_format", TimeFormat)
def test_one_moment_in_every_way_to_write_it(time_format: TimeFormat):
    for text in dict(SAME_MOMENT)[time_format]:
        assert both(text, time_format) == MOMENT_US, text


DATES = [
    ("2010-12-01", F.ISO), ("1/12/2010", F.DAY_FIRST), ("12/1/10", F.MONTH_FIRST),
    ("01.12.2010", F.DOTTED), ("Dec 1, 2010", F.MONTH_NAME), ("20101201", F.COMPACT),
    ("20101201.0", F.COMPACT), ("40513", F.EXCEL), ("2010-12-01Z", F.ISO),
]  # fmt: skip


@pytest.mark.parametrize(("text", "time_format"), DATES)
def test_a_date_alone_is_its_midnight(text: str, time_format: TimeFormat):
    assert both(text, time_format) == 1291161600_000000


UNREADABLE = [
    ("2010-02-30", F.ISO), ("2010-12-01 24:00:00", F.ISO), ("2010-12-01 08:60", F.ISO),
    ("0000-01-01", F.ISO), ("12010-12-01", F.ISO), ("infinity", F.ISO), ("epoch", F.ISO),
    ("-2010-12-01", F.ISO), ("2010-12-01 (BC)", F.ISO), ("2010-12-01 13:45 PM", F.ISO),
    ("2010-12-01 08:45:00 CST", F.ISO), ("2010-12-01 08:45:00+99:00", F.ISO), ("", F.ISO),
    ("2010-12", F.ISO), ("now", F.ISO), ("31/12 10:15:00", F.DAY_FIRST),
    ("31 Dec 10:15", F.MONTH_NAME), ("Dec 31 10:15:00", F.MONTH_NAME),
    ("13/45/2023", F.DAY_FIRST), ("31/12/2010", F.MONTH_FIRST),
    ("inf", F.EPOCH_S), ("nan", F.EPOCH_S), ("0x1F", F.EPOCH_S), ("1_000", F.EPOCH_S),
    ("9" * 19, F.EPOCH_S), ("1e99", F.EPOCH_S), ("9" * 25, F.EPOCH_NS), ("9999999", F.EXCEL),
    ("1291193100", F.COMPACT), ("20101301", F.COMPACT), ("1 Foo 2010", F.MONTH_NAME),
    ("9" * 18, F.ORDER), ("first", F.ORDER), ("2010-12-01" + " " * 100_000 + "x", F.ISO),
    ("1." + "0" * 100, F.EPOCH_S), ("2010-12-01" + " " * 89 + "08:45", F.ISO),
]  # fmt: skip


@pytest.mark.parametrize(("text", "time_format"), UNREADABLE)
def test_what_is_no_time_is_unreadable(text: str, time_format: TimeFormat):
    assert both(text, time_format) is None


EDGES = [
    ("0001-01-01 00:00:00", datetime(1, 1, 1, tzinfo=UTC)),
    ("1970-01-01 00:00:00", datetime(1970, 1, 1, tzinfo=UTC)),
    ("2262-04-12 00:00:00", datetime(2262, 4, 12, tzinfo=UTC)),
    ("9999-12-31 23:59:59.999999", datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)),
]


@pytest.mark.parametrize(("text", "moment"), EDGES)
def test_years_from_1_to_9999_are_read(text: str, moment: datetime):
    assert both(text, F.ISO) == microseconds(moment)


def test_a_zone_that_would_leave_the_years_is_unreadable():
    assert both("0001-01-01 00:00:00+01:00", F.ISO) is None
    assert both("0001-01-01 00:00:00", F.ISO, "Asia/Tokyo") is None
    assert both("9999-12-31 23:00:00", F.ISO, "America/New_York") is None


def test_two_digits_of_a_year_are_1969_to_2068():
    assert both("01/12/69", F.DAY_FIRST) == microseconds(datetime(1969, 12, 1, tzinfo=UTC))
    assert both("01/12/68", F.DAY_FIRST) == microseconds(datetime(2068, 12, 1, tzinfo=UTC))


def test_an_hour_that_does_not_exist_is_read_an_hour_later():
    skipped = datetime(2024, 3, 31, 1, 30, tzinfo=UTC)  # 02:30 in Berlin, which is 03:30
    assert both("2024-03-31 02:30:00", F.ISO, "Europe/Berlin") == microseconds(skipped)


def test_of_an_hour_that_comes_twice_the_second_is_read():
    second = datetime(2024, 10, 27, 1, 30, tzinfo=UTC)
    assert both("2024-10-27 02:30:00", F.ISO, "Europe/Berlin") == microseconds(second)


def microseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


WRITERS: list[tuple[TimeFormat, Callable[[datetime], str], int]] = [
    (F.ISO, lambda t: t.strftime("%Y-%m-%d %H:%M:%S"), 1_000_000),
    (F.ISO, lambda t: t.isoformat(), 1),
    (F.ISO, lambda t: t.isoformat(timespec="milliseconds") + "Z", 1_000),
    (F.ISO, lambda t: t.strftime("%Y/%m/%d %I:%M:%S.%f %p"), 1),
    (F.ISO, lambda t: t.strftime("%Y年%m月%d日 %H時%M分"), 60_000_000),
    (F.EPOCH_S, lambda t: str(microseconds(t) // 1_000_000), 1_000_000),
    (F.EPOCH_S, lambda t: str(Decimal(microseconds(t)) / 1_000_000), 1),
    (F.EPOCH_MS, lambda t: str(microseconds(t) // 1_000), 1_000),
    (F.EPOCH_MS, lambda t: str(Decimal(microseconds(t)) / 1_000), 1),
    (F.EPOCH_US, lambda t: str(microseconds(t)), 1),
    (F.EPOCH_NS, lambda t: str(microseconds(t) * 1_000), 1),
    (F.DAY_FIRST, lambda t: t.strftime("%d/%m/%Y %H:%M"), 60_000_000),
    (F.DAY_FIRST, lambda t: t.strftime("%d-%m-%Y %H:%M:%S.%f"), 1),
    (F.DAY_FIRST, lambda t: t.strftime("%d/%m/%Y %I:%M:%S %p"), 1_000_000),
    (F.MONTH_FIRST, lambda t: t.strftime("%m/%d/%Y %H:%M:%S"), 1_000_000),
    (F.MONTH_FIRST, lambda t: t.strftime("%m/%d/%Y, %I:%M:%S %p"), 1_000_000),
    (F.DOTTED, lambda t: t.strftime("%d.%m.%Y %H:%M:%S"), 1_000_000),
    (F.MONTH_NAME, lambda t: t.strftime("%d/%b/%Y:%H:%M:%S +0000"), 1_000_000),
    (F.MONTH_NAME, lambda t: t.strftime("%B %d, %Y %I:%M %p"), 60_000_000),
    (F.MONTH_NAME, lambda t: t.strftime("%a %b %d %H:%M:%S %Y"), 1_000_000),
    (F.COMPACT, lambda t: t.strftime("%Y%m%d%H%M%S"), 1_000_000),
    (F.COMPACT, lambda t: t.strftime("%Y%m%dT%H%M%S.%fZ"), 1),
    (F.COMPACT, lambda t: t.strftime("%Y%m%d"), 86_400_000_000),
]
MOMENTS = st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 30))


@settings(deadline=None)
@given(st.sampled_from(WRITERS), MOMENTS)
def test_what_datetime_writes_is_read_back(
    writer: tuple[TimeFormat, Callable[[datetime], str], int], moment: datetime
):
    time_format, write, unit_us = writer
    aware = moment.replace(tzinfo=UTC)
    text = write(aware if time_format.name.startswith("EPOCH") else moment)
    assert both(text, time_format) == microseconds(aware) // unit_us * unit_us


@settings(deadline=None)
@given(MOMENTS, st.integers(-17 * 60, 17 * 60))
def test_offsets_are_taken_off(moment: datetime, minutes: int):
    moment = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert both(moment.isoformat(), F.ISO, "Asia/Tokyo") == microseconds(moment)


ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "America/Sao_Paulo", "Asia/Tokyo",
         "Australia/Lord_Howe", "Pacific/Apia"]  # fmt: skip
# Later years hang on which edition of the zones Python and DuckDB carry.
MODERN = st.datetimes(datetime(1971, 1, 1), datetime(2022, 12, 31))


@settings(deadline=None)
@given(MODERN, st.sampled_from(ZONES), st.sampled_from([F.ISO, F.DAY_FIRST, F.COMPACT]))
def test_local_times_are_read_in_their_zone(local: datetime, zone: str, time_format: TimeFormat):
    written = {F.ISO: "%Y-%m-%d %H:%M:%S", F.DAY_FIRST: "%d/%m/%Y %H:%M:%S",
               F.COMPACT: "%Y%m%d%H%M%S"}  # fmt: skip
    local = local.replace(microsecond=0)
    folds = [local.replace(fold=fold, tzinfo=ZoneInfo(zone)).astimezone(UTC) for fold in (0, 1)]
    assert both(local.strftime(written[time_format]), time_format, zone) == microseconds(max(folds))


@settings(deadline=None)
@given(st.integers(1, 2_958_465), st.integers(0, 86_399))
def test_excel_days_are_read_to_the_second(day: int, second: int):
    expected = datetime(1899, 12, 30, tzinfo=UTC) + timedelta(days=day, seconds=second)
    assert both(repr(day + second / 86_400), F.EXCEL) == microseconds(expected)


NEAR_MISSES = st.text("0123456789-/.:, TZ+PMapDecmz()年月日上午\u202f", max_size=24)


@settings(deadline=None)
@given(
    NEAR_MISSES | st.sampled_from([text for _, texts in SAME_MOMENT for text in texts]) | st.text(),
    st.sampled_from(TimeFormat),
    st.sampled_from(["UTC", "America/New_York"]),
)
def test_sql_and_python_agree_on_junk(text: str, time_format: TimeFormat, zone: str):
    both(text.replace("\0", ""), time_format, zone)


@settings(deadline=None)
@given(st.data(), st.sampled_from(list(PATTERNS)))
def test_sql_and_python_agree_on_whatever_a_pattern_matches(
    data: st.DataObject, time_format: TimeFormat
):
    pattern = data.draw(st.sampled_from(PATTERNS[time_format]))
    text = data.draw(st.from_regex(pattern, fullmatch=True))
    both(text, time_format, data.draw(st.sampled_from(["UTC", "Europe/Berlin"])))
