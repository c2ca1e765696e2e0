"""JSON lines, SPMF and baskets: text whose lines are no rows of a table."""

import json

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.errors import LogFormatError
from seqrec.log.formats import text_scan
from seqrec.log.formats.json_lines import read_json_lines
from seqrec.log.formats.rejects_file import RejectsFile
from seqrec.log.source import FileKind
from tests.log.formats.conftest import Prepare
from tests.log.table_rows import read_lines, read_rows

BASKETS = "milk,bread\nbread\nmilk,bread,butter,jam\nmilk,jam,tea\n" * 5


def test_broken_lines_of_json_are_rejects_with_their_numbers(prepare: Prepare):
    lines = ['{"user": 1, "item": "a"}', '{"user": 2', "", "[1]", '{"user": 3, "item": "b"}']
    prepared = prepare("\n".join([*lines, ""]).encode())
    assert read_rows(prepared.tables[0]) == [("1", "a"), ("3", "b")]
    assert read_lines(prepared.tables[0]) == [1, 5]
    assert prepared.n_rejects == 2
    assert pq.read_table(prepared.rejects).to_pylist() == [
        {"file": "log", "line": 2, "reason": "not a whole JSON object", "text": '{"user": 2'},
        {"file": "log", "line": 4, "reason": "not a whole JSON object", "text": "[1]"},
    ]


def test_lines_that_are_not_utf8_are_rejects(prepare: Prepare):
    good = '{"user": "größe", "item": "a"}\n'.encode() * 60
    prepared = prepare(good + b'{"user": "gr\xf6\xdfe"}\n')
    assert len(read_rows(prepared.tables[0])) == 60
    rejects = pq.read_table(prepared.rejects).to_pylist()
    assert [(row["line"], row["reason"]) for row in rejects] == [(61, "not UTF-8")]


def test_odd_keys_become_columns(prepare: Prepare):
    row = {"a.b": 1, "a": {"b": 2, "c/d": {'"': 3}}, "": 4, "~": 5, "select": None}
    prepared = prepare((json.dumps(row) + "\n").encode() * 2)
    table = prepared.tables[0]
    assert table.columns == ("a.b", "a.b (2)", 'a.c/d."', "column 4", "~", "select")
    assert read_rows(table) == [("1", "2", "3", "4", "5", "")] * 2


def test_a_key_that_is_an_object_or_a_value_stays_json(prepare: Prepare):
    prepared = prepare(b'{"user": 1, "place": "home"}\n{"user": 2, "place": {"city": "Oslo"}}\n')
    assert read_rows(prepared.tables[0]) == [("1", "home"), ("2", '{"city":"Oslo"}')]


def test_numbers_keep_their_digits(prepare: Prepare):
    prepared = prepare(b'{"user": 12345678901234567890123, "item": 7.50, "ok": true}\n')
    assert read_rows(prepared.tables[0]) == [("12345678901234567890123", "7.5", "true")]


def test_an_object_with_a_key_an_id_stays_json(prepare: Prepare):
    rows = [{"user": n, "seen": {f"item{n}-{m}": 1 for m in range(20)}} for n in range(60)]
    prepared = prepare("\n".join(map(json.dumps, rows)).encode())
    assert prepared.tables[0].columns == ("user", "seen")


def test_too_many_keys_are_refused(prepare: Prepare):
    rows = [{f"key{n}": 1} for n in range(501)]
    with pytest.raises(LogFormatError, match="more than 500 different keys"):
        prepare("\n".join(map(json.dumps, rows)).encode())


def test_deep_json_is_read_without_a_fall(prepare: Prepare):
    deep = '{"user": ' * 100_000 + "1" + "}" * 100_000
    prepared = prepare(f'{{"user": 1, "item": "a"}}\n{deep}\n'.encode())
    assert read_rows(prepared.tables[0])[0] == ("1", "a")


def test_an_array_on_one_long_line_is_read(prepare: Prepare):
    rows = [{"user": n, "item": "größe" * 20} for n in range(30_000)]
    data = json.dumps(rows, ensure_ascii=False).encode()
    assert len(data) > 2_000_000
    prepared = prepare(data)
    assert prepared.kind is FileKind.JSON_LINES
    assert [row[0] for row in read_rows(prepared.tables[0])] == [str(n) for n in range(30_000)]
    assert read_lines(prepared.tables[0])[-1] == 30_000


def test_elements_of_an_array_that_are_no_objects_are_rejects(prepare: Prepare):
    prepared = prepare(b'[{"user": 1, "item": "a"}, 3,\n {"user": 2, "item": "b"}]')
    assert read_lines(prepared.tables[0]) == [1, 3]
    assert pq.read_table(prepared.rejects).column("line").to_pylist() == [2]


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(
        st.dictionaries(
            st.sampled_from(["user", "item", "a b", "用户"]),
            st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text(max_size=8),
        )
        | st.none(),
        min_size=1,
        max_size=30,
    ),
    block_bytes=st.integers(1, 80),
)
def test_json_is_read_as_python_reads_it(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, object] | None], block_bytes: int
):
    keys = list(dict.fromkeys(key for row in rows if row for key in row))
    folder = tmp_path_factory.mktemp("json")
    source = folder / "log.jsonl"
    source.write_text("".join(f"{json.dumps(row) if row is not None else '{'}\n" for row in rows))
    with pytest.MonkeyPatch.context() as patch, RejectsFile(folder / "rejects") as rejects:
        patch.setattr(text_scan.chunks_of, "__defaults__", (block_bytes,))
        if not keys:
            with pytest.raises(LogFormatError, match="no line holds a whole JSON object"):
                read_json_lines(source, folder / "log", rejects, lambda _s, _p: None)
            return
        read_json_lines(source, folder / "log", rejects, lambda _s, _p: None)
    found = pq.read_table(folder / "log").to_pylist()
    wanted = [(line, row) for line, row in enumerate(rows, start=1) if row is not None]
    assert rejects.n_rejects == len(rows) - len(wanted)
    assert [row.pop("seqrec_line") for row in found] == [line for line, _ in wanted]
    texts = [{key: _text(row.get(key)) for key in keys} for _, row in wanted]
    assert found == texts


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


def test_items_of_an_spmf_file_have_the_names_that_stand_in_it(prepare: Prepare):
    text = "@CONVERTED_FROM_TEXT\n@ITEM=1=apple\n@ITEM=2=green pear\n1 -1 2 3 -1 -2\n2 -1 -2\n"
    prepared = prepare(text.encode())
    assert prepared.kind is FileKind.SPMF
    assert read_rows(prepared.tables[0]) == [
        ("4", "apple", "0"),
        ("4", "green pear", "1"),
        ("4", "3", "1"),
        ("5", "green pear", "0"),
    ]
    assert "the names of 2 items stand in the file" in prepared.notes


def test_times_of_an_spmf_file_are_its_positions(prepare: Prepare):
    prepared = prepare(b"<0> 1 -1 <50> 1 2 -1 -2\n<7> 3 -1 -2\n")
    assert read_rows(prepared.tables[0]) == [
        ("1", "1", "0"),
        ("1", "1", "50"),
        ("1", "2", "50"),
        ("2", "3", "7"),
    ]


def test_a_transaction_a_line_is_recognised(prepare: Prepare):
    prepared = prepare(BASKETS.encode())
    assert prepared.kind is FileKind.BASKETS
    assert read_rows(prepared.tables[0])[:5] == [
        ("1", "milk", "0"),
        ("1", "bread", "1"),
        ("2", "bread", "0"),
        ("3", "milk", "0"),
        ("3", "bread", "1"),
    ]
    assert read_lines(prepared.tables[0])[:4] == [1, 1, 2, 3]


def test_numbers_of_a_transaction_may_have_spaces_around(prepare: Prepare):
    prepared = prepare(b"".join(f" 1 {n}  {n + 5} \r\n".encode() for n in range(2, 20)))
    assert prepared.kind is FileKind.BASKETS
    assert read_rows(prepared.tables[0])[:3] == [("1", "1", "0"), ("1", "2", "1"), ("1", "7", "2")]


def test_empty_items_are_left_out_and_keep_the_place_of_the_next(prepare: Prepare):
    prepared = prepare(b"a,,b\n,c\n", kind=FileKind.BASKETS)
    assert read_rows(prepared.tables[0]) == [("1", "a", "0"), ("1", "b", "2"), ("2", "c", "1")]


@pytest.mark.parametrize(
    "text",
    [
        "user item rating\n" + "".join(f"{n} {9 - n} 3\n" for n in range(9)) * 3,
        "".join(f"{n},a,2026-01-0{1 + n % 9}{',x' * (n % 5)}\n" for n in range(30)),
        "a,b\nc,d\na,d\n" * 9,
    ],
)
def test_tables_are_no_transactions(prepare: Prepare, text: str):
    assert prepare(text.encode()).kind is FileKind.DELIMITED
