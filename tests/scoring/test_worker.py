"""One real scoring process, asked as the dashboard asks it; it loads torch, so there is one."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np
import psutil
import pytest
import torch

from seqrec.errors import ConfigError, WorkspaceError
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.log.behaviour_log import load_log, load_sequences
from seqrec.models.hybrid import Blend, BlendKind
from seqrec.models.popularity import fit_popularity
from seqrec.recommend.engine import Engine, Wish, recommend
from seqrec.recommend.explain import explain_items
from seqrec.recommend.list_rules import ListRules
from seqrec.recommend.scorer import Scorer, ScorerPool
from seqrec.scoring.load import load_engine
from seqrec.scoring.worker import read_line
from seqrec.training.companions import Companions, write_companions
from seqrec.training.config import TrainConfig
from seqrec.training.run import BUNDLE_FOLDER, Run, create_run
from seqrec.training.trainer import build_model
from seqrec.training.worker import write_bundle
from seqrec.workspace import Workspace, open_workspace
from tests.stored import store_bytes
from tests.training.conftest import TINY, csv_of, ring

pytestmark = pytest.mark.slow

PLAIN = Wish("Transformer", 5)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return open_workspace(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def run(workspace: Workspace) -> Run:
    """A run whose model has its start only: what it answers is to be the same, not good."""
    log = store_bytes(workspace, csv_of(ring()).encode())
    run = create_run(workspace, log, TrainConfig(epochs=1))
    split = leave_last_out(load_sequences(log))
    torch.manual_seed(3)
    write_bundle(run.folder / BUNDLE_FOLDER, build_model(split, TINY), log)
    blend = Blend(BlendKind.SCORES, ("Transformer", "Popularity"), (), ((1.0, 0.5),))
    companions = Companions({"Popularity": fit_popularity(split)}, blend, exclude_seen=False)
    write_companions(run.folder / BUNDLE_FOLDER, companions)
    return run


@pytest.fixture(scope="module")
def split(workspace: Workspace, run: Run) -> Split:
    return leave_last_out(load_sequences(load_log(workspace, run.log_id)))


@pytest.fixture(scope="module")
def engine(run: Run, split: Split) -> Engine:
    return load_engine(run.folder / BUNDLE_FOLDER, split)


@pytest.fixture(scope="module")
def pool() -> Iterator[ScorerPool]:
    pool = ScorerPool()
    yield pool
    pool.close()


@pytest.fixture
def scorer(pool: ScorerPool, workspace: Workspace, run: Run) -> Scorer:
    return pool.scorer(workspace, run)


def history(*items: int) -> np.ndarray:
    return np.array(items, dtype=np.int32)


@pytest.mark.parametrize(
    "wish",
    [PLAIN, Wish("Hybrid", 3, hide_seen=True), Wish("Popularity", 4, rules=ListRules({1}))],
    ids=lambda wish: wish.model,
)
def test_the_process_gives_the_lists_of_the_engine(scorer: Scorer, engine: Engine, wish: Wish):
    asked = [history(1, 2, 3), history(), history(12)]
    for found, expected in zip(
        scorer.list(asked, wish), recommend(engine, asked, wish), strict=True
    ):
        assert found.items.tolist() == expected.items.tolist()
        np.testing.assert_allclose(found.scores, expected.scores, rtol=1e-5)
        assert found.seen.tolist() == expected.seen.tolist()


def test_reasons_are_those_of_removing_each_event(scorer: Scorer, engine: Engine):
    asked, items = history(1, 2, 3, 4), history(5, 6)
    found = scorer.explain(PLAIN, asked, items)
    expected = explain_items(engine.models["Transformer"], asked, items)
    np.testing.assert_allclose(found.drops, expected.drops, atol=1e-5)
    assert found.positions.tolist() == [0, 1, 2, 3]
    assert scorer.explain(PLAIN, history(), items).drops.shape == (2, 0)


def test_costs_are_measured_on_validation_users(scorer: Scorer):
    blocked = Wish("Transformer", rules=ListRules(frozenset(range(1, 13))))
    costs, n_users = scorer.measure(PLAIN, {"plain": PLAIN, "all blocked": blocked})
    assert n_users == 40
    assert costs["plain"].difference.ratio == 0.0
    assert costs["all blocked"].ndcg == 0.0
    assert costs["all blocked"].n_shorter == 40


def test_what_cannot_be_answered_is_told_and_the_process_lives(scorer: Scorer):
    pid = scorer.pid
    with pytest.raises(ConfigError, match="item number 99; the models know 1 to 12"):
        scorer.list([history(99)], PLAIN)
    with pytest.raises(ConfigError, match="no model 'GPT'"):
        scorer.list([history(1)], Wish("GPT"))
    with pytest.raises(ConfigError, match=r"unexpected error [0-9a-f]{8} \(KeyError\)"):
        scorer._ask("weather", {})
    assert scorer.list([history(1)], PLAIN)
    assert scorer.pid == pid


def test_a_killed_process_is_replaced(scorer: Scorer):
    pid = scorer.pid
    os.kill(pid, signal.SIGKILL)
    assert scorer.list([history(1)], PLAIN)
    assert scorer.pid != pid


def test_a_pool_has_one_process_a_run(pool: ScorerPool, workspace: Workspace, run: Run):
    assert pool.scorer(workspace, run) is pool.scorer(workspace, run)


def test_a_run_without_a_model_is_told(pool: ScorerPool, workspace: Workspace, run: Run):
    other = create_run(workspace, load_log(workspace, run.log_id), TrainConfig(epochs=1))
    with pytest.raises(ConfigError, match="has left no model that could be asked"):
        pool.scorer(workspace, other)


def test_a_model_that_cannot_be_loaded_is_told(workspace: Workspace, run: Run):
    weights = run.folder / BUNDLE_FOLDER / "model.safetensors"
    kept = weights.read_bytes()
    weights.write_bytes(kept[:100])
    scorer = Scorer(workspace.home, run)
    try:
        with pytest.raises((ConfigError, WorkspaceError), match="cannot be loaded"):
            scorer.list([history(1)], PLAIN)
    finally:
        weights.write_bytes(kept)
        scorer.close()


def test_the_process_ends_with_the_one_who_asks(workspace: Workspace, run: Run):
    code = (
        "import sys, time\nfrom pathlib import Path\n"
        "from seqrec.recommend.scorer import Scorer\n"
        "from seqrec.training.run import load_run\nfrom seqrec.workspace import Workspace\n"
        "home = Path(sys.argv[1])\n"
        "scorer = Scorer(home, load_run(Workspace(home), sys.argv[2]))\n"
        "print(scorer.pid, flush=True)\ntime.sleep(60)\n"
    )
    asker = subprocess.Popen(
        [sys.executable, "-c", code, str(workspace.home), run.run_id], stdout=subprocess.PIPE
    )
    assert asker.stdout is not None
    pid = int(asker.stdout.readline())
    asker.kill()
    asker.wait()
    asker.stdout.close()
    deadline = time.monotonic() + 60
    while psutil.pid_exists(pid):
        assert time.monotonic() < deadline, "the process outlives the one who asked"
        time.sleep(0.1)


def test_lines_are_read_one_by_one_and_the_end_is_seen(monkeypatch: pytest.MonkeyPatch):
    source, sink = os.pipe()
    os.write(sink, b"one\ntwo\nthr")
    rest = bytearray()
    assert [read_line(source, rest), read_line(source, rest)] == [b"one", b"two"]
    monkeypatch.setattr("seqrec.scoring.worker.IDLE_S", 0.01)
    assert read_line(source, rest) is None  # nobody asks for long
    os.close(sink)
    assert read_line(source, rest) is None
    os.close(source)
