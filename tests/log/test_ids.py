import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.log.ids import (
    are_whole_floats,
    is_missing,
)
from seqrec.log.storing.settle import without_zeros

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
    assert without_zeros(pa.array([text]), "user")[0].to_pylist() == [trimmed]


@pytest.mark.parametrize("text", ["nan", "NULL", "N/A", "-", " ", "\\N", "None"])
def test_markers_of_a_missing_id_are_no_ids(text: str):
    assert is_missing(text)


@settings(deadline=None)
@given(st.lists(st.text("0123456789.,-na \\N", max_size=6) | st.sampled_from(TEXTS), max_size=4))
def test_stored_ids_are_trimmed_where_the_guess_says_so(texts: list[str]):
    ids = [text.strip(" ") for text in texts if not is_missing(text)]
    trimmed, note = without_zeros(pa.array(ids, pa.string()), "user")
    assert bool(note) == are_whole_floats(ids)
    whole = [text.replace(",", ".").split(".")[0] for text in ids]
    assert trimmed.to_pylist() == (whole if are_whole_floats(ids) else ids)
