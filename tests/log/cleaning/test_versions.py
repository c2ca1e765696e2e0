import csv
import io
import time
from pathlib import Path

import numpy as np
import pytest

from seqrec.errors import ConfigError, NotStoredError, TooSmallError
from seqrec.jobs.state import JobState, JobStatus, read_job
from seqrec.log.behaviour_log import (
    BehaviourLog,
    list_logs,
    load_catalogue,
    load_log,
    load_sequences,
    load_users,
)
from seqrec.log.cleaning.apply import event_weights, step_from_json
from seqrec.log.cleaning.core import RareEntries
from seqrec.log.cleaning.duplicates import ExactDuplicates, NearDuplicates, Repeats
from seqrec.log.cleaning.events import WeighEvents
from seqrec.log.cleaning.people import AccountsByName
from seqrec.log.cleaning.sessions import SessionsByGap
from seqrec.log.cleaning.step import Step
from seqrec.log.cleaning.times import TimeRange
from seqrec.log.cleaning.versions import clean_log, find_uncleaned
from seqrec.log.cleaning.worker import load_preview, start_cleaning, start_preview
from seqrec.log.columns import ColumnMapping, TimeFormat
from seqrec.log.source import Privacy
from seqrec.workspace import Workspace
from tests.log.tables import store, text_table

CSV = (
    "user,item,time\nann,a,1291193100\nann,a,1291193100\nann,b,1291193160\nann,c,1291199999\n"
    "test1,a,1291193100\nbob,a,1291193100\nbob,b,1291193101\nbob,d,1291193102\n"
)


def _clean(workspace: Workspace, log: BehaviourLog, *steps: Step) -> BehaviourLog:
    return clean_log(workspace, log, steps, 256, lambda _stage, _share: None)


def _events(log: BehaviourLog) -> list[tuple[str, str, int]]:
    database = load_sequences(log)
    users = load_users(log)[np.repeat(np.arange(database.n_users), np.diff(database.offsets))]
    items = load_catalogue(log).item_keys[database.items]
    return sorted(zip(users, items, database.times_s.tolist(), strict=True))


def test_a_cleaned_log_holds_what_is_left_and_says_how_it_came(workspace: Workspace):
    log = store(workspace, text_table(workspace, CSV))
    steps = (ExactDuplicates(), AccountsByName(("test*",)))
    cleaned = _clean(workspace, log, *steps)
    rows = [tuple(row) for row in csv.reader(io.StringIO(CSV))][1:]
    expected = {(user, item, int(time_s)) for user, item, time_s in rows if user != "test1"}
    assert _events(cleaned) == sorted(expected)
    assert (cleaned.n_events, cleaned.n_users, cleaned.n_items) == (6, 2, 4)
    assert (cleaned.family, cleaned.version, cleaned.parent) == (log.log_id, 2, log.log_id)
    assert tuple(map(step_from_json, cleaned.cleaning)) == steps
    assert (cleaned.n_rows, cleaned.sources, cleaned.name) == (8, log.sources, log.name)
    assert sorted(path.name for path in cleaned.folder.iterdir()) == sorted(
        path.name for path in log.folder.iterdir()
    )


def test_a_shorter_list_undoes_a_step(workspace: Workspace):
    log = store(workspace, text_table(workspace, CSV))
    long = _clean(workspace, log, ExactDuplicates(), RareEntries(2, 2))
    short = _clean(workspace, long, ExactDuplicates())
    assert (short.n_events, short.parent, short.version) == (7, log.log_id, 3)
    assert _clean(workspace, short) == log


def test_the_same_list_is_found_again(workspace: Workspace):
    log = store(workspace, text_table(workspace, CSV))
    first = _clean(workspace, log, Repeats())
    assert _clean(workspace, first, Repeats()) == first
    assert _clean(workspace, log, Repeats(60.0)).log_id != first.log_id
    assert [entry.version for entry in list_logs(workspace)] == [3, 2, 1]


def test_a_list_that_empties_the_log_leaves_nothing_behind(workspace: Workspace):
    log = store(workspace, text_table(workspace, CSV))
    with pytest.raises(TooSmallError, match=r"step 2 \('Rare items and short histories'\)"):
        _clean(workspace, log, ExactDuplicates(), RareEntries(9, 9))
    assert [path.name for path in workspace.logs.iterdir()] == [log.log_id]


def test_cleaning_without_its_uncleaned_version_is_refused(workspace: Workspace):
    log = store(workspace, text_table(workspace, CSV))
    cleaned = _clean(workspace, log, ExactDuplicates())
    workspace.delete_log(log.log_id)
    with pytest.raises(NotStoredError, match="was deleted, and cleaning starts from it"):
        find_uncleaned(workspace, cleaned)
    assert load_log(workspace, cleaned.log_id) == cleaned


def test_steps_that_need_a_clock_are_refused_without_one(workspace: Workspace):
    mapping = ColumnMapping("user", "item", "time", TimeFormat.ORDER)
    log = store(workspace, text_table(workspace, CSV), mapping=mapping)
    for step in (NearDuplicates(), TimeRange(), SessionsByGap()):
        with pytest.raises(ConfigError, match="needs clock times, but the log's times are pos"):
            _clean(workspace, log, step)


def test_names_cannot_be_looked_for_behind_pseudonyms(workspace: Workspace):
    log = store(workspace, text_table(workspace, CSV), privacy=Privacy(pseudonyms=True))
    with pytest.raises(ConfigError, match="holds pseudonyms; remove test accounts from the file"):
        _clean(workspace, log, AccountsByName(("test*",)))


def test_sessions_and_weights_are_recorded(workspace: Workspace):
    mapping = ColumnMapping("user", "item", "time", TimeFormat.EPOCH_S, event="event")
    text = "user,item,time,event\n1,a,100,view\n1,b,200,view\n1,c,900,buy\n"
    log = store(workspace, text_table(workspace, text), mapping=mapping)
    cleaned = _clean(workspace, log, SessionsByGap(150.0), WeighEvents((("buy", 3.0),)))
    assert list(load_sequences(cleaned).session_ids) == [0, 0, 1]
    assert event_weights(list(map(step_from_json, cleaned.cleaning))) == {"buy": 3.0}


def _wait_for(folder: Path) -> JobState:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        state = read_job(folder)
        if state is not None and not state.active:
            return state
        time.sleep(0.05)
    raise AssertionError("the job did not end")


def test_jobs_look_first_and_then_clean(workspace: Workspace):
    log = store(workspace, text_table(workspace, CSV))
    steps = [ExactDuplicates(), RareEntries(3, 1), RareEntries(99, 1)]
    folder = workspace.job_folder(start_preview(workspace, log.log_id, steps, suggest=True))
    assert _wait_for(folder).status is JobStatus.FINISHED
    preview = load_preview(folder)
    assert [effect.n_removed for effect in preview.effects] == [1, 1]
    assert preview.refusal is not None
    assert preview.refusal.startswith("cleaning step 3 ('Rare items and short histories')")
    assert preview.suggestions[0].step == ExactDuplicates()
    assert [path.name for path in workspace.logs.iterdir()] == [log.log_id]
    assert not list(workspace.jobs.glob(".making-*"))

    folder = workspace.job_folder(start_cleaning(workspace, log.log_id, steps[:2]))
    state = _wait_for(folder)
    assert state.status is JobStatus.FINISHED
    assert load_log(workspace, state.result or "").n_events == 6


def test_a_refused_cleaning_job_says_why(workspace: Workspace):
    log = store(workspace, text_table(workspace, CSV))
    job_id = start_cleaning(workspace, log.log_id, [RareEntries(99, 99)])
    state = _wait_for(workspace.job_folder(job_id))
    assert state.status is JobStatus.FAILED
    assert "would remove all 8 events" in (state.error or "")
