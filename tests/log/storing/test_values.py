"""Bad and odd values: FAULTS.md, *Values*."""

from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from seqrec.errors import LogFormatError, OverLimitError
from seqrec.log.behaviour_log import load_catalogue, load_sequences, load_users
from seqrec.log.columns import ColumnMapping, TimeFormat
from seqrec.log.ids import MISSING_MARKERS
from seqrec.log.storing import readers
from seqrec.log.storing.names import NameTable
from seqrec.workspace import Workspace
from tests.log.tables import MAPPING, store, text_table

HEAD = "user,item,time\n"
GOOD = "u,i,5\n"
VALUED = ColumnMapping("user", "item", "time", TimeFormat.EPOCH_S, value="value")

MISSING = [
    (",i,5", "no user"),
    ('" ",i,5', "no user"),
    ("\u00a0,i,5", "no user"),
    ("u,,5", "no item"),
    ("u,i,", "no time"),
    ("u,i, \t", "no time"),
    *[(f"{marker.upper()},i,5", f"no user ('{marker}')") for marker in MISSING_MARKERS],
    ("u,NaN,5", "no item ('nan')"),
    ("u,i,NULL", "no time ('null')"),
    ("u,i,yesterday", "time cannot be read"),
    ("u,i,inf", "time cannot be read"),
    ("u,i,99999999999999999999", "time cannot be read"),
    (f"{'u' * 10_001},i,5", "user of more than 10,000 characters"),
    (f"u,{'é' * 10_001},5", "item of more than 10,000 characters"),
]


@pytest.mark.parametrize(("row", "reason"), MISSING, ids=[reason for _, reason in MISSING])
def test_what_is_missing_is_named(workspace: Workspace, row: str, reason: str):
    log = store(workspace, text_table(workspace, f"{HEAD}{GOOD}{row}\n"))
    assert log.dropped == {reason: 1}
    assert log.n_events == 1


KEPT = [
    "99999999999999999999999",
    "007",
    "1e5",
    "nan1",
    "--x",
    "é",
    "用户一",
    "🧵",
    "x" * 10_000,
    "é" * 10_000,
    "<b>x</b>",
    "![x](http://x/y.png)",
    "=1+1",
    "\u202eabc",
    "a\u200bb",
    "'; DROP TABLE coded; --",
]


@pytest.mark.parametrize("name", KEPT, ids=[name[:12] for name in KEPT])
def test_ids_are_kept_as_they_are(workspace: Workspace, name: str):
    log = store(workspace, text_table(workspace, f"{HEAD}{name},{name},5\n"))
    assert list(load_users(log)) == [name]
    assert list(load_catalogue(log).item_keys) == ["", name]


def test_ids_are_trimmed_and_those_that_become_equal_are_one(workspace: Workspace):
    log = store(workspace, text_table(workspace, HEAD + 'u , i,5\n\tu,"i ",6\n\u3000u,i\u00a0,7\n'))
    assert (log.n_users, log.n_items, log.n_events) == (1, 1, 3)


def test_whole_floats_lose_their_zeros_where_all_ids_have_them(workspace: Workspace):
    log = store(workspace, text_table(workspace, HEAD + "12583.0,a,5\n7.0,b,6\n12583.00,c,7\n"))
    assert list(load_users(log)) == ["12583", "7"]
    assert load_sequences(log).offsets.tolist() == [0, 2, 3]
    assert log.notes == ("all user ids are whole numbers with a zero fraction, stored without it",)


def test_1_and_1_0_stay_two_where_not_all_ids_are_floats(workspace: Workspace):
    log = store(workspace, text_table(workspace, HEAD + "1.0,1,5\n1,1.0,6\n"))
    assert list(load_users(log)) == ["1.0", "1"]
    assert log.notes == ()


VALUES = [
    ("1.5", False, 1.5),
    ("-3", False, -3.0),
    ('"1,234.50"', False, 1234.5),
    ("1.234,50", True, 1234.5),
    ("3,75", True, 3.75),
    ("€ 4", False, 4.0),
    ("5-", False, -5.0),
    ("1e3", False, 1000.0),
    ("0", False, 0.0),
    ("inf", False, None),
    ("-Infinity", False, None),
    ("NaN", False, None),
    ("1e999", False, None),
    ("", False, None),
    ("many", False, None),
]


@pytest.mark.parametrize(("text", "decimal_comma", "value"), VALUES)
def test_values_are_numbers_or_none(
    workspace: Workspace, text: str, *, decimal_comma: bool, value: float | None
):
    text = f'"{text}"' if "," in text and '"' not in text else text
    table = text_table(workspace, f"user,item,time,value\nu,i,5,{text}\n")
    log = store(workspace, table, mapping=replace(VALUED, decimal_comma=decimal_comma))
    assert pq.read_table(log.folder / "events.parquet")["value"].to_pylist() == [value]
    assert log.dropped == {}


YEARS = [
    ("0001-01-01", -62135596800),
    ("1970-01-01", 0),
    ("1969-12-31 23:59:59.5", -1),
    ("2262-04-12", 9223372800),
    ("9999-12-31 23:59:59", 253402300799),
]


@pytest.mark.parametrize(("text", "time_s"), YEARS)
def test_years_from_1_to_9999_are_read(workspace: Workspace, text: str, time_s: int):
    mapping = ColumnMapping("user", "item", "time", TimeFormat.ISO)
    log = store(workspace, text_table(workspace, f"{HEAD}u,i,{text}\n"), mapping=mapping)
    assert (log.first_time_s, log.last_time_s) == (time_s, time_s)


def test_zones_may_be_mixed(workspace: Workspace):
    mapping = ColumnMapping("user", "item", "time", TimeFormat.ISO, zone="Europe/Berlin")
    times = ("2026-07-01T12:00:00Z", "2026-07-01T14:00:00+02:00", "2026-07-01 14:00:00")
    rows = "".join(f"u,i,{time}\n" for time in times)
    log = store(workspace, text_table(workspace, HEAD + rows), mapping=mapping)
    assert log.first_time_s == log.last_time_s == 1782907200


def test_date_and_time_of_day_may_stand_in_two_columns(workspace: Workspace):
    mapping = ColumnMapping("user", "item", "day", TimeFormat.DOTTED, clock="clock")
    table = text_table(
        workspace, "user,item,day,clock\nu,a,01.12.2010,08:45\nu,b,01.12.2010,\nu,c,,08:45\n"
    )
    log = store(workspace, table, mapping=mapping)
    assert (log.first_time_s, log.last_time_s) == (1291161600, 1291193100)
    assert log.dropped == {"no time": 1}


def test_equal_times_keep_the_order_of_the_file(workspace: Workspace):
    rows = "".join(f"u,{item},5\n" for item in "dacb")
    log = store(workspace, text_table(workspace, HEAD + rows))
    items = load_catalogue(log).item_keys[load_sequences(log).items]
    assert "".join(items) == "dacb"


def test_a_log_without_times_has_the_order_of_its_rows(workspace: Workspace):
    mapping = ColumnMapping("user", "item", None, TimeFormat.ORDER)
    first = text_table(workspace, "user,item\nu,b\nv,x\nu,a\n")
    second = text_table(workspace, "user,item\nu,c\n")
    log = store(workspace, first, second, mapping=mapping)
    assert load_sequences(log).times_s.tolist() == [0, 2, 3, 1]


TITLED = ColumnMapping("user", "item", "time", TimeFormat.EPOCH_S, title="title", text="text")


def test_an_item_with_three_titles_has_the_most_frequent_or_else_the_first(workspace: Workspace):
    rows = "".join(f"u,{item},5,{title},\n" for item, title in zip("aaaabb", "xyzyqp", strict=True))
    table = text_table(workspace, "user,item,time,title,text\n" + rows)
    assert load_catalogue(store(workspace, table, mapping=TITLED)).titles.tolist() == ["", "y", "q"]


def test_long_titles_are_cut_and_empty_ones_are_none(workspace: Workspace):
    table = text_table(
        workspace,
        f"user,item,time,title,text\nu,a,5,{'ü' * 1_000_000},{'t' * 50_000}\nu,b,6,NaN,-\n",
    )
    log = store(workspace, table, mapping=TITLED)
    items = pq.read_table(log.folder / "items.parquet").to_pydict()
    assert items["title"] == ["ü" * 1000, None]
    assert items["text"] == ["t" * 10_000, None]
    assert load_catalogue(log).titles.tolist() == ["", "ü" * 1000, "b"]


def test_one_user_with_half_of_all_events_is_sorted_too(workspace: Workspace):
    rows = "".join(f"bot,i{n % 7},{(n * 7919) % 1000}\nu{n},i,{n}\n" for n in range(1000))
    database = load_sequences(store(workspace, text_table(workspace, HEAD + rows)))
    times = database.times_s[: database.offsets[1]]
    assert len(times) == 1000
    assert times.tolist() == sorted(times.tolist())


def test_too_many_event_types_are_refused(workspace: Workspace):
    rows = "".join(f"u,i,{n},type {n}\n" for n in range(10_001))
    table = text_table(workspace, "user,item,time,event\n" + rows)
    mapping = ColumnMapping("user", "item", "time", TimeFormat.EPOCH_S, event="event")
    with pytest.raises(LogFormatError, match=r"more than 10,000 different values; choose"):
        store(workspace, table, mapping=mapping)
    assert list(workspace.logs.iterdir()) == []


EXTREMES = [
    ("every event its own user", lambda n: f"u{n},i,{n}", 20_000, (20_000, 1)),
    ("one user and one item", lambda n: f"u,i,{n}", 20_000, (1, 1)),
    ("many items", lambda n: f"u,i{n},{n}", 200_000, (1, 200_000)),
]


@pytest.mark.parametrize(("name", "row", "n_rows", "counts"), EXTREMES)
def test_extreme_shapes_are_stored(workspace: Workspace, name, row, n_rows: int, counts):
    log = store(workspace, text_table(workspace, HEAD + "\n".join(map(row, range(n_rows)))))
    assert (log.n_users, log.n_items) == counts, name
    assert load_sequences(log).times_s.tolist() == list(range(n_rows))


def test_more_names_than_memory_allows_are_refused(workspace: Workspace, monkeypatch):
    monkeypatch.setattr(NameTable, "held_bytes", 200 << 20)
    with pytest.raises(OverLimitError, match=r"different values, which do not fit into 256 MiB"):
        store(workspace, text_table(workspace, HEAD + GOOD))
    assert list(workspace.logs.iterdir()) == []


NAMES = ["select", '"; drop table x; --', "../../etc/passwd", "🧵", "seqrec_line", "c0"]


@pytest.mark.parametrize("name", NAMES)
def test_columns_may_have_any_name(workspace: Workspace, name: str):
    table = replace(text_table(workspace, "a,b,c\nu,i,5\n"), columns=(name, "b", "c"))
    mapping = ColumnMapping(name, "b", "c", TimeFormat.EPOCH_S)
    assert list(load_users(store(workspace, table, mapping=mapping))) == ["u"]


def test_nothing_to_store_says_why(workspace: Workspace):
    with pytest.raises(LogFormatError, match=r"none of the 0 rows can be used \(there are none\)"):
        store(workspace, text_table(workspace, HEAD), mapping=MAPPING)


AMOUNTS = ["1,234.50", "(3)", "$ 5", "3-", "1.2.3", "12 %", "1e3", "-0"]
ODD = ["2010-12-31 08:45:00 GMT+0100", "2010/1/5 9:30 pm", "never", "2010-02-30", "08:45", "12/1"]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_few_odd_texts_are_read_as_many_are(workspace: Workspace, monkeypatch, zone: str):
    days = [f"2021-{month}-{day} 2.30 Uhr" for month in range(2, 5) for day in range(24, 33)]
    rows = [f'u,i,{time},"{value}"' for time, value in zip(days, AMOUNTS * 4, strict=False)]
    rows += [f"u,i,{time},1" for time in ODD]
    mapping = ColumnMapping("user", "item", "time", TimeFormat.ISO, value="value", zone=zone)
    found = []
    for limit in (0, 10**6):
        monkeypatch.setattr(readers, "_MAX_BY_PYTHON", limit)
        text = "user,item,time,value\n" + "\n".join(rows) + "\n" * (1 + bool(limit))
        log = store(workspace, text_table(workspace, text), mapping=mapping)
        events = pq.read_table(log.folder / "events.parquet", columns=["time_us", "value", "line"])
        found.append((events.to_pylist(), log.dropped))
    assert found[0] == found[1]
    assert len(found[0][0]) > len(AMOUNTS)
    assert found[0][1]["time cannot be read"] >= len(ODD) - 2
