import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.log.ids import (
    are_whole_floats,
    is_missing,
    is_missing_sql,
    is_whole_float_sql,
    trim_zeros,
    trim_zeros_sql,
)

TEXTS = ["12583.0", "12583,0", "-3.00", "1.5", "1", "007.0", "NaN", "NULL", " - ", "N/A", "", "a.0",
         "\\N", "None", "12.0\n", "1.0.0", "(not set)"]  # fmt: skip


def test_ids_of_a_data_frame_with_gaps_are_whole_floats():
    assert are_whole_floats(["12583.0", "", "nan", "17850.0"])
    assert not are_whole_floats(["12583.0", "17850"])
    assert not are_whole_floats(["", "nan"])


@pytest.mark.parametrize(
    ("text", "trimmed"), [("12583.0", "12583"), ("007,00", "007"), ("1.5", "1.5"), ("a.0", "a.0")]
)
def test_only_a_zero_fraction_is_trimmed(text: str, trimmed: str):
    assert trim_zeros(text) == trimmed


@pytest.mark.parametrize("text", ["nan", "NULL", "N/A", "-", " ", "\\N", "None"])
def test_markers_of_a_missing_id_are_no_ids(text: str):
    assert is_missing(text)


@settings(deadline=None)
@given(st.text("0123456789.,-na \\N", max_size=6) | st.sampled_from(TEXTS))
def test_sql_treats_ids_as_python_does(text: str):
    query = f"SELECT {is_missing_sql('$1')}, {is_whole_float_sql('$1')}, {trim_zeros_sql('$1')}"
    missing, whole, trimmed = duckdb.execute(query, [text]).fetchall()[0]
    assert missing == is_missing(text)
    assert whole == (is_missing(text) or are_whole_floats([text]))
    assert trimmed == trim_zeros(text)


def test_null_is_missing():
    query = f"SELECT {is_missing_sql('NULL')}, {is_whole_float_sql('NULL')}"
    assert duckdb.execute(query).fetchall() == [(True, True)]
