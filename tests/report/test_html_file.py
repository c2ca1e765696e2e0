"""The report as a file: whole, escaped, small, and its numbers those of the blocks."""

import io
import json
import re
import zipfile
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from seqrec.report.archive import README, write_archive
from seqrec.report.blocks import KeyFigures, Picture, Report, Section, Table, Words, format_cell
from seqrec.report.html_file import MAX_BYTES, write_html

EVIL = (
    "<img src=x onerror=alert(1)> \" ' & </script> ![a](http://b/c.png) =1+1 "
    "\u05d0\u05d1 \U0001f600"
)


def report_of(*blocks: Words | KeyFigures | Picture | Table) -> Report:
    return Report(EVIL, EVIL, EVIL, 1_700_000_000.0, (Section(EVIL, blocks),))


class _Texts(HTMLParser):
    """What a reader sees, and which elements there are."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.tags.append(tag)
        self._inside = tag

    def handle_data(self, data: str) -> None:
        if self._inside not in {"script", "style"}:
            self.texts.append(data)


def read(page: bytes) -> _Texts:
    parser = _Texts()
    parser.feed(page.decode())
    return parser


def all_blocks() -> Report:
    frame = pd.DataFrame({EVIL: [EVIL], "Support": [0.25], "n": [1234]})
    return report_of(
        Words(EVIL),
        KeyFigures({EVIL: EVIL}),
        Picture(EVIL, go.Figure(go.Bar(x=[EVIL], y=[1])), EVIL),
        Table("rows", EVIL, frame, ("Support",)),
    )


def test_a_hostile_title_reads_as_it_is_and_makes_no_element():
    found = read(write_html(all_blocks()))
    # Title, heading, source, contents, section, words, two of a key figure, question, caption,
    # column, cell, method.
    assert found.texts.count(EVIL) == 13
    assert "img" not in found.tags
    # The figure's data, the library and the loader: no text of the log began another.
    assert found.tags.count("script") == 3


def test_nothing_is_fetched_and_the_page_forbids_it():
    page = write_html(all_blocks()).decode()
    assert "default-src 'none'" in page
    assert not re.search(r"<(?:script|link|img|iframe)[^>]*\s(?:src|href)=", page)
    assert len(page.encode()) < MAX_BYTES


def test_a_figure_keeps_its_numbers():
    values = np.array([3.0, 1.5, 2.25])
    page = write_html(report_of(Picture("?", go.Figure(go.Bar(y=values.tolist())), "bars")))
    data = re.search(r'id="data-0">(.*?)</script>', page.decode())
    assert data is not None
    assert json.loads(data[1])["data"][0]["y"] == values.tolist()


def test_a_report_without_figures_carries_no_library():
    assert len(write_html(report_of(Words("a")))) < 10_000


def test_a_long_table_is_cut_in_the_report_and_whole_in_the_archive():
    frame = pd.DataFrame({"a": range(40), "b": range(40)})
    report = report_of(Table("rows", "Rows.", frame, n_shown=2, n_columns=1))
    found = read(write_html(report))
    assert found.tags.count("tr") == 3
    assert found.tags.count("td") == 2
    assert "Rows. The first 2 of 40." in found.texts
    with zipfile.ZipFile(io.BytesIO(write_archive(report))) as archive:
        assert archive.namelist() == ["rows.csv", README]
        assert pd.read_csv(archive.open("rows.csv"))["b"].tolist() == list(range(40))
        assert "rows.csv: Rows. 40 rows." in archive.read(README).decode("utf-8-sig")


def test_a_formula_in_the_archive_is_inert():
    report = report_of(Table("rows", "Rows.", pd.DataFrame({"a": ["=1+1"]})))
    with zipfile.ZipFile(io.BytesIO(write_archive(report))) as archive:
        assert b"'=1+1" in archive.read("rows.csv")


@pytest.mark.parametrize(
    ("value", "percent", "text"),
    [
        (0.1234, True, "12.3%"),
        (0.1234567, False, "0.1235"),
        (1234, False, "1,234"),
        (float("nan"), True, "-"),
        (None, False, "-"),
        (True, False, "yes"),
        (pd.Timestamp("2011-12-09 12:50"), False, "2011-12-09 12:50"),
        ("tea", False, "tea"),
    ],
)
def test_cells_are_written_for_readers(value: object, percent: bool, text: str):  # noqa: FBT001
    assert format_cell(value, percent=percent) == text
