"""The same rows, written in ten ways, come out as the same table without a touch."""

import io
from pathlib import Path

import pytest

from seqrec.log.prepare import prepare_upload
from seqrec.log.prepared import Prepared
from seqrec.log.source import FileKind, ReadOptions
from seqrec.log.upload import receive_upload
from seqrec.workspace import Workspace
from tests.log.table_rows import read_lines, read_rows

FOLDER = Path(__file__).parents[1] / "data" / "uploads"
ENGLISH = (
    *("InvoiceNo", "StockCode", "Description", "Quantity"),
    *("InvoiceDate", "UnitPrice", "CustomerID", "Country"),
)
GERMAN = (
    *("Beleg-Nr.", "Artikel", "Bezeichnung", "Menge", "Datum"),
    *("Stückpreis (£)", "Kunde", "Land"),
)
CHINESE = ("订单号", "商品编号", "商品名称", "数量", "下单时间", "单价", "用户ID", "国家")
FILES = [
    ("retail.parquet", FileKind.PARQUET, "", ENGLISH),
    ("retail.xlsx", FileKind.XLSX, "", ENGLISH),
    ("retail_chinese_headers_gbk.csv", FileKind.DELIMITED, "gb18030", CHINESE),
    ("retail_ddmmyyyy_utf8.csv", FileKind.DELIMITED, "utf-8", ENGLISH),
    ("retail_epoch_ms_bom.csv", FileKind.DELIMITED, "utf-8", ENGLISH),
    ("retail_excel_serial_dates.csv", FileKind.DELIMITED, "utf-8", ENGLISH),
    ("retail_iso.jsonl", FileKind.JSON_LINES, "utf-8", ENGLISH),
    ("retail_mdyyyy_latin1.csv", FileKind.DELIMITED, "utf-8", ENGLISH),
    ("retail_semicolon_decimalcomma_cp1252.csv", FileKind.DELIMITED, "cp1252", GERMAN),
    ("retail_tab_utf16.txt", FileKind.DELIMITED, "utf-16-le", ENGLISH),
]


def _prepare(workspace: Workspace, name: str) -> Prepared:
    upload = receive_upload(workspace, [(name, io.BytesIO((FOLDER / name).read_bytes()))])
    return prepare_upload(upload, ReadOptions(), lambda _stage, _share: None)


def _plain(row: tuple[str, ...]) -> tuple[str, ...]:
    """A row without its time, its numbers written alike."""
    numbers = [str(float(row[place].replace(",", "."))) for place in (3, 5)]
    customer = row[6].replace(",", ".").removesuffix(".0")
    return (*row[:3], *numbers, customer, row[7])


def test_every_example_is_tested():
    assert {name for name, *_ in FILES} == {path.name for path in FOLDER.iterdir()}


@pytest.mark.parametrize(("name", "kind", "encoding", "columns"), FILES, ids=[f[0] for f in FILES])
def test_kind_encoding_and_columns_are_found(
    workspace: Workspace, name: str, kind: FileKind, encoding: str, columns: tuple[str, ...]
):
    prepared = _prepare(workspace, name)
    assert (prepared.kind, prepared.encoding) == (kind, encoding)
    assert prepared.sample.columns == columns
    assert prepared.n_rejects == 0


@pytest.mark.parametrize("name", [name for name, *_ in FILES])
def test_the_same_rows_come_out(workspace: Workspace, name: str):
    reference = read_rows(_prepare(workspace, "retail_ddmmyyyy_utf8.csv").tables[0])
    rows = read_rows(_prepare(workspace, name).tables[0])
    assert len(rows) == 201
    assert [_plain(row) for row in rows] == [_plain(row) for row in reference]


def test_rows_of_a_sheet_and_of_json_know_their_place(workspace: Workspace):
    assert read_lines(_prepare(workspace, "retail.xlsx").tables[0]) == list(range(2, 203))
    assert read_lines(_prepare(workspace, "retail_iso.jsonl").tables[0]) == list(range(1, 202))
