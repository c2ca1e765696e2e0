import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from seqrec.errors import ConfigError, NotStoredError
from seqrec.jobs.launcher import cancel_job
from seqrec.jobs.state import JobStatus, read_job
from seqrec.jobs.worker import JobReporter
from seqrec.log.behaviour_log import BehaviourLog, load_catalogue, load_sequences
from seqrec.mining import interest_store, interest_worker, store
from seqrec.mining.config import (
    CountedConfig,
    ItemsetConfig,
    NgramConfig,
    PatternConfig,
    SequentialRuleConfig,
)
from seqrec.mining.interest_config import InterestConfig, InterestLabels, Kind
from seqrec.mining.interest_rows import InterestRows, interest_matrix
from seqrec.mining.interests import profile_users, weigh_labels
from seqrec.mining.levels import category_level
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.mining.test_worker import csv_of, run_here, wait_for

MINED = PatternConfig(1, max_length=2)
EVERY = InterestConfig()
KINDS = {"a": "x", "b": "x", "c": "y", "d": ""}


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    text = csv_of(["abcab", "abd", "acb", "bca"])
    head, *rows = text.splitlines()
    named = [f"{row},{KINDS[row.split(',')[1]]}" for row in rows]
    return store_csv("\n".join([f"{head},category", *named]) + "\n")


def weigh_here(
    workspace: Workspace, log: BehaviourLog, monkeypatch: pytest.MonkeyPatch, mined: CountedConfig
) -> Path:
    mined_folder = run_here(workspace, log, mined, monkeypatch)
    monkeypatch.setattr(interest_store, "start_job", lambda _folder, _module: True)
    folder = interest_store.request_interests(mined_folder, EVERY)
    interest_worker.weigh(JobReporter(folder))
    return folder


def expected_rows(log: BehaviourLog, mined: Path) -> InterestRows:
    database, level = load_sequences(log), category_level(load_catalogue(log))
    labels = [
        InterestLabels.of_patterns(store.read_patterns(mined), MINED, 1_000),
        InterestLabels.of_categories(level),
    ]
    counts = [weigh_labels(database, one, level) for one in labels]
    return InterestRows.join(list(profile_users(database, labels, counts, EVERY, level)))


def same(got: InterestRows, expected: InterestRows) -> None:
    for name, column in vars(expected).items():
        np.testing.assert_allclose(getattr(got, name), column, rtol=1e-6, err_msg=name)


def test_the_job_writes_what_the_function_gives(workspace: Workspace, log: BehaviourLog) -> None:
    mined = store.request_mining(workspace, log, MINED)
    assert wait_for(mined).status is JobStatus.FINISHED
    folder = interest_store.request_interests(mined, EVERY)
    assert wait_for(folder).status is JobStatus.FINISHED
    expected = expected_rows(log, mined)
    same(interest_store.read_profiles(folder), expected)
    summary = interest_store.read_summary(folder)
    assert (summary.n_users, summary.n_profiled, summary.n_rows) == (4, (4, 4), len(expected))
    assert interest_store.request_interests(mined, EVERY) == folder
    other = InterestConfig(half_life_events=None)
    assert interest_store.interest_folder(mined, other) != folder


def test_one_user_and_the_heaviest_of_all_are_read(
    workspace: Workspace, log: BehaviourLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = weigh_here(workspace, log, monkeypatch, MINED)
    rows = interest_store.read_profiles(folder)
    same(
        interest_store.read_profiles(folder, users=(2, 3)),
        rows.take(np.flatnonzero(rows.user_rows == 2)),
    )
    top = interest_store.read_profiles(folder, most=1)
    assert list(zip(top.user_rows.tolist(), top.kinds.tolist(), strict=True)) == [
        (user, kind) for user in range(4) for kind in (0, 1)
    ]
    for user in range(4):
        own = rows.weights[(rows.user_rows == user) & (rows.kinds == Kind.PATTERN)]
        assert top.weights[top.user_rows == user][0] == own.max()
        assert own.sum() == pytest.approx(1)


def test_labels_tell_who_and_how_often(
    workspace: Workspace, log: BehaviourLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = weigh_here(workspace, log, monkeypatch, MINED)
    stored = interest_store.read_labels(folder)
    patterns = store.read_patterns(store.mining_folder(workspace, log, MINED))
    assert list(stored[Kind.PATTERN].lists) == list(patterns.items)
    assert stored[Kind.PATTERN].counts.n_users.tolist() == patterns.counts.tolist()
    # Of 14 events 10 are a or b, 3 are c; d has no category.
    assert list(stored[Kind.CATEGORY].lists) == [(1,), (2,)]
    assert stored[Kind.CATEGORY].counts.n_times.tolist() == [10, 3]
    assert stored[Kind.CATEGORY].counts.n_users.tolist() == [4, 3]


def test_features_are_the_weights_in_their_places(
    workspace: Workspace, log: BehaviourLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = weigh_here(workspace, log, monkeypatch, MINED)
    rows, labels = interest_store.read_profiles(folder), interest_store.read_labels(folder)
    n_labels = len(labels[Kind.PATTERN].lists), len(labels[Kind.CATEGORY].lists)
    matrix = interest_matrix(rows, 4, n_labels)
    assert matrix.shape == (4, sum(n_labels))
    assert matrix.dtype == np.float32
    assert matrix.nnz == len(rows)
    for place in range(len(rows)):
        column = rows.labels[place] + n_labels[0] * rows.kinds[place]
        assert matrix[rows.user_rows[place], column] == pytest.approx(rows.weights[place])
    alone = interest_matrix(rows, 4, (n_labels[0], 0)).toarray()
    np.testing.assert_array_equal(alone, matrix.toarray()[:, : n_labels[0]])
    np.testing.assert_allclose(alone.sum(axis=1), 1, rtol=1e-6)


@pytest.mark.parametrize("mined", [NgramConfig(2), ItemsetConfig(1)])
def test_windows_and_itemsets_make_interests_too(
    workspace: Workspace,
    log: BehaviourLog,
    monkeypatch: pytest.MonkeyPatch,
    mined: CountedConfig,
) -> None:
    folder = weigh_here(workspace, log, monkeypatch, mined)
    assert interest_store.read_summary(folder).n_profiled == (4, 4)


def test_other_results_are_refused(
    workspace: Workspace, log: BehaviourLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (store, interest_store):
        monkeypatch.setattr(module, "start_job", lambda _folder, _module: True)
    mined = store.request_mining(workspace, log, SequentialRuleConfig(1))
    folder = interest_store.request_interests(mined, EVERY)
    with pytest.raises(ConfigError, match="interests are made of patterns, windows or itemsets"):
        interest_worker.weigh(JobReporter(folder))


def test_a_log_without_categories_has_patterns_alone(
    workspace: Workspace, store_csv: StoreCsv, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = store_csv(csv_of(["ab", "ab", "c"]))
    folder = weigh_here(workspace, log, monkeypatch, PatternConfig(2, 2))
    assert list(interest_store.read_labels(folder)) == [Kind.PATTERN]
    assert interest_store.read_profiles(folder).user_rows.tolist() == [0, 1]
    assert interest_store.read_summary(folder).n_profiled == (2, 0)


def test_nothing_mined_gives_categories_alone(
    workspace: Workspace, log: BehaviourLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = weigh_here(workspace, log, monkeypatch, PatternConfig(4, min_length=4))
    assert interest_store.read_summary(folder).n_profiled == (0, 4)
    assert list(interest_store.read_labels(folder)) == [Kind.CATEGORY]


def test_a_cancelled_job_leaves_nothing_and_starts_afresh(
    workspace: Workspace, log: BehaviourLog
) -> None:
    mined = store.request_mining(workspace, log, MINED)
    wait_for(mined)
    folder = interest_store.request_interests(mined, EVERY)
    cancel_job(folder)
    state = read_job(folder)
    assert state is not None
    if state.status is JobStatus.STOPPED:  # The worker may have been quicker.
        assert not (folder / "result.json").exists()
    assert interest_store.request_interests(mined, EVERY) == folder
    assert wait_for(folder).status is JobStatus.FINISHED


def test_a_worker_killed_while_it_writes_leaves_no_profiles(
    workspace: Workspace, log: BehaviourLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = weigh_here(workspace, log, monkeypatch, MINED)
    for name in ("result.json", interest_store.PROFILES_FILE):
        (folder / name).unlink()
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from seqrec.mining import interest_store\n"
        "def blocks():\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "    yield\n"
        "interest_store.write_profiles(Path(sys.argv[1]), blocks())\n"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(folder)], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert list(folder.glob(".making-*"))
    with pytest.raises(NotStoredError, match="mine it again"):
        interest_store.read_profiles(folder)
    interest_worker.weigh(JobReporter(folder))
    assert interest_store.read_summary(folder).n_profiled == (4, 4)


def test_the_dashboard_side_loads_no_compiler() -> None:
    code = (
        "import sys, seqrec.mining.interest_store; "
        "sys.exit('numba' in sys.modules or 'torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
