import csv
import gzip
import io
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from seqrec.demo import built_in
from seqrec.errors import LogFormatError, NotStoredError
from seqrec.log.behaviour_log import (
    list_logs,
    load_catalogue,
    load_log,
    load_sequences,
    load_users,
)
from seqrec.log.columns import ColumnMapping, TimeFormat
from seqrec.log.ingest import ingest
from seqrec.log.source import IngestRequest, ReadOptions
from seqrec.workspace import Workspace, read_json, write_json
from tests.conftest import StoreCsv
from tests.stored import prepare_bytes, quiet


def test_events_are_sorted_by_user_then_time_then_row(store_csv: StoreCsv):
    log = store_csv(
        "user,item,time\nu2,b,1291193105\nu1,a,1291193100\nu2,c,1291193100\n"
        "u2,d,1291193105\nu1,a,1291193101\n"
    )
    database = load_sequences(log)
    keys = load_catalogue(log).item_keys
    assert list(load_users(log)) == ["u2", "u1"]
    assert [list(keys[database.history(row)]) for row in range(2)] == [["c", "b", "d"], ["a", "a"]]
    assert list(database.times_s - 1291193100) == [0, 5, 5, 0, 1]


def test_dropped_rows_are_counted_by_reason(store_csv: StoreCsv):
    log = store_csv(
        "user,item,time\n1,a,1291193100\n,a,1291193100\n1,,1291193100\n1,a,\n1,a,soon\n"
        "1,a\n1,a,1291193100,x,y\n2,b,1291193100\n"
    )
    assert log.n_rows == 8
    assert log.n_events == 2
    assert log.dropped == {
        "too few columns": 1,
        "too many columns": 1,
        "no user": 1,
        "no item": 1,
        "no time": 1,
        "time cannot be read": 1,
    }


TIMES = [
    ("2010-12-01 08:45:00", TimeFormat.ISO),
    ("2010-12-01T09:45:00+01:00", TimeFormat.ISO),
    ("1291193100", TimeFormat.EPOCH_S),
    ("1291193100000", TimeFormat.EPOCH_MS),
    ("01/12/2010 08:45", TimeFormat.DAY_FIRST),
    ("12/1/2010 8:45", TimeFormat.MONTH_FIRST),
    ("01.12.2010 08:45:00", TimeFormat.DOTTED),
]


@pytest.mark.parametrize(("text", "time_format"), TIMES)
def test_every_time_format_reads_the_same_moment(
    store_csv: StoreCsv, text: str, time_format: TimeFormat
):
    mapping = ColumnMapping("user", "item", "time", time_format)
    log = store_csv(f"user,item,time\n1,a,{text}\n", mapping)
    assert log.first_time_s == 1291193100


def test_without_a_time_column_the_rows_are_in_order(store_csv: StoreCsv):
    mapping = ColumnMapping("user", "item", None, TimeFormat.ORDER)
    log = store_csv("user,item\n1,b\n2,a\n1,c\n", mapping)
    assert not log.has_clock
    assert list(load_catalogue(log).item_keys[load_sequences(log).items]) == ["b", "c", "a"]


def test_date_and_time_of_day_in_two_columns_are_one_moment(store_csv: StoreCsv):
    mapping = ColumnMapping("user", "item", "day", TimeFormat.ISO, clock="at")
    log = store_csv("user,item,day,at\n1,a,2010-12-01,08:45:00\n", mapping)
    assert log.first_time_s == 1291193100


def test_times_without_a_zone_are_of_the_mapping_s_zone(store_csv: StoreCsv):
    mapping = ColumnMapping("user", "item", "time", TimeFormat.DAY_FIRST, zone="Europe/Berlin")
    log = store_csv("user,item,time\n1,a,01/12/2010 09:45\n", mapping)
    assert log.first_time_s == 1291193100


def test_positions_order_events_without_a_clock(store_csv: StoreCsv):
    log = store_csv("user,item,position\n1,b,1\n1,a,0\n1,c,90000\n")
    assert not log.has_clock
    assert log.n_sessions == 1
    assert list(load_catalogue(log).item_keys[load_sequences(log).items]) == ["a", "b", "c"]


def test_sessions_break_after_half_an_hour_of_inactivity(store_csv: StoreCsv):
    log = store_csv(
        "user,item,time\n1,a,1291193100\n1,b,1291194900\n1,c,1291196701\n2,a,1291196701\n"
    )
    assert list(load_sequences(log).session_ids) == [0, 0, 1, 2]


def test_sessions_of_the_log_may_overlap(store_csv: StoreCsv):
    log = store_csv(
        "user,item,time,session\n1,a,1291193100,x\n1,b,1291193101,y\n1,c,1291193102,x\n"
        "2,a,1291193100,x\n"
    )
    assert list(load_sequences(log).session_ids) == [0, 1, 0, 2]
    assert log.n_sessions == 3


def test_an_item_gets_its_most_frequent_title(store_csv: StoreCsv):
    log = store_csv(
        "user,item,time,title\n1,a,1291193100,old\n1,a,1291193101,new\n1,a,1291193102,new\n"
        "1,b,1291193102,\n"
    )
    assert list(load_catalogue(log).titles) == ["", "new", "b"]


def test_ids_stay_text_and_names_of_columns_are_data(store_csv: StoreCsv):
    mapping = ColumnMapping('"; drop table x; --', "../../etc", "select", TimeFormat.ISO)
    log = store_csv(
        '"""; drop table x; --",../../etc,select\n007,1.0,2010-12-01\n7,1,2010-12-01\n'
        "99999999999999999999,0,2010-12-01\n",
        mapping,
    )
    assert list(load_users(log)) == ["007", "7", "99999999999999999999"]
    assert sorted(load_catalogue(log).item_keys[1:]) == ["0", "1", "1.0"]


def test_quoted_line_breaks_are_kept(store_csv: StoreCsv):
    log = store_csv('user,item,time,title\n1,a,1291193100,"two\nlines"\n2,b,1291193100,x\n')
    assert load_catalogue(log).titles[1] == "two\nlines"


def test_unreadable_times_name_the_rows_and_leave_nothing(
    store_csv: StoreCsv, workspace: Workspace
):
    with pytest.raises(LogFormatError, match=r"none of the 2 rows.*line 2: '13/45/2023'") as caught:
        store_csv(
            "user,item,time\n1,a,13/45/2023\n1,b,14/45/2023\n",
            ColumnMapping("user", "item", "time", TimeFormat.DAY_FIRST),
        )
    assert "Choose another time format" in str(caught.value)
    assert list(workspace.logs.iterdir()) == []


def test_an_unclosed_quote_is_named_by_its_line(store_csv: StoreCsv):
    with pytest.raises(LogFormatError, match=r'line 3: a quote \("\) is opened'):
        store_csv('user,item,time\n1,"a",5\n1,"b,6\n1,c,7\n1,d,8\n')


def test_mixed_line_ends_lose_no_row(store_csv: StoreCsv):
    log = store_csv("user,item,time\r\n1,a,1291193100\n1,b,1291193100\r\n1,c,1291193100,x\n")
    assert log.n_events == 2
    assert log.n_rows == 3


def test_rows_without_users_are_refused(store_csv: StoreCsv):
    with pytest.raises(LogFormatError, match=r"no user: 1.*Check which column"):
        store_csv("user,item,time\n,a,1291193100\n")


def test_the_same_file_is_recognised(store_csv: StoreCsv, workspace: Workspace):
    text = "user,item,time\n1,a,1291193100\n"
    assert store_csv(text).log_id == store_csv(text).log_id
    assert len(list_logs(workspace)) == 1


def test_a_deleted_log_is_gone_with_all_that_was_made_of_it(
    store_csv: StoreCsv, workspace: Workspace
):
    log = store_csv("user,item,time\n1,a,1291193100\n")
    other = store_csv("user,item,time\n2,a,1291193100\n")
    kinds = (workspace.jobs, workspace.runs, workspace.searches, workspace.time_runs)
    for name, log_id in (("gone", log.log_id), ("kept", other.log_id)):
        for folder in (*kinds, workspace.backbones):
            (folder / name).mkdir(parents=True)
        (workspace.jobs / f"{name}-too").mkdir()
        write_json(workspace.jobs / name / "state.json", {"result": log_id})
        write_json(workspace.jobs / f"{name}-too" / "config.json", {"log_id": log_id})
        write_json(workspace.runs / name / "config.json", {"log_id": log_id})
        write_json(workspace.searches / name / "config.json", {"log_id": log_id})
        write_json(workspace.backbones / name / "made.json", {"log_id": log_id})
        workspace.mined_folder(log_id, "patterns-1").mkdir(parents=True)
    workspace.delete_log(log.log_id)
    with pytest.raises(NotStoredError, match="there is no log"):
        load_log(workspace, log.log_id)
    for folder in (*kinds[1:], workspace.backbones):
        assert [path.name for path in folder.iterdir()] == ["kept"]
    assert {path.name for path in workspace.jobs.iterdir()} == {"kept", "kept-too"}
    for folder in (workspace.home / "mined", workspace.logs):
        assert [path.name for path in folder.iterdir()] == [other.log_id]


def test_the_built_in_log_equals_an_independent_count(workspace: Workspace):
    source = built_in.unpack_demo(workspace)
    log = ingest(workspace, source, 256, lambda _stage, _share: None)
    rows = list(csv.DictReader(io.StringIO(_demo_text())))
    assert log.n_events == log.n_rows == len(rows) == 117_795
    assert log.n_users == len({row["user"] for row in rows}) == 600
    assert log.n_items == len({row["item"] for row in rows}) == 3_353
    assert log.n_sessions == len({(row["user"], row["session"]) for row in rows})
    counts = Counter(row["item"] for row in rows)
    keys = load_catalogue(log).item_keys
    stored = np.bincount(load_sequences(log).items)
    assert {keys[item]: stored[item] for item in range(1, len(keys))} == counts


def _demo_text() -> str:
    return gzip.decompress(Path(built_in._FILE).read_bytes()).decode()


def test_the_same_bytes_read_otherwise_are_another_log(workspace: Workspace):
    data = "user,item,time\nJörg,a,1291193100\nBärbel,b,1291193101\n".encode("cp1252")
    ids = set()
    for encoding in ("cp1252", "cp1251"):
        _, prepared = prepare_bytes(workspace, data, options=ReadOptions(encoding=encoding))
        mapping = ColumnMapping("user", "item", "time", TimeFormat.EPOCH_S)
        request = IngestRequest("log", prepared.tables, mapping)
        ids.add(ingest(workspace, request, 256, quiet).log_id)
    assert len(ids) == 2


def test_a_log_that_an_earlier_version_stored_still_opens(
    store_csv: StoreCsv, workspace: Workspace
):
    log = store_csv("user,item,time\n1,a,1291193100\n")
    path = log.folder / "log.json"
    value = read_json(path)
    for later in ("family", "version", "parent", "sources", "privacy", "catalogue", "notes"):
        del value[later]
    write_json(path, value)
    opened = load_log(workspace, log.log_id)
    assert (opened.family, opened.version, opened.n_events) == (log.log_id, 1, 1)
