"""Compiled loops beside plain definitions."""

import math
import subprocess
import sys

import duckdb
import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.log.columns import TimeFormat
from seqrec.log.numbers import read_number
from seqrec.log.storing import quick_kernels, readers, sort_kernels
from seqrec.log.storing.names import NameTable
from seqrec.log.storing.quick_kernels import UNSURE
from seqrec.log.times.time_sql import time_us_sql
from seqrec.log.warm_up import warm_up

QUICK = settings(max_examples=100, deadline=None)


def placed(texts: list[str]):
    """Bytes of texts and where each begins and ends."""
    parts = [text.encode() for text in texts]
    bounds = np.cumsum([0, *map(len, parts)]).astype(np.int32)
    data = np.frombuffer(b"".join(parts) + b" ", dtype=np.uint8).copy()
    return data, bounds[:-1].copy(), bounds[1:].copy()


@QUICK
@given(st.lists(st.text(max_size=3), max_size=40), st.lists(st.text(max_size=3), max_size=40))
def test_names_are_numbered_by_first_appearance(first: list[str], then: list[str]):
    table = NameTable()
    codes = []
    for texts in (first, then):
        found = np.zeros(len(texts), dtype=np.int32)
        table.encode(*placed(texts), found)
        codes += found.tolist()
    expected: dict[str, int] = {}
    assert codes == [expected.setdefault(text, len(expected)) for text in [*first, *then]]
    assert table.texts().to_pylist() == list(expected)


def test_names_outgrow_their_table():
    names = [f"name {number}" for number in range(20_000)]
    table = NameTable()
    codes = table.add(pa.array(names, pa.large_string()))
    assert codes.tolist() == list(range(20_000))
    assert table.add(pa.array(names[::-1], pa.large_string())).tolist() == codes[::-1].tolist()
    assert table.texts().to_pylist() == names
    assert table.texts(19_998).to_pylist() == names[19_998:]


def test_rows_without_a_code_stay_without():
    codes = np.array([0, -1, 0], dtype=np.int32)
    NameTable().encode(*placed(["a", "b", "c"]), codes)
    assert codes.tolist() == [0, -1, 1]


DIGITS = st.text("0123456789", min_size=1, max_size=17)
ISO = st.one_of(
    st.datetimes().map(lambda moment: moment.isoformat(sep=" ")),
    st.datetimes().map(lambda moment: moment.isoformat(timespec="seconds") + "Z"),
    st.dates().map(str),
    st.from_regex(
        r"[0-2][0-9]{3}-[0-1][0-9]-[0-3][0-9][ T][0-2][0-9]:[0-6][0-9]:[0-6][0-9]", fullmatch=True
    ),
    st.text("0123456789-: TZ.", max_size=22),
)


@QUICK
@given(st.lists(ISO, min_size=1, max_size=20))
def test_quick_iso_times_are_those_of_sql(texts: list[str]):
    found = np.zeros(len(texts), dtype=np.int64)
    quick_kernels.read_iso(*placed(texts), np.ones(len(texts), dtype=np.bool_), found)
    check_beside_sql(texts, found, TimeFormat.ISO)


@QUICK
@given(
    st.lists(st.one_of(DIGITS, DIGITS.map("-{}".format), st.text("0-.1 ")), min_size=1, max_size=20)
)
def test_quick_counts_are_those_of_sql(texts: list[str]):
    for time_format, unit in readers._UNITS_US.items():
        found = np.zeros(len(texts), dtype=np.int64)
        wanted = np.ones(len(texts), dtype=np.bool_)
        quick_kernels.read_counts(*placed(texts), wanted, unit, found)
        check_beside_sql(texts, found, time_format)


def check_beside_sql(texts: list[str], found, time_format: TimeFormat) -> None:
    query = f"SELECT {time_us_sql('t', time_format)} FROM (SELECT unnest($1::VARCHAR[]) AS t)"  # noqa: S608
    rows = duckdb.execute(query, [texts]).fetchall()
    for text, quick, (slow,) in zip(texts, found.tolist(), rows, strict=True):
        assert quick in (UNSURE, slow), text


@QUICK
@given(
    st.lists(
        st.one_of(
            DIGITS, st.floats(allow_nan=False).map(repr), st.text("0123456789.,-", max_size=9)
        ),
        min_size=1,
        max_size=20,
    )
)
def test_quick_decimals_are_those_of_the_reader_of_numbers(texts: list[str]):
    for point, decimal_comma in ((".", False), (",", True)):
        found = np.zeros(len(texts))
        wanted = np.ones(len(texts), dtype=np.bool_)
        unsure = quick_kernels.read_decimals(*placed(texts), wanted, ord(point), found)
        for text, quick, skipped in zip(texts, found.tolist(), unsure, strict=True):
            if not skipped:
                slow = read_number(text, decimal_comma=decimal_comma)
                assert quick == slow or (math.isnan(quick) and slow is None), text


@QUICK
@given(st.lists(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9)), max_size=70), max_size=5))
def test_stretches_are_sorted_by_time_then_place(histories):
    events = [event for history in histories for event in history]
    offsets = np.cumsum([0, *map(len, histories)]).astype(np.int64)
    # The last word leads back to the event.
    words = np.array(
        [(0, time, place, at) for at, (time, place) in enumerate(events)], dtype=np.int64
    ).reshape(-1, 4)
    sort_kernels.sort_stretches(offsets, words)
    expected = [event for history in histories for event in sorted(history)]
    assert [(time, place) for _, time, place, _ in words.tolist()] == expected
    assert [events[at] for at in words[:, 3]] == expected
    assert sorted(words[:, 3].tolist()) == list(range(len(events)))


@QUICK
@given(st.lists(st.lists(st.integers(-1, 3), max_size=60), max_size=5))
def test_sessions_are_numbered_by_user_and_first_event(histories: list[list[int]]):
    offsets = np.cumsum([0, *map(len, histories)]).astype(np.int64)
    codes = np.array([code for history in histories for code in history], dtype=np.int64)
    found = np.zeros(len(codes), dtype=np.int64)
    sort_kernels.number_sessions(offsets, codes, found)
    numbers: dict[tuple[int, int], int] = {}
    expected = [
        numbers.setdefault((user, code), len(numbers))
        for user, history in enumerate(histories)
        for code in history
    ]
    assert found.tolist() == expected


def test_dashboard_side_loads_no_compiler():
    code = (
        "import sys, seqrec.log.worker, seqrec.log.cleaning.worker, seqrec.log.prepare_worker; "
        "sys.exit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_warm_up_stores_a_log():
    assert warm_up() > 0
