import sys
import time
from pathlib import Path

import pytest

from seqrec.errors import ConfigError, NotStoredError
from seqrec.jobs.launcher import cancel_job
from seqrec.jobs.state import JobState, JobStatus, read_job, worker_alive
from seqrec.jobs.worker import JobReporter
from seqrec.log.behaviour_log import BehaviourLog, load_catalogue, load_sequences
from seqrec.mining import settled_search, store, worker
from seqrec.mining.conditions import ItemFilter, NearLimits, PatternKind, Scope
from seqrec.mining.config import (
    Engine,
    ItemsetConfig,
    ItemsetSequenceConfig,
    NgramConfig,
    PatternConfig,
    SequentialRuleConfig,
)
from seqrec.mining.estimate import WideOpenError
from seqrec.mining.itemset_sequences import mine_itemset_sequences
from seqrec.mining.levels import category_level
from seqrec.mining.ngrams import mine_ngrams
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.sequence_store import read_itemset_sequences, read_ngrams, read_sequential_rules
from seqrec.mining.sequential_rules import mine_sequential_rules
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.mining.test_itemsets import as_dict as itemsets_as_dict
from tests.mining.test_patterns import as_dict
from tests.mining.test_rules import as_dict as rules_as_dict
from tests.mining.test_sequential_rules import as_dict as sequential_as_dict

WAIT_S = 60.0


def csv_of(histories: list[str]) -> str:
    rows = [
        f"u{user},{item},{1_600_000_000 + user * 1_000_000 + place}"
        for user, history in enumerate(histories)
        for place, item in enumerate(history)
    ]
    return "\n".join(["user,item,time", *rows]) + "\n"


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv(csv_of(["abc", "abd", "acb", "bca"]))


def wait_for(folder: Path) -> JobState:
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        state = read_job(folder)
        if state is not None and not state.active and not worker_alive(folder):
            return state
        time.sleep(0.02)
    raise TimeoutError(folder)


def run_here(workspace: Workspace, log: BehaviourLog, config: object, monkeypatch) -> Path:
    monkeypatch.setattr(store, "start_job", lambda _folder, _module: True)
    folder = store.request_mining(workspace, log, config)
    worker.mine(JobReporter(folder))
    return folder


def test_job_writes_what_the_function_gives(workspace: Workspace, log: BehaviourLog) -> None:
    config = PatternConfig(2, min_length=2)
    folder = store.request_mining(workspace, log, config)
    assert wait_for(folder).status is JobStatus.FINISHED
    mined = store.read_patterns(folder)
    assert as_dict(mined) == as_dict(mine_patterns(load_sequences(log), config))
    summary = store.read_summary(folder)
    assert (summary.min_count, summary.n_units, summary.highest_count) == (2, 4, 4)
    assert summary.n_results == len(mined.items)
    assert store.read_request(folder) == (log.log_id, config)


FULL = PatternConfig(
    min_count=1,
    min_length=2,
    max_length=3,
    top=4,
    near=NearLimits(max_gap=1, max_gap_s=3600, max_span_s=86_400),
    items=ItemFilter(contains=(1,), starts_with=(1, 2), ends_with=(3, 4)),
    scope=Scope(by_session=True, event_ids=(0,)),
    partial=True,
)


@pytest.mark.parametrize("config", [FULL, PatternConfig(2, kind=PatternKind.CLOSED)])
def test_every_choice_reaches_the_job_and_comes_back(
    workspace: Workspace, log: BehaviourLog, monkeypatch, config: PatternConfig
) -> None:
    folder = run_here(workspace, log, config, monkeypatch)
    assert store.read_request(folder) == (log.log_id, config)
    expected = mine_patterns(load_sequences(log), config)
    mined = store.read_patterns(folder)
    assert as_dict(mined) == as_dict(expected)
    assert len(mined.items) > 0
    assert (mined.min_count, mined.complete) == (expected.min_count, True)


def test_what_a_stopped_search_found_is_kept_where_it_is_asked_for(
    workspace: Workspace, log: BehaviourLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settled_search, "MAX_RESULTS", 5)
    folder = run_here(workspace, log, PatternConfig(1, partial=True), monkeypatch)
    mined = store.read_patterns(folder)
    every = as_dict(mine_patterns(load_sequences(log), PatternConfig(1)))
    assert len(mined.items) == 5
    assert as_dict(mined).items() <= every.items()
    assert not mined.complete
    assert mined.stopped_by == "the search passed its limit of results"


def test_job_writes_distinct_users_beside_each_row(
    workspace: Workspace, store_csv: StoreCsv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One user with two sessions of a and b, another with one."""
    visits = [("u1", 0), ("u1", 10), ("u2", 0)]
    rows = [f"{u},{item},{day * 86_400},{u}-{day}" for u, day in visits for item in "ab"]
    log = store_csv("\n".join(["user,item,time,session", *rows]) + "\n")
    folder = run_here(workspace, log, ItemsetConfig(1), monkeypatch)
    assert store.read_itemsets(folder).counts.tolist() == [3, 3, 3]
    assert store.read_user_counts(folder, store.ITEMSETS_FILE).tolist() == [2, 2, 2]
    assert store.read_user_counts(folder, store.RULES_FILE).tolist() == [2, 2]
    config = PatternConfig(1, 2, scope=Scope(by_session=True))
    folder = run_here(workspace, log, config, monkeypatch)
    assert store.read_patterns(folder).counts.tolist() == [3]
    assert store.read_user_counts(folder, store.PATTERNS_FILE).tolist() == [2]


def test_job_writes_how_easily_chance_explains_each_pattern(
    workspace: Workspace, store_csv: StoreCsv, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = store_csv(csv_of(["ab"] * 20 + ["ba"]))
    folder = run_here(workspace, log, PatternConfig(2), monkeypatch)
    judged, pairs = store.read_significance(folder), store.read_patterns(folder).items.lengths > 1
    # 22 of 2^21 equally likely outcomes have 20 or more in this order.
    assert judged.p_values[pairs] == pytest.approx([22 / 2**21])
    assert judged.discoveries().tolist() == pairs.tolist()
    near = PatternConfig(2, near=NearLimits(max_gap=0))
    judged = store.read_significance(run_here(workspace, log, near, monkeypatch))
    # Side by side there is no other way; the chance of a half is measured, and taken a bit higher.
    assert 22 / 2**21 < judged.p_values[pairs][0] < 1e-3
    assert judged.discoveries().tolist() == pairs.tolist()


def test_job_writes_sequential_rules(
    workspace: Workspace, log: BehaviourLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = SequentialRuleConfig(2, 0.5, scope=Scope(event_ids=(0,)))
    folder = run_here(workspace, log, config, monkeypatch)
    assert store.read_request(folder) == (log.log_id, config)
    mined = read_sequential_rules(folder)
    expected = mine_sequential_rules(load_sequences(log), config)
    assert sequential_as_dict(mined) == sequential_as_dict(expected)
    assert mined.n_histories == 4
    assert store.read_summary(folder).n_results == len(mined.n_both) > 0


def test_job_writes_ngrams(
    workspace: Workspace, log: BehaviourLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = NgramConfig(2, step=1, min_count=1)
    folder = run_here(workspace, log, config, monkeypatch)
    assert store.read_request(folder) == (log.log_id, config)
    mined = read_ngrams(folder)
    assert as_dict(mined) == as_dict(mine_ngrams(load_sequences(log), config))
    assert (mined.n_windows, mined.n_histories) == (8, 4)


def test_job_writes_sequences_of_itemsets(
    workspace: Workspace, log: BehaviourLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = ItemsetSequenceConfig(2, max_length=3)
    folder = run_here(workspace, log, config, monkeypatch)
    assert store.read_request(folder) == (log.log_id, config)
    mined, expected = (
        read_itemset_sequences(folder),
        mine_itemset_sequences(load_sequences(log), config),
    )
    assert [mined.sets(row) for row in range(len(mined.counts))] == [
        expected.sets(row) for row in range(len(expected.counts))
    ]
    assert mined.counts.tolist() == expected.counts.tolist()
    assert store.read_summary(folder).n_results == len(mined.counts) > 0


def test_categories_are_mined_in_place_of_items(
    workspace: Workspace, store_csv: StoreCsv, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = ["u1,tea,1,drink", "u1,jam,2,food", "u2,milk,1,drink", "u2,bread,2,food", "u2,gift,3,"]
    log = store_csv("\n".join(["user,item,time,category", *rows]) + "\n")
    folder = run_here(
        workspace, log, PatternConfig(2, 2, scope=Scope(by_category=True)), monkeypatch
    )
    titles = category_level(load_catalogue(log)).titles
    (pattern,) = store.read_patterns(folder).items
    assert [titles[category] for category in pattern] == ["drink", "food"]


def test_categories_of_a_log_without_any_are_refused(
    workspace: Workspace, log: BehaviourLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigError, match="the log has no categories; choose items"):
        run_here(workspace, log, PatternConfig(2, scope=Scope(by_category=True)), monkeypatch)


def test_finished_result_is_not_mined_again(workspace: Workspace, log: BehaviourLog) -> None:
    folder = store.request_mining(workspace, log, PatternConfig(2))
    wait_for(folder)
    written = (folder / store.SUMMARY_FILE).stat().st_mtime_ns
    assert store.request_mining(workspace, log, PatternConfig(2)) == folder
    assert (folder / store.SUMMARY_FILE).stat().st_mtime_ns == written
    assert store.request_mining(workspace, log, PatternConfig(3)) != folder


def test_cancelled_job_can_start_afresh(workspace: Workspace, log: BehaviourLog) -> None:
    folder = store.request_mining(workspace, log, PatternConfig(2))
    started = time.perf_counter()
    cancel_job(folder)
    elapsed_s = time.perf_counter() - started
    state = read_job(folder)
    assert state is not None
    if state.status is JobStatus.STOPPED:  # The worker may have been quicker.
        assert elapsed_s < 0.2
    assert store.request_mining(workspace, log, PatternConfig(2)) == folder
    assert wait_for(folder).status is JobStatus.FINISHED


def test_rules_job_writes_itemsets_and_rules(
    workspace: Workspace, log: BehaviourLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [
        run_here(workspace, log, ItemsetConfig(2, engine=engine), monkeypatch) for engine in Engine
    ]
    embedded, reference = folders
    assert itemsets_as_dict(store.read_itemsets(embedded)) == itemsets_as_dict(
        store.read_itemsets(reference)
    )
    rules = rules_as_dict(store.read_rules(embedded))
    assert rules == rules_as_dict(store.read_rules(reference))
    assert rules
    assert store.read_summary(embedded).n_rules == len(rules)
    assert store.read_request(reference)[1] == ItemsetConfig(2, engine=Engine.MLXTEND)


def test_open_threshold_is_written_down(
    workspace: Workspace, log: BehaviourLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = run_here(workspace, log, PatternConfig(), monkeypatch)
    summary = store.read_summary(folder)
    assert summary.min_count >= 1
    assert summary.n_results == len(mine_patterns(load_sequences(log), PatternConfig(2)).items)


def test_empty_result_is_a_result(
    workspace: Workspace, log: BehaviourLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = run_here(workspace, log, PatternConfig(4, min_length=3), monkeypatch)
    assert len(store.read_patterns(folder).items) == 0
    assert store.read_summary(folder).highest_count == 4


def test_refusal_leaves_what_would_fit(
    workspace: Workspace, store_csv: StoreCsv, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    log = store_csv(csv_of([letters * 2, letters[:5], letters[:5]]))
    with pytest.raises(WideOpenError):
        run_here(workspace, log, PatternConfig(1), monkeypatch)
    folder = store.mining_folder(workspace, log, PatternConfig(1))
    refusal = store.read_refusal(folder)
    assert refusal is not None
    assert refusal.suggested_min_count == 2
    assert refusal.suggested_results == 31


def test_folder_without_result_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotStoredError, match="mine it again"):
        store.read_patterns(tmp_path)
    assert store.read_refusal(tmp_path) is None


def test_dashboard_side_loads_no_compiler() -> None:
    import subprocess  # noqa: PLC0415

    code = (
        "import sys, seqrec.mining.store, seqrec.mining.findings, seqrec.figures.patterns, "
        "seqrec.figures.rules; sys.exit('numba' in sys.modules or 'torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_items_and_categories_are_mined_at_once(
    workspace: Workspace, store_csv: StoreCsv, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = ["u1,tea,1,drink", "u1,jam,2,food", "u2,milk,1,drink", "u2,jam,2,food"]
    log = store_csv("\n".join(["user,item,time,category", *rows]) + "\n")
    config = PatternConfig(2, 2, scope=Scope(both_levels=True))
    folder = run_here(workspace, log, config, monkeypatch)
    assert store.read_request(folder)[1] == config
    keys = load_catalogue(log).item_keys
    names = [*keys, *category_level(load_catalogue(log)).titles[1:]]
    mined = store.read_patterns(folder)
    assert {tuple(names[symbol] for symbol in pattern) for pattern in mined.items} == {
        ("drink", "jam"),
        ("drink", "food"),
    }
    assert store.read_user_counts(folder, store.PATTERNS_FILE).tolist() == [2, 2]
    # Two users in an order that each has by chance in one of two shuffles.
    assert store.read_significance(folder).p_values.tolist() == [1.0, 1.0]
