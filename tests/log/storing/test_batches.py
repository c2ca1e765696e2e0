"""Splitting text into records, beside Python's csv module."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.errors import LogFormatError
from seqrec.log.source import Dialect, TableFile
from seqrec.log.storing import batches, record_kernels
from seqrec.log.storing.batches import read_batches
from seqrec.workspace import Workspace
from tests.log.tables import parquet_table

COLUMNS = ("a", "b", "c")
FIELD = st.text(st.sampled_from('x1"\n,;: é¦日\u00a0'), max_size=6)
SMALL = settings(max_examples=150, deadline=None)


def table_of(path: Path, data: bytes, dialect: Dialect, columns: tuple[str, ...] = COLUMNS):
    path.write_bytes(data)
    return TableFile(path, "given.csv", "", len(data), columns, dialect)


def read_rows(table: TableFile, wanted: tuple[str, ...] = COLUMNS):
    """Line, status and texts of each row."""
    rows = []
    for batch in read_batches(table, {name: name for name in wanted}):
        for row in range(len(batch)):
            places = zip(batch.starts[:, row], batch.ends[:, row], strict=True)
            texts = [batch.data[begin:end].tobytes().decode() for begin, end in places]
            rows.append((int(batch.lines[row]), int(batch.status[row]), texts))
    return rows


def whole(batch, row: int) -> bytes:
    return batch.data[batch.bounds[0, row] : batch.bounds[1, row]].tobytes()


def trimmed(text: str) -> str:
    return text.strip(" \t\r\n\v\f\u00a0\u3000\ufeff")


@SMALL
@given(
    rows=st.lists(st.tuples(FIELD, FIELD, FIELD), max_size=8), room=st.sampled_from([40, 8 << 20])
)
def test_records_are_those_of_the_csv_module(tmp_path_factory, rows, room: int):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerows([COLUMNS, *rows])
    data = text.getvalue().encode()
    expected, line = [], 2
    for row in rows:
        expected.append((line, record_kernels.GOOD, [trimmed(field) for field in row]))
        line += 1 + sum(field.count("\n") for field in row)
    path = tmp_path_factory.mktemp("csv") / "table.csv"
    with pytest.MonkeyPatch.context() as patch:
        # A buffer hardly longer than a record: every record is once cut by its end.
        patch.setattr(
            batches, "MAX_RECORD_BYTES", max(room, 2 * max(map(len, data.split(b"\n"))) + 60)
        )
        patch.setattr(batches, "_MAX_ROWS", 3)
        assert read_rows(table_of(path, data, Dialect(","))) == expected


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "::", "¦", "||||"])
def test_every_delimiter_splits(tmp_path: Path, delimiter: str):
    lines = [["a", "b", "c"], ["1", "two", "3 4"], ["", "", ""], ["5", '"q"', "6"]]
    data = "\n".join(delimiter.join(line) for line in lines).encode()
    found = read_rows(table_of(tmp_path / "x", data, Dialect(delimiter)))
    assert [texts for _, _, texts in found] == [["1", "two", "3 4"], ["", "", ""], ["5", "q", "6"]]


CASES = [
    ("ragged", "a,b,c\n1,2\n1,2,3,4\n1,2,3\n", [(2, 1), (3, 2), (4, 0)]),
    ("a delimiter at the end of each row", "a,b,c\n1,2,3,\n1,2,3, \n", [(2, 0), (3, 0)]),
    ("a quote in the wrong place", 'a,b,c\n1,"2"x,3\n1,2,3\n', [(2, 3), (3, 0)]),
    ("a quote inside a field", 'a,b,c\n1,5" disk,3\n', [(2, 0)]),
    ("blank lines", "\n\na,b,c\n\n1,2,3\r\n\r\n\n4,5,6\n\n", [(5, 0), (8, 0)]),
    ("line ends inside quotes", 'a,b,c\n"1\n\n",2,3\n4,5\n', [(2, 0), (5, 1)]),
    ("no line end at the end", "a,b,c\n1,2,3", [(2, 0)]),
    ("an open quote at the very end", 'a,b,c\n1,2,"3\n', [(2, 3)]),
    ("header only", "a,b,c\n", []),
    ("nothing", "", []),
    ("a byte-order mark", "\ufeffa,b,c\n1,2,3\n", [(2, 0)]),
    ("a lone carriage return", "a,b,c\n1,2,3\r4\n", [(2, 0)]),
]


@pytest.mark.parametrize(
    ("text", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_lines_are_physical_and_status_says_why(tmp_path: Path, text: str, expected):
    found = read_rows(table_of(tmp_path / "x", text.encode(), Dialect(",")))
    assert [(line, status) for line, status, _ in found] == expected


def test_skipped_lines_and_files_without_header_keep_their_line_numbers(tmp_path: Path):
    data = b'Report of "May\nx\n\n1,2,3\n4,5,6\n'
    dialect = Dialect(",", has_header=False, skip_lines=2)
    found = read_rows(table_of(tmp_path / "x", data, dialect))
    assert [(line, texts) for line, _, texts in found] == [
        (4, ["1", "2", "3"]),
        (5, ["4", "5", "6"]),
    ]


def test_without_a_quote_quotes_are_letters(tmp_path: Path):
    found = read_rows(table_of(tmp_path / "x", b'a,b,c\n1,"2,3\n', Dialect(",", quote="")))
    assert found == [(2, 0, ["1", '"2', "3"])]


@pytest.mark.parametrize(
    "text",
    [
        'a,b,c\n1,2,3\n1,"2,3\n1,2,3\n1,2,3\n',
        'a,b,c\n1,2,3\n1,"2,3\n1,2,3\n1,"2",3\n',
        'a,b,c\n"1\n",2,3\n1,2,3\n'.replace("\n1,2,3", '\n"x,2,3') + "1,2,3\n",
    ],
    ids=["to the end", "to the next quote", "behind a quoted line end"],
)
def test_a_quote_that_swallows_lines_is_refused_with_its_line(tmp_path: Path, text: str):
    line = next(n for n, row in enumerate(text.split("\n"), 1) if row.count('"') % 2 and n > 2)
    line = 4 if '"x' in text else line
    with pytest.raises(LogFormatError, match=f"'given.csv', line {line}: a quote .*without quotes"):
        read_rows(table_of(tmp_path / "x", text.encode(), Dialect(",")))


def test_a_record_longer_than_the_buffer_is_set_aside(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(batches, "MAX_RECORD_BYTES", 50)
    data = b"a,b,c\n1,2,3\n1," + b"x" * 200 + b',3\n"4\n",5,6\n7,8,9\n'
    found = read_rows(table_of(tmp_path / "x", data, Dialect(",")))
    assert [(line, status) for line, status, _ in found] == [(2, 0), (3, 4), (4, 0), (6, 0)]


def test_a_quote_that_stays_open_beyond_the_buffer_is_refused(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(batches, "MAX_RECORD_BYTES", 50)
    data = b'a,b,c\n1,2,3\n1,"2,3\n' + b"1,2,3\n" * 20
    with pytest.raises(LogFormatError, match="line 3: a quote"):
        read_rows(table_of(tmp_path / "x", data, Dialect(",")))


def test_a_file_that_is_gone_is_named(tmp_path: Path):
    table = table_of(tmp_path / "x", b"a,b,c\n", Dialect(","))
    table.path.unlink()
    with pytest.raises(LogFormatError, match="is not there any more"):
        read_rows(table)


def test_rows_of_parquet_keep_their_lines_and_texts(workspace: Workspace):
    rows = [["1", " two ", None], ["é", "", "x,y"]]
    table = parquet_table(workspace, COLUMNS, rows, [7, 7])
    (batch,) = read_batches(table, {"c": "c", "a": "a"})
    assert read_rows(table, ("c", "b")) == [(7, 0, ["", "two"]), (7, 0, ["x,y", ""])]
    assert [whole(batch, row).decode() for row in range(2)] == [",1", "x,y,é"]
