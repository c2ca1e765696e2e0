from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from seqrec.errors import LogFormatError
from seqrec.log.behaviour_log import REJECTS, BehaviourLog, load_rejects
from seqrec.log.source import Dialect, Privacy
from seqrec.workspace import Workspace
from tests.log.tables import parquet_table, store, text_table

MESSY = (
    "user,item,time\n"  # 1
    '1,"a\nb",5\n'  # 2 and 3
    "\n"  # 4
    "1,a\n"  # 5
    ",a,6\n"  # 6
    '2,"x ""y""\n\n",soon\n'  # 7 to 9
    "2,c,7,8\n"  # 10
    "NULL,c,7\n"  # 11
    "2,c,7\n"  # 12
)


def rejects_of(log: BehaviourLog) -> list[tuple[str, int, str, str]]:
    return [tuple(row.values()) for row in load_rejects(log).to_pylist()]


def test_rejects_have_physical_lines_reasons_and_the_text_as_given(workspace: Workspace):
    log = store(workspace, text_table(workspace, MESSY))
    assert rejects_of(log) == [
        ("table.csv", 5, "too few columns", "1,a"),
        ("table.csv", 6, "no user", ",a,6"),
        ("table.csv", 7, "time cannot be read", '2,"x ""y""\n\n",soon'),
        ("table.csv", 10, "too many columns", "2,c,7,8"),
        ("table.csv", 11, "no user ('null')", "NULL,c,7"),
    ]
    assert log.dropped == Counter(reason for _, _, reason, _ in rejects_of(log))
    assert (log.n_rows, log.n_events) == (7, 2)
    assert pq.read_table(log.folder / "events.parquet")["line"].to_pylist() == [2, 12]


def test_lines_count_from_the_top_of_a_file_with_a_preamble(workspace: Workspace):
    text = "Report\n\nmade in May\nuser,item,time\n1,a,5\n1,b\n"
    log = store(workspace, text_table(workspace, text, Dialect(",", skip_lines=3)))
    assert rejects_of(log) == [("table.csv", 6, "too few columns", "1,b")]


def test_a_text_is_cut_after_2000_characters(workspace: Workspace):
    log = store(workspace, text_table(workspace, f"user,item,time\n1,a,5\n{'é' * 5000}\n"))
    assert rejects_of(log)[0][3] == "é" * 2000


def test_rejects_of_every_file_and_of_the_step_before_are_kept(workspace: Workspace):
    first = text_table(workspace, "user,item,time\n1,a,5\n1,b\n")
    second = parquet_table(workspace, ["user", "item", "time"], [["", "b", "6"]], [40])
    before = workspace.uploads / "rejects.parquet"
    rows = {"file": ["table.jsonl"], "line": [41], "reason": ["broken JSON"], "text": ["{"]}
    pq.write_table(pa.table(rows, schema=REJECTS), before)
    log = store(workspace, first, second, rejects=before)
    assert rejects_of(log) == [
        ("table.csv", 3, "too few columns", "1,b"),
        ("table.jsonl", 40, "no user", ",b,6"),
        ("table.jsonl", 41, "broken JSON", "{"),
    ]
    assert log.n_rows == 4 == log.n_events + sum(log.dropped.values())
    assert [source.n_rows for source in log.sources] == [2, 2]


def test_pseudonyms_leave_no_text_in_the_rejects(workspace: Workspace):
    table = text_table(workspace, "user,item,time\n1,a,5\nalice,b\n")
    log = store(workspace, table, privacy=Privacy(pseudonyms=True))
    assert rejects_of(log) == [("table.csv", 3, "too few columns", None)]


def test_a_log_without_rejects_has_none(workspace: Workspace):
    log = store(workspace, text_table(workspace, "user,item,time\n1,a,5\n"))
    assert load_rejects(log).num_rows == 0
    assert load_rejects(log).column_names == ["file", "line", "reason", "text"]


def test_a_swallowing_quote_stores_nothing(workspace: Workspace):
    text = 'user,item,time\n1,a,5\n1,"b,6\n1,c,7\n1,d,8\n'
    with pytest.raises(LogFormatError, match=r"line 3: a quote is opened.*read the file without"):
        store(workspace, text_table(workspace, text))
    assert list(workspace.logs.iterdir()) == []
    unquoted = store(workspace, text_table(workspace, text, Dialect(",", quote="")))
    assert unquoted.n_events == 4
