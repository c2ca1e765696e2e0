import pytest

from seqrec.errors import LogFormatError, OverLimitError
from seqrec.log.formats import spreadsheets
from seqrec.log.source import FileKind
from tests.log import made_files as made
from tests.log.formats.conftest import Prepare
from tests.log.table_rows import read_lines, read_rows

ROWS = [["user", "item", "time"], ["1", "a", 5], ["2", "b", 6]]
SMALL = made.sheet([["a", "b"], ["x", "1"]])
STYLES = (
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>'
)


def test_sheet_is_chosen_by_name(prepare: Prepare):
    book = made.workbook({"orders": made.sheet(ROWS), "small": SMALL})
    prepared = prepare(book, sheet="small")
    assert (prepared.sheets, prepared.sheet) == (("orders", "small"), "small")
    assert read_rows(prepared.tables[0]) == [("x", "1")]
    assert "sheet 'small' of 2 is read" in prepared.notes


def test_unknown_sheet_is_refused_with_the_names(prepare: Prepare):
    with pytest.raises(LogFormatError, match="there is no sheet 'x'; the workbook has 's'"):
        prepare(made.workbook({"s": SMALL}), sheet="x")


def test_the_first_sheet_that_is_not_small_is_taken(prepare: Prepare):
    large = made.sheet([["user", "item"], *([f"{n}", "a"] for n in range(300))])
    half = made.sheet([["user", "item"], *([f"{n}", "b"] for n in range(150))])
    book = made.workbook({"about": SMALL, "2025": half, "2026": large})
    assert prepare(book).sheet == "2025"


def test_rows_before_the_table_and_empty_ones_are_left_out(prepare: Prepare):
    rows = [["Orders of 2026"], [None], *ROWS[:2], [None], ROWS[2]]
    prepared = prepare(made.workbook({"s": made.sheet(rows)}))
    assert prepared.sample.columns == ("user", "item", "time")
    assert read_rows(prepared.tables[0]) == [("1", "a", "5"), ("2", "b", "6")]
    assert read_lines(prepared.tables[0]) == [4, 6]
    assert "the first 2 rows do not belong to the table" in prepared.notes


def test_cells_become_text_as_a_csv_file_has_it_and_errors_nothing(prepare: Prepare):
    cells = ["<v>12583</v>", "<v>3.75</v>", "<v>1e3</v>", "<v>0.1</v>"]
    dated = '<c r="E2" s="1"><v>40513.36458333334</v></c><c r="F2" t="b"><v>1</v></c>'
    error = '<c r="G2" t="e"><v>#N/A</v></c>'
    text = made.sheet([["a", "b", "c", "d", "e", "f", "g"], cells])
    text = text.replace("</row></sheetData>", f"{dated}{error}</row></sheetData>")
    book = made.workbook({"s": text}, ("xl/styles.xml", STYLES))
    assert read_rows(prepare(book).tables[0]) == [
        ("12583", "3.75", "1000", "0.1", "2010-12-01 08:45:00", "true", "")
    ]


def test_a_sheet_without_header_is_told(prepare: Prepare):
    prepared = prepare(made.workbook({"s": made.sheet(ROWS[1:])}))
    assert prepared.sample.columns == ("column 1", "column 2", "column 3")
    assert len(read_rows(prepared.tables[0])) == 2
    assert "there is no header: the first row looks like data" in prepared.notes


def test_a_cell_merged_over_columns_counts_in_the_first(prepare: Prepare):
    after = '<mergeCells count="1"><mergeCell ref="A2:B2"/></mergeCells>'
    text = made.sheet([["user", "item", "time"], ["1", None, 5], ["2", "b", 6]], after)
    assert read_rows(prepare(made.workbook({"s": text})).tables[0])[0] == ("1", "", "5")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([["user", "item"]], "has a header but no rows below it"),
        ([["user"], ["1"]], "has one column only; choose another sheet"),
    ],
)
def test_a_sheet_that_is_no_table_is_refused(prepare: Prepare, rows: list[list[str]], message: str):
    with pytest.raises(LogFormatError, match=f"sheet 's' {message}"):
        prepare(made.workbook({"s": made.sheet(rows)}))


def test_a_wide_sheet_is_measured_before_it_is_read(
    prepare: Prepare, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(spreadsheets, "MAX_CELLS", 1000)
    text = made.sheet(ROWS).replace('r="A3"', "r = 'ZZ3'")
    with pytest.raises(OverLimitError, match="spans 3 rows and 702 columns"):
        prepare(made.workbook({"s": text}))


def test_a_workbook_that_is_none_is_refused(prepare: Prepare):
    with pytest.raises(LogFormatError, match="damaged"):
        prepare(b"user,item\n1,a\n", kind=FileKind.XLSX)
