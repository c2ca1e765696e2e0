"""Parquet and XES: files that know their columns."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from seqrec.errors import LogFormatError
from seqrec.log.formats import process_logs
from seqrec.log.source import FileKind
from tests.log import made_files as made
from tests.log.formats.conftest import Prepare
from tests.log.table_rows import read_lines, read_rows

NOON = datetime(2026, 1, 31, 12, 0, 0, 250_000)
VALUES = [
    (pa.array([1, None], pa.int64()), ("1", "")),
    (pa.array([2**63, 0], pa.uint64()), ("9223372036854775808", "0")),
    (pa.array([12583.0, None], pa.float64()), ("12583", "")),
    (pa.array([0.1, 2.5], pa.float64()), ("0.1", "2.5")),
    (pa.array([True, False]), ("true", "false")),
    (pa.array(["007", "é"]), ("007", "é")),
    (pa.array([b"007", "é".encode()], pa.binary()), ("007", "é")),
    (pa.array(["a", "b"]).dictionary_encode(), ("a", "b")),
    (pa.array([Decimal("1.50"), None]), ("1.50", "")),
    (pa.array([date(2026, 1, 31), None]), ("2026-01-31", "")),
    (
        pa.array([NOON, NOON.replace(microsecond=0)], pa.timestamp("us")),
        ("2026-01-31 12:00:00.250000", "2026-01-31 12:00:00"),
    ),
    (
        pa.array([NOON.replace(microsecond=0)] * 2, pa.timestamp("ns", tz="UTC")),
        ("2026-01-31 12:00:00+00:00",) * 2,
    ),
    (pa.array([{"a": 1, "b": ["x"]}, None]), ('{"a":1,"b":["x"]}', "")),
    (pa.array([[1, 2], []]), ("[1,2]", "[]")),
]


@pytest.mark.parametrize(("values", "texts"), VALUES)
def test_values_of_parquet_become_text(prepare: Prepare, values: pa.Array, texts: tuple[str, str]):
    table = pa.table({"user": ["1", "2"], "value": values})
    rows = read_rows(prepare(made.parquet(table)).tables[0])
    assert tuple(row[1] for row in rows) == texts


def test_rows_of_parquet_are_numbered(prepare: Prepare):
    table = pa.table({"user": [str(n) for n in range(70_000)], "item": ["a"] * 70_000})
    prepared = prepare(made.parquet(table))
    assert read_lines(prepared.tables[0]) == list(range(1, 70_001))
    assert [int(row[0]) for row in prepared.sample.spread] == list(range(0, 70_000, 175))


def test_names_of_parquet_are_made_different(prepare: Prepare):
    table = pa.table([["1"], ["a"], ["b"]], names=["user", "item", "item"])
    assert prepare(made.parquet(table)).tables[0].columns == ("user", "item", "item (2)")


def test_traces_events_and_their_attributes_become_columns(
    prepare: Prepare, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(process_logs, "_PART_EVENTS", 2)
    monkeypatch.setattr(process_logs, "_BLOCK_BYTES", 400)
    log = made.xes(
        ("A", [("register", "2026-01-01T10:00:00+01:00"), ("triage", "2026-01-01T11:00:00+01:00")]),
        ("B", [("register", "2026-01-02T10:00:00+01:00")]),
    )
    log = log.replace(
        b'<trace><string key="concept:name" value="B"/>',
        b'<trace><string key="concept:name" value="B"/><int key="age" value="40"/>',
    ).replace(b'value="triage"/>', b'value="triage"/><string key="org:resource" value="Ann"/>')
    prepared = prepare(log)
    assert prepared.kind is FileKind.XES
    table = prepared.tables[0]
    assert table.columns == ("case id", "activity", "timestamp", "org:resource", "case:age")
    assert read_rows(table) == [
        ("A", "register", "2026-01-01T10:00:00+01:00", "", ""),
        ("A", "triage", "2026-01-01T11:00:00+01:00", "Ann", ""),
        ("B", "register", "2026-01-02T10:00:00+01:00", "", "40"),
    ]
    assert read_lines(table) == [3, 3, 4]
    assert sorted(path.suffix for path in table.path.parent.iterdir()) == [".parquet"]


def test_attributes_of_attributes_and_of_the_log_are_no_columns(prepare: Prepare):
    log = made.xes(("A", [("register", "2026-01-01")])).replace(
        b'value="register"/>',
        b'value="register"><string key="inner" value="x"/></string>',
    )
    log = log.replace(b"<trace>", b'<string key="concept:name" value="the log"/><trace>')
    assert read_rows(prepare(log).tables[0]) == [("A", "register", "2026-01-01")]


def test_a_process_log_in_utf16_is_read(prepare: Prepare):
    text = made.xes(("A", [("größe", "2026-01-01")])).decode().replace("UTF-8", "UTF-16")
    assert read_rows(prepare(text.encode("utf-16")).tables[0]) == [("A", "größe", "2026-01-01")]


def test_what_is_said_of_a_broken_file_names_the_line(prepare: Prepare):
    log = made.xes(("A", [("register", "2026-01-01")])).replace(b"</event>", b"</evnt>")
    with pytest.raises(LogFormatError, match=r"line 3: the XML is broken \(mismatched tag\)"):
        prepare(log)


def test_text_is_no_parquet_whatever_is_set(prepare: Prepare):
    with pytest.raises(LogFormatError, match="the Parquet file is damaged or not complete"):
        prepare(b"user,item\n1,a\n", kind=FileKind.PARQUET)


def test_times_with_a_zone_keep_their_moment(prepare: Prepare):
    moment = datetime(2026, 7, 1, 12, tzinfo=UTC)
    values = pa.array([moment], pa.timestamp("s", tz="Europe/Berlin"))
    rows = read_rows(prepare(made.parquet(pa.table({"u": ["1"], "t": values}))).tables[0])
    assert datetime.fromisoformat(rows[0][1]) == moment
