from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from seqrec.errors import ConfigError
from seqrec.jobs.launcher import cancel_job
from seqrec.jobs.state import JobStatus, read_job
from seqrec.jobs.worker import JobReporter
from seqrec.log.behaviour_log import BehaviourLog, load_sequences
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import check_store, check_worker, store, worker
from seqrec.mining.check_store import CheckConfig
from seqrec.mining.config import CountedConfig, ItemsetConfig, NgramConfig, PatternConfig
from seqrec.mining.holdout import split_users
from seqrec.mining.patterns import mine_patterns
from seqrec.workspace import Workspace
from tests import oracles
from tests.conftest import StoreCsv
from tests.mining.test_worker import csv_of, wait_for

RunCheck = Callable[[BehaviourLog, CountedConfig, CheckConfig], Path]
HISTORIES = ["abc", "abd", "acb", "bca", "ab", "cab", "adb", "bda"] * 5


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv(csv_of(HISTORIES))


@pytest.fixture
def checked(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> RunCheck:
    """Mines and checks in this process; the check's folder."""

    def run(log: BehaviourLog, config: CountedConfig, how: CheckConfig) -> Path:
        for module in (store, check_store):
            monkeypatch.setattr(module, "start_job", lambda _folder, _module: True)
        mined = store.request_mining(workspace, log, config)
        worker.mine(JobReporter(mined))
        folder = check_store.request_check(mined, how)
        check_worker.check(JobReporter(folder))
        return folder

    return run


def histories_of(database: SequenceDatabase) -> list[list[int]]:
    return [database.history(row).tolist() for row in range(database.n_users)]


def test_held_out_counts_are_those_of_users_that_the_search_did_not_see(
    log: BehaviourLog, checked: RunCheck
) -> None:
    config = PatternConfig(4, min_length=2)
    folder = checked(log, config, CheckConfig(50, seed=3))
    searched, held = split_users(load_sequences(log), 3)
    summary, chance, counts = check_store.read_pattern_check(folder)
    mined = store.read_patterns(check_store.read_request(folder)[0])
    expected = [
        sum(oracles.holds(history, pattern) for history in histories_of(held))
        for pattern in mined.items
    ]
    assert counts.counts.tolist() == expected
    assert (counts.n_histories, summary.n_held) == (20, 20)
    found = mine_patterns(searched, PatternConfig(2, min_length=2))
    assert summary.n_found == len(found.items)
    confirmed = [
        sum(oracles.holds(history, pattern) for history in histories_of(held)) >= 2
        for pattern in found.items
    ]
    assert summary.n_confirmed == sum(confirmed)
    assert len(chance.p_values) == len(mined.items)


def test_rules_are_recounted_on_the_held_out_half(log: BehaviourLog, checked: RunCheck) -> None:
    folder = checked(log, ItemsetConfig(4), CheckConfig())
    _, held = split_users(load_sequences(log), 0)
    summary, counts = check_store.read_rule_check(folder)
    rules = store.read_rules(check_store.read_request(folder)[0])
    sessions = [set(history) for history in histories_of(held)]
    for row, (before, after) in enumerate(zip(rules.antecedents, rules.consequents, strict=True)):
        both = sum({*before, *after} <= session for session in sessions)
        assert counts.n_both[row] == both
    assert 0 < summary.n_confirmed <= summary.n_found
    assert summary.n_held == len(sessions)


def test_a_check_is_a_job_that_finishes_or_is_cancelled(
    workspace: Workspace, log: BehaviourLog
) -> None:
    mined = store.request_mining(workspace, log, PatternConfig(4))
    wait_for(mined)
    cancelled = check_store.request_check(mined, CheckConfig(10_000))
    cancel_job(cancelled)
    assert read_job(cancelled).status is JobStatus.STOPPED
    folder = check_store.request_check(mined, CheckConfig(10))
    assert wait_for(folder).status is JobStatus.FINISHED
    _, chance, _ = check_store.read_pattern_check(folder)
    single = store.read_patterns(mined).items.lengths == 1
    assert np.isnan(chance.p_values[single]).all()


def test_what_cannot_be_checked_says_so(
    log: BehaviourLog, checked: RunCheck, store_csv: StoreCsv
) -> None:
    with pytest.raises(ConfigError, match="only patterns and association rules"):
        checked(log, NgramConfig(min_count=2), CheckConfig())
    with pytest.raises(ConfigError, match="no other to check on"):
        checked(store_csv(csv_of(["abab"])), PatternConfig(1), CheckConfig())
    with pytest.raises(ConfigError, match="choose 1 to 10,000"):
        CheckConfig(0)
