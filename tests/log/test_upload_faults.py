"""FAULTS.md, uploads: what is handed in, and what must be said or read. One line a case."""

# ruff: noqa: E501 - one line a case, however long

import gzip
import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from seqrec.errors import LogFormatError, OverLimitError
from seqrec.log.prepare import prepare_upload
from seqrec.log.source import ReadOptions
from seqrec.log.upload import receive_upload, server_upload
from seqrec.workspace import Workspace
from tests.log import made_files as made
from tests.log.table_rows import read_batch_rows, read_rows

LOG = "user,item,time\n1,a,5\n2,b,6\n"
ROWS = [("1", "a", "5"), ("2", "b", "6")]
LONG = "".join(f"{n},Größe {n},5\n" for n in range(50))
MIXED = b"user,item,time\n" + b"".join(
    f"{n},caf\u00e9,5\n".encode("utf-8" if n % 2 else "cp1252") for n in range(40)
)
CHANGES = "user,item,time\n" + "1,a,5\n" * 40 + "1;a;5\n" * 40
OPEN_QUOTE = 'user,item,time\n"1","a","5"\n' + '2,"b,6\n' + '"3","c","7"\n' * 2000
PRE = "".join(f"Report line {n}\n" for n in range(10))
TABLE = pa.table({"user": ["1", "2"], "item": ["a", "b"], "time": [5, 6]})
SHEET = made.sheet([["user", "item", "time"], ["1", "a", 5], ["2", "b", 6]])
MERGED = made.sheet(
    [["user", "item", "time"], ["1", "a", 5], [None, "b", 6]],
    '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>',
)
FORMULA = made.sheet([["user", "item", "time"], ["1", "a", "<f>2+3</f><v>5</v>"], ["2", "b", 6]])
FAR = '<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
EVENT = [("check in", "2026-01-01T10:00:00Z")]

REFUSED: list[tuple[str, bytes | Callable[[], bytes], str]] = [
    ("1 empty file", b"", "the file is empty; export it again"),
    ("2 header only", b"user,item,time\n", r"has a header \(user, item, time\) but no rows below"),
    ("3 blank lines", b"\n\n \r\n", "holds only blank lines"),
    ("4 PNG", b"\x89PNG\r\n\x1a\n\0\0", "this is a PNG image; save the log as CSV"),
    ("4 PDF", b"%PDF-1.7 \xe2", "this is a PDF document"),
    ("4 Linux program", b"\x7fELF\x02\x01\x01\0", "this is a program"),
    ("4 Windows program", b"MZ\x90\0\x03\0", "this is a program"),
    ("4 pickle", b"\x80\x04\x95\x05\0", "this is a Python pickle, which is never opened"),
    ("5 web page", b"\xef\xbb\xbf \n<!DOCTYPE html><html>", "this is a web page"),
    ("5 XML", b"<?xml version='1.0'?><error/>", "not a process log in XES"),
    ("6 a JSON object over lines", b'{\n "a": 1,\n "b": [\n 1\n]}', "no line holds a whole JSON"),
    ("6 a broken JSON array", b'[{"user": 1}, {"user"', "the JSON array is broken"),
    ("9 mixed encodings", MIXED, r"line 2: byte 6 \(0xe9\) is not UTF-8, but other lines are"),
    ("10 NUL", b"user,item,time\n1,a\0,5\n", "line 2: byte 4 is NUL, so this is not plain text"),
    ("16 10,000 columns", ",".join(f"c{n}" for n in range(10_000)).encode() + b"\n" * 2, "10,000 columns; at most 500"),
    ("17 a line of 50 MB", lambda: b"user,item\n1,a\n1," + b"x" * (50 << 20) + b"\n", "line 3 is longer than 2,000,000 bytes"),
    ("18 unclosed quote", OPEN_QUOTE.encode(), r'line 3: a quote \("\) is opened and not closed.*no quotes'),
    ("22 delimiter changes", CHANGES.encode(), "line 42: fields are separated by ';' from here on, by ',' before"),
    ("one column", b"user\n1\n2\n", r"only one column is found \('user'\)"),
    ("24 truncated gzip", made.cut_gzip(LONG.encode()), "the gzip file is cut off"),
    ("24 damaged gzip", gzip.compress(LONG.encode())[:-6] + b"\0" * 6, "the gzip file is damaged"),
    ("26 gzip bomb", lambda: made.gzip_bomb(200), "grows more than 200-fold"),
    ("27 zip of two", made.zipped(("a.csv", b"1"), ("b.csv", b"2")), "holds 2 files"),
    ("27 empty zip", made.zipped(), "holds no file"),
    ("27 zip with ../", made.zipped(("../x.csv", LOG.encode())), r"names '../x.csv', a place outside"),
    ("27 zip with a link", made.zipped_link("x.csv", b"/etc/passwd"), "'x.csv' in the zip archive is a link"),
    ("27 locked zip", made.locked(made.zipped(("x.csv", b"1"))), "'x.csv' is locked by a password"),
    ("27 nested zip", made.zipped(("x.zip", made.zipped(("x.csv", b"1")))), "another archive"),
    ("27 nested gzip", gzip.compress(gzip.compress(LOG.encode())), "another archive"),
    ("27 damaged zip", made.zipped(("x.csv", LOG.encode()))[:-30], "the zip archive is damaged"),
    ("28 XLSX with a far cell", made.workbook({"s": FAR}), "spans 1,048,576 rows and 16,384 columns"),
    ("28 XLSX bomb", lambda: made.workbook({"s": SHEET}, ("xl/media/x", bytes(100 << 20))), "grows more than 200-fold"),
    ("28 empty XLSX", made.workbook({"s": made.sheet([])}), "sheet 's' holds no rows"),
    ("28 damaged XLSX", made.workbook({"s": SHEET})[:-900], "damaged"),
    ("28 old Excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook"),
    ("29 corrupt Parquet", made.parquet(TABLE)[:-30] + b"x" * 26 + b"PAR1", "the Parquet file is damaged"),
    ("29 Parquet without rows", made.parquet(TABLE.slice(0, 0)), "but no rows"),
    ("29 Parquet bomb", lambda: made.parquet(pa.table({"user": pa.repeat("x" * 40, 3_000_000), "item": pa.repeat("y", 3_000_000)})), "grows more than 200-fold"),
    ("30 no JSON object", b'{"user"\n{"user": \n', "no line holds a whole JSON object"),
    ("31 XES without case ids", made.xes(("A", EVENT), (None, EVENT)), r"line 4: the trace of this event has no case id"),
    ("31 XES without events", made.xes(("A", [])), "the process log has no events"),
    ("31 broken XES", made.xes(("A", EVENT))[:-20], "the XML is broken"),
    ("31 XES with entities", made.xes(("A", EVENT), before='<!DOCTYPE x [<!ENTITY a "b">]>'), "declares a document type"),
]  # fmt: skip

READ: list[tuple[str, bytes, list[tuple[str, ...]]]] = [
    ("plain", LOG.encode(), ROWS),
    ("7 UTF-8 with mark", LOG.encode("utf-8-sig"), ROWS),
    ("7 UTF-16 LE with mark", b"\xff\xfe" + LOG.encode("utf-16-le"), ROWS),
    ("7 UTF-16 BE with mark", b"\xfe\xff" + LOG.encode("utf-16-be"), ROWS),
    ("7 UTF-16 LE", LOG.encode("utf-16-le"), ROWS),
    ("7 UTF-16 BE", LOG.encode("utf-16-be"), ROWS),
    ("7 UTF-32", LOG.encode("utf-32"), ROWS),
    ("8 GBK", "用户,商品\n张伟,牛奶\n".encode("gb18030"), [("张伟", "牛奶")]),
    ("8 Shift-JIS", "ユーザー,商品\n佐藤,牛乳とパン\n".encode("cp932"), [("佐藤", "牛乳とパン")]),
    ("8 cp1251", "покупатель,товар\nИванов,хлеб белый\n".encode("cp1251"), [("Иванов", "хлеб белый")]),
    ("8 cp1252", "Käufer;Größe\nMüller;weiß\n".encode("cp1252"), [("Müller", "weiß")]),
    ("11 CRLF", LOG.replace("\n", "\r\n").encode(), ROWS),
    ("11 CR only", LOG.replace("\n", "\r").encode(), ROWS),
    ("11 mixed line ends", b"user,item,time\r\n1,a,5\r2,b,6\n", ROWS),
    ("12 preamble", (PRE + "\n" + LOG).encode(), ROWS),
    ("12 preamble with a quote", ('"Sales\n' + PRE + LOG).encode(), ROWS),
    ("13 no header", b"1,a,5\n2,b,6\n", ROWS),
    ("14 duplicate names", b"user,item,item\n1,a,5\n2,b,6\n", ROWS),
    ("15 empty name", b"user,,time\n1,a,5\n2,b,6\n", ROWS),
    ("18 quotes inside fields", b'user,item,time\n1,a,5\n2,7" nails,6\n', [ROWS[0], ("2", '7" nails', "6")]),
    ("18 stray quotes in a tab file", b'user\titem\ttime\n1\t"a\t5\n2\tb\t6\n', [("1", '"a', "5"), ROWS[1]]),
    ("19 line ends in quotes", b'user,item,time\n1,"a\nb",5\n2,b,6\n', [("1", "a\nb", "5"), ROWS[1]]),
    ("20 ragged rows", b"user,item,time\n1,a,5\n3,c\n4,d,7,8\n2,b,6\n", ROWS),
    ("21 decimal commas", b"user;item;price\n1;a;2,5\n2;b;1.000,25\n", [("1", "a", "2,5"), ("2", "b", "1.000,25")]),
    ("23 trailing delimiter", b"user,item,time\n1,a,5,\n2,b,6,\n", [(*row, "") for row in ROWS]),
    ("23 trailing delimiter in the header too", b"user,item,time,\n1,a,5,\n2,b,6,\n", [(*row, "") for row in ROWS]),
    ("tabs", LOG.replace(",", "\t").encode(), ROWS),
    ("pipes", LOG.replace(",", "|").encode(), ROWS),
    ("double colons", LOG.replace(",", "::").encode(), ROWS),
    ("double pipes", LOG.replace(",", "||").encode(), ROWS),
    ("control character", LOG.replace(",", "\x01").encode(), ROWS),
    ("full-width commas", LOG.replace(",", "\uff0c").encode(), ROWS),
    ("25 text named .gz", LOG.encode(), ROWS),
    ("gzip", gzip.compress(LOG.encode()), ROWS),
    ("27 zip", made.zipped(("folder/", b""), ("folder/a.csv", LOG.encode()), ("__MACOSX/._a.csv", b"x")), ROWS),
    ("28 XLSX", made.workbook({"s": SHEET}), ROWS),
    ("28 XLSX with macros", made.workbook({"s": SHEET}, ("xl/vbaProject.bin", b"x")), ROWS),
    ("28 XLSX with merged cells", made.workbook({"s": MERGED}), [ROWS[0], ("1", "b", "6")]),
    ("28 XLSX with two sheets", made.workbook({"notes": made.sheet([["see s"]]), "s": SHEET}), ROWS),
    ("28 XLSX with formulas", made.workbook({"s": FORMULA}), ROWS),
    ("28 zipped XLSX", made.zipped(("a.xlsx", made.workbook({"s": SHEET}))), ROWS),
    ("29 Parquet", made.parquet(TABLE), ROWS),
    ("29 nested Parquet", made.parquet(TABLE.append_column("tags", pa.array([["x"], []]))), [(*ROWS[0], '["x"]'), (*ROWS[1], "[]")]),
    ("30 JSON lines", b'{"user": 1, "item": "a", "time": 5}\n\n{"user": 2, "item": "b", "time": 6}', ROWS),
    ("30 JSON array", b'[{"user": 1, "item": "a", "time": 5}, {"user": 2, "item": "b", "time": 6}]', ROWS),
    ("30 nested JSON", b'{"user": {"id": 1}, "item": "a"}\n{"user": {"id": 2}, "item": "b"}\n', [("1", "a"), ("2", "b")]),
    ("30 other keys", b'{"user": 1, "item": "a"}\n{"item": "b", "tags": ["x"]}\n', [("1", "a", ""), ("", "b", '["x"]')]),
    ("31 XES", made.xes(("A", EVENT)), [("A", *EVENT[0])]),
    ("SPMF", b"1 -1 2 3 -1 -2\n4 -1 -2\n", [("1", "1", "0"), ("1", "2", "1"), ("1", "3", "1"), ("2", "4", "0")]),
]  # fmt: skip


def _tree(folder: Path) -> dict[str, int]:
    """Files by when they were changed, but for the lock that is held while an upload is read."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "lock"]
    return {str(path): path.stat().st_mtime_ns for path in files}


@pytest.mark.parametrize(("data", "message"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])  # fmt: skip
def test_is_refused_in_words_and_leaves_nothing(
    workspace: Workspace, data: bytes | Callable[[], bytes], message: str
):
    given = data() if callable(data) else data
    upload = receive_upload(workspace, [("log.csv", io.BytesIO(given))])
    before = _tree(workspace.home)
    with pytest.raises((LogFormatError, OverLimitError), match=rf"(?s)log\.csv: .*{message}"):
        prepare_upload(upload, ReadOptions(), lambda _stage, _share: None)
    assert _tree(workspace.home) == before


@pytest.mark.parametrize(("data", "rows"), [case[1:] for case in READ], ids=[case[0] for case in READ])  # fmt: skip
def test_is_read(workspace: Workspace, data: bytes, rows: list[tuple[str, ...]]):
    upload = receive_upload(workspace, [("log.csv.gz", io.BytesIO(data))])
    prepared = prepare_upload(upload, ReadOptions(), lambda _stage, _share: None)
    assert read_rows(prepared.tables[0]) == rows
    assert read_batch_rows(prepared.tables[0]) == rows
    assert upload.files[0].path.read_bytes() == data


@pytest.fixture
def server_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEQREC_DATA_ROOT", str(tmp_path))
    (tmp_path / "log.csv").write_text(LOG * 10)
    return tmp_path / "log.csv"


def test_a_file_on_the_server_is_read_in_place(workspace: Workspace, server_file: Path):
    upload = server_upload(workspace, "log.csv")
    table = prepare_upload(upload, ReadOptions(), lambda _stage, _share: None).tables[0]
    assert table.path == server_file
    assert table.sha256 == hashlib.sha256(server_file.read_bytes()).hexdigest()
    table.check_unchanged()
    server_file.write_text(LOG)
    with pytest.raises(LogFormatError, match=r"changed while it was read \(270 bytes before, 27"):
        table.check_unchanged()


def test_33_a_file_that_grows_while_it_is_read_is_said(workspace: Workspace, server_file: Path):
    upload = server_upload(workspace, "log.csv")
    before = _tree(workspace.home)

    def grow(_stage: str, _share: float) -> None:
        with server_file.open("a") as file:
            file.write("3,c,7\n")

    with pytest.raises(LogFormatError, match=r"'log\.csv' changed while it was read"):
        prepare_upload(upload, ReadOptions(), grow)
    assert _tree(workspace.home) == before


def test_34_a_file_removed_while_it_is_read_is_said(workspace: Workspace, server_file: Path):
    upload = server_upload(workspace, "log.csv")
    before = _tree(workspace.home)
    with pytest.raises(LogFormatError, match=r"'log\.csv' is not there any more"):
        prepare_upload(upload, ReadOptions(), lambda _s, _p: server_file.unlink(missing_ok=True))
    assert _tree(workspace.home) == before


def test_32_a_file_over_the_limit_is_refused_at_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SEQREC_UPLOAD_LIMIT_MIB", "1")
    before = _tree(workspace.home)
    with pytest.raises(OverLimitError, match="larger than 1 MiB; compress it"):
        receive_upload(workspace, [("log.csv", io.BytesIO(bytes((1 << 20) + 1)))])
    assert _tree(workspace.home) == before
