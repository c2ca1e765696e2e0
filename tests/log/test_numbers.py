import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.log.numbers import number_sql, read_number, uses_decimal_comma

NUMBERS = [
    ("3.75", False, 3.75), ("-24", False, -24), ("+5", False, 5), (".5", False, 0.5),
    ("12.", False, 12), ("1.5e3", False, 1500), ("1,234", False, 1234),
    ("1,234,567.89", False, 1234567.89), ("$1,234.50", False, 1234.5), ("-$5", False, -5),
    ("(12.00)", False, -12), ("12-", False, -12), ("12 %", False, 12), ("1'234.5", False, 1234.5),
    ("19.99 EUR", False, 19.99), ("¥1200", False, 1200), ("1,5", False, None),
    ("1,23,456", False, None), ("inf", False, None), ("nan", False, None), ("1e999", False, None),
    ("(12", False, None), ("-12-", False, None), ("", False, None), ("12abc", False, None),
    ("0x1F", False, None), ("1_000", False, None),
    ("3,75", True, 3.75), ("24,0", True, 24), ("1.234,50", True, 1234.5), ("-3,5 €", True, -3.5),
    ("1 234,5", True, 1234.5), ("1\u202f234,5", True, 1234.5), ("7", True, 7), ("12.5", True, None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "decimal_comma", "number"), NUMBERS)
def test_numbers_are_read_as_people_write_them(
    text: str,
    decimal_comma: bool,  # noqa: FBT001
    number: float | None,
):
    assert read_number(text, decimal_comma=decimal_comma) == number


@settings(deadline=None)
@given(
    st.text("0123456789.,'- ()+$€eE%EURkn", max_size=9) | st.sampled_from([n[0] for n in NUMBERS]),
    st.booleans(),
)
def test_sql_reads_the_same_numbers_as_python(text: str, decimal_comma: bool):  # noqa: FBT001
    query = f"SELECT {number_sql('$1', decimal_comma=decimal_comma)}"
    found = duckdb.execute(query, [text]).fetchall()[0][0]
    assert found == read_number(text, decimal_comma=decimal_comma)


def test_a_missing_number_is_null():
    assert duckdb.execute(f"SELECT {number_sql('NULL::VARCHAR')}").fetchall() == [(None,)]


SIGNS = [
    (["3,75", "24,0", "1.234,50"], True),
    (["3.75", "24.0", "1,234.50"], False),
    (["1,234", "2,500"], False),  # thousands or three decimals: the point is taken
    (["7", "", "9"], False),
]


@pytest.mark.parametrize(("texts", "comma"), SIGNS)
def test_the_decimal_sign_is_found_from_the_column(texts: list[str], comma: bool):  # noqa: FBT001
    assert uses_decimal_comma(texts) is comma
