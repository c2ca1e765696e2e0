import shutil
from dataclasses import replace
from threading import Barrier, Thread

import numpy as np
import pyarrow.parquet as pq
import pytest

from seqrec.errors import LogFormatError, MappingError, NotStoredError
from seqrec.log.behaviour_log import (
    BehaviourLog,
    list_logs,
    load_catalogue,
    load_log,
    load_rejects,
    load_sequences,
    load_users,
)
from seqrec.log.cleaning.core import RareEntries
from seqrec.log.cleaning.duplicates import ExactDuplicates
from seqrec.log.cleaning.versions import clean_log
from seqrec.log.columns import ColumnMapping, TimeFormat
from seqrec.log.source import Privacy
from seqrec.log.storing.versions import whole_log
from seqrec.workspace import Workspace, read_json, write_json
from tests.log.tables import parquet_table, store, text_table
from tests.stored import quiet

FULL = ColumnMapping(
    "user", "item", "time", TimeFormat.EPOCH_S, "event", "session", "value", "title"
)
HEAD = "user,item,time,event,session,value,title\n"
FIRST = "u1,a,10,view,s1,1.5,Ann\nu2,b,20,buy,s2,,Bee\nu1,b,30,view,s1,2,Bee\n"
SECOND = "u3,c,5,view,s2,,Sea\nu1,a,40,rate,s9,5,Other\n"


def histories(log: BehaviourLog) -> dict[str, list[tuple[object, ...]]]:
    """Item, time, event and number of the session within the user, by user."""
    database, keys = load_sequences(log), load_catalogue(log).item_keys
    found: dict[str, list[tuple[object, ...]]] = {}
    for row, user in enumerate(load_users(log)):
        part = slice(database.offsets[row], database.offsets[row + 1])
        sessions = np.unique(database.session_ids[part], return_inverse=True)[1].tolist()
        types = [log.event_types[event] for event in database.event_ids[part]]
        times = database.times_s[part].tolist()
        found[user] = list(zip(keys[database.items[part]], times, types, sessions, strict=True))
    return found


def test_an_append_equals_one_log_of_both_files(workspace: Workspace):
    base = store(workspace, text_table(workspace, HEAD + FIRST), mapping=FULL)
    added = store(
        workspace, text_table(workspace, HEAD + SECOND), mapping=FULL, append_to=base.log_id
    )
    tables = text_table(workspace, HEAD + FIRST), text_table(workspace, HEAD + SECOND)
    both = store(workspace, *tables, mapping=FULL)
    assert histories(added) == histories(both)
    names = ("family", "version", "parent", "log_id", "name", "fingerprint", "folder", "created_at")
    ignored = dict.fromkeys(names)
    assert replace(added, **ignored) == replace(both, **ignored)
    assert load_catalogue(added).titles.tolist() == load_catalogue(both).titles.tolist()
    for path in ("events.parquet", "users.parquet", "items.parquet", "sessions.parquet"):
        assert pq.read_table(added.folder / path).equals(pq.read_table(both.folder / path))


def test_an_append_makes_a_new_version_and_leaves_the_old_one(workspace: Workspace):
    base = store(workspace, text_table(workspace, HEAD + FIRST), mapping=FULL)
    added = store(
        workspace, text_table(workspace, HEAD + SECOND), mapping=FULL, append_to=base.log_id
    )
    assert (added.family, added.version, added.parent) == (base.log_id, 2, base.log_id)
    assert load_log(workspace, base.log_id) == base
    third = store(
        workspace, text_table(workspace, HEAD + "u9,z,1,view,s1,,\n"), mapping=FULL,
        append_to=added.log_id,
    )  # fmt: skip
    assert (third.family, third.version, third.parent) == (base.log_id, 3, added.log_id)
    assert [source.n_rows for source in third.sources] == [3, 2, 1]


def test_events_that_are_there_already_are_set_aside(workspace: Workspace):
    base = store(workspace, text_table(workspace, HEAD + FIRST + ",x,1,,,,\n"), mapping=FULL)
    overlap = (
        "u1,b,30,view,s1,2,Bee\n"  # there already
        "u1,b,30,view,s1,3,Bee\n"  # another value
        "\nu1,b,30,view,s1,2,Bee\n"  # there already, once more
        "u2,b,20,buy,s2,,Bee\n"  # there already, without a value
        "u2,b,20,buy,s3,,Bee\n"  # another session
        "u2,b,21,buy,s2,,Bee\n"  # another time
        "u2,b\n"
    )
    added = store(
        workspace, text_table(workspace, HEAD + overlap), mapping=FULL, append_to=base.log_id
    )
    assert added.dropped == {"already in the log": 3, "no user": 1, "too few columns": 1}
    assert added.n_rows == 11 == added.n_events + sum(added.dropped.values())
    assert [tuple(row.values())[1:] for row in load_rejects(added).to_pylist()] == [
        (5, "no user", ",x,1,,,,"),
        (9, "too few columns", "u2,b"),
        (2, "already in the log", "u1,b,30,view,s1,2,Bee"),
        (5, "already in the log", "u1,b,30,view,s1,2,Bee"),
        (6, "already in the log", "u2,b,20,buy,s2,,Bee"),
    ]


def test_rows_that_share_a_line_are_set_aside_one_by_one(workspace: Workspace):
    mapping = ColumnMapping("user", "item", "time", TimeFormat.ORDER)
    columns = ["user", "item", "time"]
    base = store(
        workspace, parquet_table(workspace, columns, [["1", "a", "1"]], [1]), mapping=mapping
    )
    rows = [["1", "a", "1"], ["1", "b", "1"]]
    table = parquet_table(workspace, columns, rows, [1, 1])
    added = store(workspace, table, mapping=mapping, append_to=base.log_id)
    assert added.n_events == 2
    assert [row["text"] for row in load_rejects(added).to_pylist()] == ["1"]


def test_nothing_new_is_refused(workspace: Workspace):
    base = store(workspace, text_table(workspace, HEAD + FIRST), mapping=FULL)
    again = text_table(workspace, HEAD + FIRST.split("\n", maxsplit=1)[0])
    with pytest.raises(LogFormatError, match=r"all 1 rows .* already in 'test log'"):
        store(workspace, again, mapping=FULL, append_to=base.log_id)
    assert [log.log_id for log in list_logs(workspace)] == [base.log_id]


def test_the_same_append_is_recognised(workspace: Workspace):
    base = store(workspace, text_table(workspace, HEAD + FIRST), mapping=FULL)
    ids = {
        store(
            workspace, text_table(workspace, HEAD + SECOND), mapping=FULL, append_to=base.log_id
        ).log_id
        for _ in range(2)
    }
    assert len(ids) == 1
    assert len(list_logs(workspace)) == 2


def test_columns_of_another_log_are_refused(workspace: Workspace):
    base = store(workspace, text_table(workspace, HEAD + FIRST), mapping=FULL)
    other = text_table(workspace, "who,what,when\nu,i,5\n")
    with pytest.raises(MappingError, match=r"'table.csv' has no column 'user'; it has 'who'"):
        store(workspace, other, mapping=FULL, append_to=base.log_id)
    fewer = ColumnMapping("who", "what", "when", TimeFormat.EPOCH_S)
    with pytest.raises(MappingError, match="'test log' has a column for the event, what you"):
        store(workspace, other, mapping=fewer, append_to=base.log_id)
    with pytest.raises(NotStoredError, match="there is no log 'gone'"):
        store(workspace, other, mapping=fewer, append_to="gone")


def test_clock_times_do_not_go_behind_positions(workspace: Workspace):
    positions = ColumnMapping("user", "item", "time", TimeFormat.ORDER)
    table = text_table(workspace, "user,item,time\nu,i,5\n")
    base = store(workspace, table, mapping=positions)
    with pytest.raises(MappingError, match="has clock times"):
        store(workspace, table, append_to=base.log_id)


def test_without_a_time_column_rows_go_on_behind(workspace: Workspace):
    mapping = ColumnMapping("user", "item", None, TimeFormat.ORDER)
    base = store(workspace, text_table(workspace, "user,item\nu,a\n,x\nu,b\n"), mapping=mapping)
    more = text_table(workspace, "user,item\nu,a\nu,b\n")
    added = store(workspace, more, mapping=mapping, append_to=base.log_id)
    items = load_catalogue(added).item_keys[load_sequences(added).items]
    assert list(items) == ["a", "b", "a", "b"]
    assert load_sequences(added).times_s.tolist() == [0, 2, 3, 4]


def test_cleaning_steps_are_applied_to_what_is_appended(workspace: Workspace):
    rows = "u1,a,1,,,,\nu1,a,1,,,,\nu2,b,2,,,,\n"
    base = store(workspace, text_table(workspace, HEAD + rows), mapping=FULL)
    steps = [ExactDuplicates(), RareEntries()]
    cleaned = clean_log(workspace, base, steps[:1], 256, quiet)
    more = text_table(workspace, HEAD + "u3,c,3,,,,\nu3,c,3,,,,\n")
    added = store(workspace, more, mapping=FULL, append_to=cleaned.log_id)
    assert added.cleaning == cleaned.cleaning
    assert added.n_events == 3
    uncleaned = load_log(workspace, added.parent or "")
    assert (uncleaned.n_events, uncleaned.parent, uncleaned.cleaning) == (5, base.log_id, ())


def test_pseudonyms_of_the_log_are_those_of_what_is_appended(workspace: Workspace):
    hidden = Privacy(pseudonyms=True)
    base = store(workspace, text_table(workspace, HEAD + FIRST), mapping=FULL, privacy=hidden)
    more = text_table(workspace, HEAD + SECOND)
    added = store(workspace, more, mapping=FULL, append_to=base.log_id)
    assert added.privacy == hidden
    assert added.n_users == 3
    assert set(load_users(base)) <= set(load_users(added))


def test_logs_appended_at_once_have_numbers_of_their_own(workspace: Workspace):
    base = store(workspace, text_table(workspace, HEAD + FIRST), mapping=FULL)
    made = Barrier(3)
    number_by_folder: dict[str, int] = {}

    def add(name: str) -> None:
        with whole_log(workspace, workspace.logs / name) as making:
            shutil.copytree(base.folder, making, dirs_exist_ok=True)
            value = read_json(making / "log.json")
            write_json(making / "log.json", value | {"log_id": name, "parent": base.log_id})
            made.wait()
        number_by_folder[name] = load_log(workspace, name).version

    threads = [Thread(target=add, args=(f"added{place}",)) for place in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(number_by_folder.values()) == [2, 3, 4]
