from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq

from seqrec.log.behaviour_log import BehaviourLog, load_catalogue, load_sequences, load_users
from seqrec.log.cleaning.apply import apply_steps
from seqrec.log.cleaning.sessions import SessionsByGap
from seqrec.log.columns import ColumnMapping, TimeFormat
from seqrec.log.sequences import SequenceDatabase
from seqrec.log.storing.build import connect, load_coded, write_log
from seqrec.workspace import Workspace
from tests.log.tables import MAPPING, parquet_table, store, text_table

FULL = ColumnMapping(
    "user", "item", "time", TimeFormat.EPOCH_S, "event", "session", "value", "title", "category"
)
FULL_CSV = (
    "user,item,time,event,session,value,title,category\n"
    "u2,b,20,view,s1,1.5,Bee,insects\n"
    "u1,a,30,buy,s2,2,,\n"
    "u2,c,10,view,s3,,Sea,\n"
    "u1,b,30,view,s2,-4,Bee,insects\n"
)


def write_again(workspace: Workspace, log: BehaviourLog) -> BehaviourLog:
    """The log, read into coded tables and written to another folder."""
    folder = workspace.logs / "again"
    (folder / "spill").mkdir(parents=True)
    with connect(workspace, folder / "spill", 256) as connection:
        load_coded(connection, log)
        return write_log(connection, replace(log, folder=folder), lambda _stage, _share: None)


def arrays(database: SequenceDatabase) -> list[list[int]]:
    """All arrays of a database as plain lists."""
    names = ("items", "times_s", "offsets", "session_ids", "event_ids")
    return [np.asarray(getattr(database, name)).tolist() for name in names]


def test_a_log_read_into_coded_tables_is_written_the_same(workspace: Workspace):
    log = store(workspace, text_table(workspace, FULL_CSV), mapping=FULL)
    again = write_again(workspace, log)
    assert arrays(load_sequences(again)) == arrays(load_sequences(log))
    assert replace(again, folder=log.folder, created_at=log.created_at) == log
    for name in ("events", "users", "items", "sessions"):
        path = f"{name}.parquet"
        assert pq.read_table(again.folder / path).equals(pq.read_table(log.folder / path))


def test_events_keep_file_line_value_and_session(workspace: Workspace):
    log = store(workspace, text_table(workspace, FULL_CSV), mapping=FULL)
    events = pq.read_table(log.folder / "events.parquet").to_pydict()
    assert events["line"] == [4, 2, 3, 5]
    assert events["value"] == [None, 1.5, 2.0, -4.0]
    assert events["time_us"] == [10_000_000, 20_000_000, 30_000_000, 30_000_000]
    sessions = pq.read_table(log.folder / "sessions.parquet").to_pydict()
    names = dict(zip(sessions["session_code"], sessions["session"], strict=True))
    assert [names[code] for code in events["session_code"]] == ["s3", "s1", "s2", "s2"]


def test_several_files_make_one_log(workspace: Workspace):
    first = text_table(workspace, "user,item,time\n1,a,5\n2,b,6\n,c,7\n")
    second = parquet_table(workspace, ["time", "user", "item"], [["4", "1", "b"]], [12])
    log = store(workspace, first, second)
    assert [source.n_rows for source in log.sources] == [3, 1]
    assert list(load_users(log)) == ["1", "2"]
    assert list(load_catalogue(log).item_keys[load_sequences(log).items]) == ["b", "a", "b"]
    events = pq.read_table(log.folder / "events.parquet").to_pydict()
    assert list(zip(events["file"], events["line"], strict=True)) == [(1, 12), (0, 2), (0, 3)]


def test_a_first_log_is_version_one_of_its_own_family(workspace: Workspace):
    log = store(workspace, text_table(workspace, "user,item,time\n1,a,5\n"), mapping=MAPPING)
    assert (log.family, log.version, log.parent) == (log.log_id, 1, None)


def test_sessions_made_by_cleaning_are_stored(workspace: Workspace):
    log = store(workspace, text_table(workspace, FULL_CSV), mapping=FULL)
    folder = workspace.logs / "again"
    (folder / "spill").mkdir(parents=True)
    with connect(workspace, folder / "spill", 256) as connection:
        load_coded(connection, log)
        apply_steps(connection, [SessionsByGap(10.0)], lambda _stage, _share: None)
        again = write_log(connection, replace(log, folder=folder), lambda _stage, _share: None)
    assert list(load_sequences(log).session_ids) == [0, 1, 2, 2]
    assert list(load_sequences(again).session_ids) == [0, 0, 1, 1]
    assert not (folder / "sessions.parquet").exists()
