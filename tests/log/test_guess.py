from pathlib import Path

import pytest

from seqrec.log.columns import TimeFormat
from seqrec.log.guess import guess_roles
from seqrec.log.reader import inspect_csv
from seqrec.log.source import Sample

HEADERS = [
    ("user,item,timestamp,price,session,title", "user", "item", "timestamp", "session"),
    ("InvoiceNo,StockCode,Description,InvoiceDate,CustomerID",
     "CustomerID", "StockCode", "InvoiceDate", "InvoiceNo"),
    ("Beleg-Nr.;Artikel;Bezeichnung;Datum;Kunde", "Kunde", "Artikel", "Datum", "Beleg-Nr."),
    ("订单号,商品编号,商品名称,下单时间,用户ID", "用户ID", "商品编号", "下单时间", "订单号"),
    ("Case ID;Activity;Complete Timestamp;Age", "Case ID", "Activity", "Complete Timestamp", None),
]  # fmt: skip


@pytest.mark.parametrize(("header", "user", "item", "time", "session"), HEADERS)
def test_roles_are_found_by_name(
    tmp_path: Path, header: str, user: str, item: str, time: str, session: str | None
):
    path = tmp_path / "upload.csv"
    separator = ";" if ";" in header else ","
    path.write_text(f"{header}\n{separator.join('x' for _ in header.split(separator))}\n")
    columns = guess_roles(inspect_csv(path)).columns
    assert columns["user"] == user
    assert columns["item"] == item
    assert columns["time"] == time
    assert columns["session"] == session


def test_a_time_column_with_a_strange_name_is_found_by_its_values(tmp_path: Path):
    path = tmp_path / "upload.csv"
    path.write_text("user,item,wann\n1,a,2010-12-01 08:45:00\n")
    guess = guess_roles(inspect_csv(path))
    assert guess.columns["time"] == "wann"
    assert "its values read as times" in guess.reasons["time"]


def test_day_and_month_are_told_apart_by_rows_far_down(tmp_path: Path):
    path = tmp_path / "upload.csv"
    rows = [f"1,a,{1 + n // 1000}/{1 + n % 12}/2010 08:45\n" for n in range(3000)]
    rows[2500:] = ["1,a,3/25/2010 08:45\n"] * 500
    path.write_text("user,item,time\n" + "".join(rows))
    assert guess_roles(inspect_csv(path)).time_format is TimeFormat.MONTH_FIRST


def test_a_sample_is_guessed_from_as_a_profile_is():
    sample = Sample(("user", "item", "time"), (("1", "a", "1291193100"),), ())
    assert guess_roles(sample).columns["user"] == "user"
    assert guess_roles(sample).time_format is TimeFormat.EPOCH_S
