import io

import numpy as np
import pandas as pd
import pytest

from seqrec.tables import csv_bytes, parquet_bytes


def test_csv_has_a_byte_order_mark_and_keeps_titles() -> None:
    text = csv_bytes(pd.DataFrame({"item": ["茶, grün"], "count": [3]}))
    assert text == b"\xef\xbb\xbf" + 'item,count\n"茶, grün",3\n'.encode()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_formula_is_made_inert(start: str) -> None:
    table = pd.DataFrame({"item": [f"{start}1+1", "tea"], "change": [-1.5, 2.0]})
    lines = csv_bytes(table).decode("utf-8-sig")
    assert f"'{start}1+1" in lines
    assert "-1.5" in lines
    assert "'-1.5" not in lines


def test_formula_in_a_header_is_made_inert() -> None:
    assert csv_bytes(pd.DataFrame({"=a": [1]})).decode("utf-8-sig").startswith("'=a")


def test_undefined_cell_is_empty() -> None:
    table = pd.DataFrame({"conviction": [None, 1.5], "item": ["a", None]})
    assert csv_bytes(table).decode("utf-8-sig").splitlines()[1:] == [",a", "1.5,"]


def test_parquet_holds_texts_and_numbers_as_they_are():
    table = pd.DataFrame({"name": ["=1+1", "b"], "n": [1, 2], "share": [0.5, np.nan]}, index=[7, 8])
    back = pd.read_parquet(io.BytesIO(parquet_bytes(table)))
    assert back["name"].tolist() == ["=1+1", "b"]
    assert back["n"].tolist() == [1, 2]
    assert np.isnan(back["share"][1])
