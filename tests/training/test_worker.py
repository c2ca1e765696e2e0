"""Real runs in real worker processes; they are few and shared, since each loads torch."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from safetensors.numpy import load_file

from seqrec.evaluation.split import leave_last_out
from seqrec.jobs.launcher import cancel_job
from seqrec.jobs.state import (
    PID_FILE,
    JobState,
    JobStatus,
    read_job,
    read_log_tail,
    worker_alive,
)
from seqrec.log.behaviour_log import BehaviourLog, load_catalogue, load_sequences
from seqrec.log.columns import ColumnMapping, TimeFormat
from seqrec.recommend.engine import Wish, recommend
from seqrec.recommend.lists import FULL, HELD_OUT, read_lists, read_target
from seqrec.scoring.load import load_engine
from seqrec.training.config import TrainConfig
from seqrec.training.monitor import BEST_FILE
from seqrec.training.run import (
    BUNDLE_FOLDER,
    CHECKPOINTS_FOLDER,
    Run,
    StepMetrics,
    create_run,
    load_run,
    read_baselines,
    read_evaluation,
    read_metrics,
    start_run,
    stop_run,
)
from seqrec.workspace import Workspace, open_workspace, read_json
from tests.stored import store_bytes
from tests.training.conftest import N_ITEMS, TINY, csv_of, ring

pytestmark = pytest.mark.slow

# Long enough to be caught in the middle: some seconds of steps.
LONG = replace(TINY, epochs=40)
N_USERS = 40
WAIT_S = 90.0


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """One workspace for all runs here: its runs are shared, so they go one after the other."""
    return open_workspace(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def log(workspace: Workspace) -> BehaviourLog:
    return store_log(workspace, csv_of(ring(N_USERS)), "ring")


@pytest.fixture(scope="module")
def whole(workspace: Workspace, log: BehaviourLog) -> Run:
    """A run of many epochs that nobody disturbed."""
    return finish(workspace, begin(workspace, log, LONG))


@pytest.fixture(scope="module")
def killed(workspace: Workspace, log: BehaviourLog, whole: Run) -> tuple[Run, JobState, int]:
    """The same run, killed in the middle and resumed: the run, its state between, the lines."""
    assert whole.has_results
    run = begin(workspace, log, LONG)
    wait_until(lambda: len(sealed(run)) > 0 and len(read_metrics(run.folder)) > 20)
    os.kill(int((run.folder / PID_FILE).read_text()), signal.SIGKILL)
    wait_until(lambda: not worker_alive(run.folder))
    state = read_job(run.folder)
    assert state is not None
    n_before = len(read_metrics(run.folder))
    start_run(run)
    return finish(workspace, run), state, n_before


def store_log(workspace: Workspace, text: str, name: str) -> BehaviourLog:
    mapping = ColumnMapping(user="user", item="item", time="time", time_format=TimeFormat.EPOCH_S)
    return store_bytes(workspace, text.encode(), mapping, name)


def begin(workspace: Workspace, log: BehaviourLog, config: TrainConfig) -> Run:
    run = create_run(workspace, log, config)
    start_run(run)
    return run


def finish(workspace: Workspace, run: Run) -> Run:
    """The run after its worker has ended by itself, whatever it ended as."""
    try:
        wait_until(lambda: not worker_alive(run.folder))
    finally:
        cancel_job(run.folder)
    return load_run(workspace, run.run_id)


def wait_until(claim: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not claim():
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.01)


def sealed(run: Run) -> list[Path]:
    return list((run.folder / CHECKPOINTS_FOLDER).glob("checkpoint-*/manifest.json"))


def status(run: Run) -> JobStatus | None:
    state = run.state()
    return state.status if state else None


def timeless(metrics: list[StepMetrics]) -> list[StepMetrics]:
    """Metrics without what differs from run to run: seconds, speed, memory."""
    return [replace(line, elapsed_s=0.0, events_per_s=None, memory_mib=None) for line in metrics]


def test_a_finished_run_has_learned_the_planted_order(whole: Run):
    assert status(whole) is JobStatus.FINISHED, read_log_tail(whole.folder)
    losses = [line.loss for line in read_metrics(whole.folder) if line.loss is not None]
    assert losses[-1] < losses[0] / 2
    models = read_evaluation(whole)["models"]
    assert models["Transformer"]["ndcg"] > 0.95
    assert models["Markov"]["ndcg"] > 0.95
    assert models["Popularity"]["ndcg"] < 0.6
    assert read_baselines(whole.folder)["Popularity"] < 0.6


def test_the_stored_models_give_the_lists_of_the_run(whole: Run, log: BehaviourLog):
    database = load_sequences(log)
    engine = load_engine(whole.folder / BUNDLE_FOLDER, leave_last_out(database))
    assert set(engine.names) == set(read_evaluation(whole)["models"])
    histories = [database.history(row) for row in range(database.n_users)]
    for name in engine.names:
        found = recommend(engine, histories, Wish(name, 3))
        for row in range(database.n_users):
            lists = read_lists(whole.folder, row, FULL)
            stored = lists[(lists["model"] == name) & (lists["rank"] <= 3)]
            np.testing.assert_allclose(found[row].scores, stored["score"], rtol=1e-4, atol=1e-6)


def test_an_early_end_saves_most_of_the_epochs(workspace: Workspace, log: BehaviourLog):
    config = replace(TINY, epochs=300, patience=2, exclude_seen=True)
    run = finish(workspace, begin(workspace, log, config))
    assert status(run) is JobStatus.FINISHED, read_log_tail(run.folder)
    assert read_metrics(run.folder)[-1].epoch < 100
    for row in range(N_USERS):
        lists = read_lists(run.folder, row, FULL)
        seen = set(load_sequences(log).history(row).tolist())
        assert not lists["seen"].any()
        for _, own in lists.groupby("model"):
            assert sorted(own["item"]) == sorted(set(range(1, N_ITEMS + 1)) - seen)


def test_ranks_and_lists_of_a_run_agree(whole: Run, log: BehaviourLog):
    database = load_sequences(log)
    for row in range(N_USERS):
        target = read_target(whole.folder, row)
        assert target is not None
        assert target.item == database.history(row)[-1]
        lists = read_lists(whole.folder, row, HELD_OUT)
        for model, own in lists.groupby("model"):
            scores = own.set_index("item")["score"]
            # Every item is in a list of twenty; ties count against the target.
            assert len(own) == N_ITEMS
            assert target.ranks[str(model)] == int((scores >= scores[target.item]).sum())


def test_a_bundle_is_the_best_model_and_its_items(whole: Run, log: BehaviourLog):
    bundle = whole.folder / "bundle"
    best, shipped = load_file(whole.folder / BEST_FILE), load_file(bundle / "model.safetensors")
    assert best.keys() == shipped.keys()
    assert all((best[name] == shipped[name]).all() for name in best)
    described = read_json(bundle / "config.json")
    assert described["log_fingerprint"] == log.fingerprint
    assert described["n_items"] == N_ITEMS == len(load_catalogue(log).titles) - 1
    assert not (whole.folder / CHECKPOINTS_FOLDER).exists()


def test_a_killed_worker_is_a_failed_run(killed: tuple[Run, JobState, int]):
    _, state, n_before = killed
    assert state.status is JobStatus.FAILED
    assert "killed, or out of memory" in (state.error or "")
    assert n_before > 20


def test_a_killed_run_resumes_to_the_bits_of_the_whole_one(
    whole: Run, killed: tuple[Run, JobState, int]
):
    run = killed[0]
    assert status(run) is JobStatus.FINISHED, read_log_tail(run.folder)
    metrics = read_metrics(run.folder)
    assert timeless(metrics) == timeless(read_metrics(whole.folder))
    steps = [line.step for line in metrics if line.loss is not None]
    assert steps == list(range(1, steps[-1] + 1))
    assert (run.folder / BEST_FILE).read_bytes() == (whole.folder / BEST_FILE).read_bytes()
    one, other = (pd.read_parquet(of.folder / "lists.parquet") for of in (run, whole))
    pd.testing.assert_frame_equal(one, other)


def test_a_stopped_run_has_results_of_what_it_learned(workspace: Workspace, log: BehaviourLog):
    run = begin(workspace, log, replace(LONG, epochs=1000))
    wait_until(lambda: len(read_metrics(run.folder)) > 0)
    stop_run(run)
    run = finish(workspace, run)
    assert status(run) is JobStatus.STOPPED, read_log_tail(run.folder)
    assert read_metrics(run.folder)[-1].epoch < 1000
    assert read_evaluation(run)["n_users"] == N_USERS
    assert not read_lists(run.folder, 0, FULL).empty
