from itertools import pairwise

import pytest

from seqrec.errors import LogFormatError
from seqrec.log.formats.delimited import find_layout
from seqrec.log.source import Dialect, ReadOptions
from tests.log.formats.conftest import Prepare
from tests.log.table_rows import read_rows


def _layout(text: str, **options: str | bool | int):
    head = text.splitlines(keepends=True)
    return find_layout(head, [], ReadOptions(**options))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "::", "||", "\x01", "~", "^", "\uff1b"])
def test_delimiter_is_found_beside_quoted_ones(delimiter: str):
    text = f'user,item,time\n1,"a{delimiter}b",5\n2,c,6\n'.replace(",", delimiter)
    layout = _layout(text)
    assert layout.dialect == Dialect(delimiter)
    assert layout.columns == ("user", "item", "time")


def test_a_doubled_delimiter_between_empty_fields_is_two():
    rows = "".join(f"{n};;a;5\n" for n in range(9))
    assert _layout(f"user;;item;time\n{rows}").dialect.delimiter == ";"


def test_decimal_commas_do_not_separate():
    rows = "".join(f"{n};a;1,5;2,0\n" for n in range(50))
    layout = _layout(f"Kunde;Artikel;Preis;Menge\n{rows}")
    assert layout.dialect.delimiter == ";"
    assert layout.notes[0] == (
        "fields are separated by ';' (51 of 51 rows looked at have 4 columns)"
    )


def test_space_separates_where_nothing_else_does():
    assert _layout("user item rating\n3 2 1\n9 8 5\n").dialect.delimiter == " "


def test_the_word_of_excel_for_the_delimiter_is_believed():
    layout = _layout("sep=;\r\nuser;item,name;time\r\n1;a,b;5\r\n")
    assert layout.dialect == Dialect(";", skip_lines=1)


def test_single_quotes_are_found():
    layout = _layout("user,item\n'1','a,b'\n'2','c'\n" + "'3','d'\n" * 20)
    assert layout.dialect == Dialect(",", quote="'")


def test_ragged_rows_do_not_decide():
    rows = "".join("1,a,5,x\n" if n % 4 == 0 else "1,a,5\n" for n in range(40))
    assert _layout(f"user,item,time\n{rows}").columns == ("user", "item", "time")


@pytest.mark.parametrize(
    "header", ["user,item,time", '"user","item","time"', "Kunde, Artikel, Zeit", "用户,商品,时间"]
)
def test_names_are_a_header(header: str):
    assert _layout(f"{header}\n1,a,2026-01-01\n2,b,2026-01-02\n").dialect.has_header


@pytest.mark.parametrize(
    "first",
    [
        *("1,a,5", "u1,a,2026-01-01", "u1,a,12/31/2010 8:45", "u1,view,x"),
        "u9,item,2010\u5e741\u67082\u65e5",
    ],
)
def test_values_are_none(first: str):
    layout = _layout(f"{first}\nu2,view,7\nu3,view,8\n")
    assert not layout.dialect.has_header
    assert layout.columns == ("column 1", "column 2", "column 3")
    assert "there is no header: the first line looks like data" in layout.notes


def test_names_are_made_different_and_the_change_is_said():
    layout = _layout("user,item,item,,item (2)\n1,a,b,c,d\n2,e,f,g,h\n")
    assert layout.columns == ("user", "item", "item (3)", "column 4", "item (2)")
    assert layout.notes[1:] == (
        "column 3 is another 'item'; here it is called 'item (3)'",
        "column 4 has no name; here it is called 'column 4'",
    )


def test_a_column_may_not_take_the_name_of_the_line_numbers():
    assert _layout("user,seqrec_line\n1,a\n2,b\n").columns == ("user", "seqrec_line (2)")


def test_row_names_of_r_have_no_name():
    assert _layout('"user" "item"\n"1" "u1" "a"\n"2" "u2" "b"\n').columns == (
        *("column 1", "user", "item"),
    )


def test_names_beyond_the_rows_are_cut():
    layout = _layout("user,item,time,a,b\n1,x,5\n2,y,6\n")
    assert layout.columns == ("user", "item", "time")
    assert "the header names 5 columns, the rows have 3: the last are cut" in layout.notes


def test_lines_before_the_table_are_left_out_with_a_note():
    layout = _layout("Report of 2026, all shops\n\nuser,item,time\n1,a,5\n2,b,6\n")
    assert layout.dialect.skip_lines == 2
    assert "the first 2 lines do not belong to the table" in layout.notes


def test_what_the_analyst_sets_is_taken():
    layout = _layout("x\n1;a\n2;b\n", delimiter=";", has_header=False, skip_lines=2, quote="")
    assert layout.dialect == Dialect(";", "", has_header=False, skip_lines=2)
    assert layout.notes == ()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"delimiter": ";"}, "separated by ';'"),
        ({"delimiter": "-----"}, "the delimiter '-----' has 5 bytes; choose one of 1 to 4"),
        ({"skip_lines": 9}, "no rows are left below the lines that are skipped; skip fewer"),
    ],
)
def test_a_wrong_choice_is_said(options: dict[str, str | int], message: str):
    with pytest.raises(LogFormatError, match=message):
        _layout("user,item\n1,a\n", **options)


def test_the_line_of_another_delimiter_is_found_in_a_long_file(prepare: Prepare):
    rows = ["1,a,5"] * 70_000 + ["1;a;5"] * 40_000
    with pytest.raises(LogFormatError, match="line 70,002: fields are separated by ';' from here"):
        prepare("\n".join(["user,item,time", *rows, ""]).encode())


def test_an_open_quote_is_found_in_a_long_file_with_texts_over_lines(prepare: Prepare):
    rows = ['"1","two\nlines","5"'] * 30_000
    rows[20_000] = '"1","open,5'
    with pytest.raises(LogFormatError, match="line 40,002: a quote"):
        prepare("\n".join(["user,item,time", *rows, ""]).encode())


def test_a_text_over_many_lines_is_no_open_quote(prepare: Prepare):
    letter = "Dear all,\n" + "\n".join(f"this is line {n}" for n in range(60))
    prepared = prepare(f'user,item,text\n1,a,"{letter}"\n2,b,"x"\n'.encode())
    assert read_rows(prepared.tables[0]) == [("1", "a", letter), ("2", "b", "x")]


def test_rows_of_the_sample_come_from_all_over_the_file(prepare: Prepare):
    n_rows = 50_000
    lines = [f"u{n},{'x' * (n * n % 41)},{n}" for n in range(n_rows)]
    sample = prepare("\n".join(["user,item,time", *lines, ""]).encode()).sample
    assert [int(row[2]) for row in sample.first] == list(range(200))
    places = [int(row[2]) for row in sample.spread]
    assert len(places) == 400
    assert places == sorted(set(places))
    gaps = [late - early for early, late in pairwise(places)]
    assert max(gaps) < 3 * n_rows / 400


def test_a_bad_line_between_good_ones_is_left_to_the_rejects(prepare: Prepare):
    good = "größe,a,5\n".encode() * 300
    prepared = prepare(b"user,item,time\n" + good + b"gr\xf6\xdfe,a,5\n" + good)
    assert len(read_rows(prepared.tables[0])) == 600
    assert any("the first is line 302" in note for note in prepared.notes)
