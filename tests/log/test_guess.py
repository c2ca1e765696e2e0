import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.errors import MappingError
from seqrec.log.columns import ColumnMapping, TimeFormat
from seqrec.log.guess import guess_roles
from seqrec.log.source import Sample
from seqrec.log.times.dates import DateEvidence


def sample_of(header: str, *rows: str, separator: str = ",") -> Sample:
    """A sample whose rows lie next to each other."""
    return Sample(
        tuple(header.split(separator)), tuple(tuple(row.split(separator)) for row in rows), ()
    )


RETAIL = ("536370,22728,CLOCK PINK,24,2010-12-01 08:45:00,3.75,12583",
          "536370,22727,CLOCK RED,12,2010-12-01 08:45:00,3.75,12583",
          "536371,22728,CLOCK PINK,1,2010-12-02 08:45:00,3.75,12590")  # fmt: skip
HEADERS = [
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID",
    "Beleg-Nr.,Artikel,Bezeichnung,Menge,Datum,Stückpreis (€),Kunde",
    "订单号,商品编号,商品名称,数量,下单时间,单价,用户ID",
    "N.º pedido,Código artículo,Título,Cantidad,Fecha,Precio unitario,Cliente",
    "Numéro de commande,Référence produit,Désignation,Qté,Date de commande,Prix,Code client",
    "Número do pedido,Código do produto,Nome do produto,Quantidade,Data,Preço,Código do cliente",
    "Numero ordine,Codice articolo,Titolo,Quantità,Data ordine,Prezzo,Codice cliente",
    "注文番号,商品コード,商品名,数量,注文日時,単価,会員番号",
    "Номер заказа,Артикул,Наименование,Количество,Дата заказа,Цена,Код клиента",
    "주문번호,상품코드,상품명,수량,주문일시,단가,회원번호",
    "order_id,dim_item_sku,itemTitle,qty,event_created_at,unit-price,event_user_id",
    "ORD_NBR,PROD_CD,PROD_DESC,QTY,ORD_DT,UNIT_PRICE,CUST_NBR",
]


@pytest.mark.parametrize("header", HEADERS)
def test_roles_are_found_by_names_in_many_languages(header: str):
    names = header.split(",")
    guess = guess_roles(sample_of(header, *RETAIL))
    expected = dict(zip(("session", "item", "title", "value", "time"), names[:5], strict=True))
    assert {role: guess.columns[role] for role in expected} == expected
    assert guess.columns["user"] == names[6]
    assert f"'{names[6]}'" in guess.reasons["user"]
    assert guess.time_format is TimeFormat.ISO


def test_a_time_column_with_a_strange_name_is_found_by_its_values():
    guess = guess_roles(sample_of("user,item,wann", "1,a,2010-12-01 08:45:00"))
    assert guess.columns["time"] == "wann"
    assert "its values read as times" in guess.reasons["time"]


def test_a_guess_is_a_mapping():
    guess = guess_roles(sample_of("user,item,time", "1,a,1291193100"))
    assert guess.mapping() == ColumnMapping("user", "item", "time", TimeFormat.EPOCH_S)


TAOBAO = [f"{100 + n // 20},{n * 37 % 25 + 500},{(n * 37 % 25) % 4 + 70},{kind},{1511544070 + n}"
          for n in range(80) for kind in [["pv", "pv", "pv", "cart", "buy"][n % 5]]]  # fmt: skip


def test_a_file_without_a_header_is_understood_by_its_values():
    guess = guess_roles(sample_of("column 1,column 2,column 3,column 4,column 5", *TAOBAO))
    assert guess.columns == {
        "user": "column 1", "item": "column 2", "category": "column 3", "event": "column 4",
        "time": "column 5", "session": None, "value": None, "title": None, "text": None,
        "image": None, "clock": None,
    }  # fmt: skip
    assert guess.time_format is TimeFormat.EPOCH_S
    assert "'pv', 'cart', 'buy'" in guess.reasons["event"]
    assert max(guess.confidence.values()) < 0.9


STEAM = [f"{5250 + n // 8},Game of {'abcdefgh'[n % 8]},{kind},{hours},0"
         for n in range(40) for kind, hours in (("purchase", 1.0), ("play", n / 4))]  # fmt: skip


def test_titles_serve_as_items_and_the_order_of_rows_as_time_where_there_is_nothing_else():
    guess = guess_roles(sample_of("c1,c2,c3,c4,c5", *STEAM))
    found = {role: name for role, name in guess.columns.items() if name}
    assert found == {"user": "c1", "item": "c2", "event": "c3", "value": "c4"}
    assert guess.time_format is TimeFormat.ORDER
    assert guess.reasons["time"] == "no column holds times: the order of the rows counts"
    assert guess.mapping().time is None


def test_visits_are_the_users_of_a_log_without_users():
    guess = guess_roles(sample_of("order_id,sku,date", "1,a,2010-12-01", "1,b,2010-12-01"))
    assert guess.columns["user"] == "order_id"
    assert guess.columns["session"] is None
    assert guess.reasons["user"] == "no column of users: each visit counts as one"


def test_whoever_the_visits_belong_to_is_the_user():
    rows = [f"{n // 3},c{n // 9 % 15},i{n % 7},2010-12-01" for n in range(135)]
    guess = guess_roles(sample_of("receipt no,zzz,sku,date", *rows))
    assert guess.columns["user"] == "zzz"
    assert guess.columns["session"] == "receipt no"


def test_a_country_is_no_category_of_items():
    rows = [f"u{n // 10},i{n % 9},{'FR' if n // 10 % 2 else 'DE'},{n}" for n in range(100)]
    for header in ("user,item,country,position", "user,item,xyz,position"):
        assert guess_roles(sample_of(header, *rows)).columns["category"] is None


def test_a_named_category_that_changes_with_the_user_is_left_out():
    rows = [f"u{n // 10},i{n % 9},g{n // 10},{n}" for n in range(100)]
    assert guess_roles(sample_of("user,item,group name,seq", *rows)).columns["category"] is None


def test_date_and_time_of_day_in_two_columns_are_found_together():
    rows = ["1,a,01.12.2010,08:45:00", "1,b,24.12.2010,09:00:00"]
    guess = guess_roles(sample_of("Kunde,Artikel,Datum,Uhrzeit", *rows))
    assert (guess.columns["time"], guess.columns["clock"]) == ("Datum", "Uhrzeit")
    assert guess.time_format is TimeFormat.DOTTED
    assert guess.notes == ()


def test_the_finer_of_two_times_is_taken():
    guess = guess_roles(sample_of("user,item,date,created_at", "1,a,2010-12-01,1291193100000"))
    assert guess.columns["time"] == "created_at"
    assert guess.alternatives["time"] == ("date",)


def test_a_time_that_half_of_the_rows_lack_gives_way_to_a_position():
    rows = [f"1,a,{n},{'' if n % 2 else 1291193100 + n}" for n in range(40)]
    guess = guess_roles(sample_of("user,item,position,timestamp", *rows))
    assert guess.columns["time"] == "position"


def test_a_named_column_of_unreadable_times_is_kept_and_said():
    guess = guess_roles(sample_of("user,item,time", "1,a,shortly", "2,b,soon"))
    assert guess.columns["time"] == "time"
    assert guess.reasons["time"].endswith("though all values seen cannot be read as times")
    assert "none of the times seen can be read" in guess.notes[0]


def test_an_empty_column_of_times_gives_way_to_the_order_of_the_rows():
    guess = guess_roles(sample_of("user,item,time", "1,a,", "2,b,"))
    assert guess.columns["time"] is None
    assert guess.time_format is TimeFormat.ORDER


def test_a_named_column_without_users_is_kept():
    guess = guess_roles(sample_of("user,item,time", ",a,1291193100"))
    assert guess.columns["user"] == "user"
    assert "user is missing in 100% of the rows seen ('user')" in guess.notes


def test_ids_that_were_written_as_fractions_and_missing_users_are_said():
    rows = ["12583.0,a,2010-12-01 08:45", ",b,2010-12-01 08:45", "17850.0,c,2010-12-01 08:45"]
    guess = guess_roles(sample_of("CustomerID,item,time", *rows))
    assert "user is missing in 33% of the rows seen ('CustomerID')" in guess.notes
    assert any("(12583.0): .0 is cut off" in note for note in guess.notes)


def test_the_decimal_sign_is_that_of_the_value():
    rows = ["1;a;01.12.2010;24,5", "2;b;02.12.2010;3,25"]
    guess = guess_roles(sample_of("Kunde;Artikel;Datum;Menge", *rows, separator=";"))
    assert guess.decimal_comma
    assert guess.mapping().decimal_comma


def test_undecided_dates_are_flagged_until_the_whole_column_decides():
    sample = sample_of("user,item,date", "1,a,01/02/2010 08:45", "2,b,03/02/2010 09:00")
    assert guess_roles(sample).undecided_dates
    evidence = DateEvidence("date", n_values=9000, n_day_first=0, n_month_first=7)
    guess = guess_roles(sample, [evidence])
    assert guess.time_format is TimeFormat.MONTH_FIRST
    assert not guess.undecided_dates
    assert "in 7 of 9,000 dates the second number is above 12" in guess.reasons["time"]


def test_names_of_columns_are_data():
    sample = sample_of('select,"; drop table x; --,../../etc/passwd,😀', "1291193100,a,b,c")
    assert guess_roles(sample).columns["time"] == "select"


NAMES = st.sampled_from(
    ["user", "item", "time", "Datum", "Uhrzeit", "name", "value", "x", "订单号"]
)
TEXTS = st.text(max_size=12) | st.sampled_from(
    ["1", "2.5", "3,5", "2010-12-01", "08:45", "01/02/2010", "1291193100", "NULL", "view", "a b"]
)


@settings(deadline=None)
@given(st.data(), st.lists(NAMES, min_size=1, max_size=6, unique=True), st.integers(0, 12))
def test_any_sample_gives_a_mapping_or_says_what_is_missing(
    data: st.DataObject, columns: list[str], n_rows: int
):
    row = st.tuples(*(TEXTS for _ in columns))
    rows = data.draw(st.tuples(*(row for _ in range(n_rows))))
    guess = guess_roles(Sample(tuple(columns), rows[: n_rows // 2], rows[n_rows // 2 :]))
    chosen = [name for name in guess.columns.values() if name]
    assert len(set(chosen)) == len(chosen)
    assert set(chosen) <= set(columns)
    if guess.columns["user"] and guess.columns["item"]:
        assert guess.mapping().user == guess.columns["user"]
    else:
        with pytest.raises(MappingError, match="no column is chosen for the"):
            guess.mapping()


EMPTY = [Sample(("a", "b"), (), ()), Sample(("user", "item"), (("", ""),), ()),
         Sample(("x",), (("1",),), ())]  # fmt: skip


@pytest.mark.parametrize("sample", EMPTY)
def test_nothing_to_guess_from_is_no_error(sample: Sample):
    assert guess_roles(sample).columns["text"] is None


def test_day_and_month_are_told_apart_by_rows_far_down():
    first = tuple(("1", "a", f"1/{1 + n % 12}/2010 08:45") for n in range(200))
    spread = (*first, ("1", "a", "3/25/2010 08:45"))
    guess = guess_roles(Sample(("user", "item", "time"), first, spread))
    assert guess.time_format is TimeFormat.MONTH_FIRST
