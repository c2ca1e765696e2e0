"""Real runs of a tiny model: each choice has an effect that would vanish if it were a stub."""

import itertools
import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from seqrec.errors import ConfigError, OverLimitError
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.log.sequences import SequenceDatabase
from seqrec.models.item_transformer import ItemTransformer, TransformerScorer
from seqrec.training import trainer as loop
from seqrec.training.batches import WindowBatches
from seqrec.training.config import with_choices
from seqrec.training.faults import is_out_of_memory, not_a_number
from seqrec.training.objectives import Objective
from seqrec.training.run import CHECKPOINTS_FOLDER, read_metrics
from seqrec.training.trainer import train
from seqrec.training.validation import sample_users, validate
from tests.training.conftest import TINY, make_task, ring

ONE_EPOCH = with_choices(TINY, {"epochs": 1})
PLAIN = {"dropout": 0.0, "weight_decay": 0.0}


@pytest.fixture(scope="module")
def split() -> Split:
    return leave_last_out(SequenceDatabase.from_histories(ring()))


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory, split: Split):
    """Trains one epoch with some choices; all weights as one array."""

    def learn(**choices: object) -> np.ndarray:
        task = make_task(tmp_path_factory.mktemp("run"), split, ONE_EPOCH, **PLAIN | choices)
        return as_array(train(task))

    return learn


@pytest.fixture(scope="module")
def plain(weights) -> np.ndarray:
    return weights()


def as_array(model: ItemTransformer) -> np.ndarray:
    return torch.cat([weight.detach().ravel() for weight in model.parameters()]).numpy()


@pytest.mark.parametrize(
    "choices",
    [
        {"dropout": 0.5},
        {"weight_decay": 1.0},
        {"method": "Adam", "weight_decay": 0.5},
        {"method": "SGD"},
        {"schedule": "constant"},
        {"warmup_share": 0.5},
        {"clip": 0.001, "method": "SGD"},
        {"squared": 1.0},
        {"adversarial": 0.5},
        {"contrastive": 1.0, "view": "crop"},
        {"contrastive": 1.0, "view": "mask"},
        {"contrastive": 1.0, "view": "reorder"},
        {"contrastive": 1.0, "view": "substitute"},
        {"full_items": 1, "n_negatives": 3},
        {"seed": 1},
    ],
    ids=str,
)
def test_a_choice_changes_what_is_learned(weights, plain: np.ndarray, choices: dict[str, object]):
    assert abs(weights(**choices) - plain).max() > 1e-4


def test_the_same_choices_learn_the_same(weights, plain: np.ndarray):
    np.testing.assert_array_equal(weights(), plain)


@pytest.mark.parametrize("method", ["AdamW", "SGD"])
def test_decay_leaves_smaller_weights(weights, method: str):
    rate = {"method": method, "learning_rate": 0.05}
    decayed, free = weights(**rate, weight_decay=1.0), weights(**rate)
    assert np.linalg.norm(decayed) < 0.995 * np.linalg.norm(free)


def test_clipped_steps_are_short(weights):
    slow = {"method": "SGD", "learning_rate": 0.1}
    start = weights(**slow, clip=1e-6)
    assert abs(weights(**slow, clip=1e-3) - start).max() < abs(weights(**slow) - start).max() / 10


@pytest.mark.parametrize("architecture", ["GPT-2", "Llama", "BERT"])
def test_every_architecture_learns_the_planted_order(
    split: Split, tmp_path: Path, architecture: str
):
    # A cloze learns slowly: few of its exercises are the one that is asked.
    epochs, enough = (20, 0.5) if architecture == "BERT" else (5, 0.8)
    task = make_task(tmp_path / "run", split, architecture=architecture, epochs=epochs)
    scorer = TransformerScorer(train(task))
    assert validate(split, scorer, sample_users(split, 0), exclude_seen=False).ndcg > enough


def test_minutes_are_those_of_the_clock(split: Split, tmp_path: Path):
    seconds = itertools.count()
    task = make_task(tmp_path / "run", split, epochs=1000, minutes=0.5)
    train(replace(task, clock=lambda: float(next(seconds))))
    metrics = read_metrics(task.folder)
    # The clock is read at least once a step.
    assert 1 <= metrics[-1].step <= 30 <= metrics[-1].elapsed_s


def test_minutes_end_a_run_and_the_rate_falls_with_them(split: Split, tmp_path: Path):
    minutes = 0.1
    task = make_task(tmp_path / "run", split, epochs=1000, minutes=minutes)
    train(task)
    metrics = read_metrics(task.folder)
    rates = [line.learning_rate for line in metrics if line.learning_rate is not None]
    assert 1 < metrics[-1].epoch < 1000
    assert minutes * 60 <= metrics[-1].elapsed_s < minutes * 60 + 30
    assert rates[-1] < max(rates) / 4  # a busy machine may make few steps in two seconds
    assert len([line for line in metrics if line.ndcg is not None]) >= 5


def test_a_batch_that_does_not_fit_is_taken_in_parts(
    split: Split,
    tmp_path: Path,
    plain: np.ndarray,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    forward = Objective.forward

    def fit_few(self: Objective, items: torch.Tensor, targets: torch.Tensor):
        if len(items) > 4:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to ...")
        return forward(self, items, targets)

    monkeypatch.setattr(Objective, "forward", fit_few)
    with caplog.at_level(logging.WARNING):
        task = make_task(tmp_path / "run", split, ONE_EPOCH, **PLAIN)
        halved = as_array(train(task))
    # What the page reads to say so, also when the run has ended.
    parts = [line.n_parts for line in read_metrics(task.folder) if line.loss is not None]
    assert parts[-1] is not None
    assert f"taken in {parts[-1]} parts" in caplog.messages[-1]
    assert "did not fit in memory; it is taken in 2 parts" in caplog.text
    # The same gradients, summed in another order.
    np.testing.assert_allclose(halved, plain, atol=2e-3)


def test_a_history_that_does_not_fit_alone_is_refused(
    split: Split, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def fit_none(_: Objective, items: torch.Tensor, targets: torch.Tensor) -> None:
        assert items.shape == targets.shape
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(Objective, "forward", fit_none)
    with pytest.raises(OverLimitError, match="one history of 8 events does not fit in memory"):
        train(make_task(tmp_path / "run", split))


def test_another_error_is_not_taken_for_memory():
    assert not is_out_of_memory(RuntimeError("shapes do not match"))
    assert is_out_of_memory(MemoryError())


def test_a_loss_that_turns_bad_keeps_the_last_good_checkpoint(
    split: Split, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    n_good = WindowBatches(split, TINY).steps_per_epoch + 1
    forward, steps = Objective.forward, []

    def turn_bad(self: Objective, items: torch.Tensor, targets: torch.Tensor):
        steps.append(1)
        factor = 1.0 if len(steps) <= n_good else float("nan")
        return {"loss": forward(self, items, targets)["loss"] * factor}

    monkeypatch.setattr(Objective, "forward", turn_bad)
    task = make_task(tmp_path / "run", split)
    with pytest.raises(ConfigError, match=f"not a number at step {n_good + 1:,}.*is kept"):
        train(task)
    kept = loop.find_checkpoint(task.folder / CHECKPOINTS_FOLDER)
    assert kept is not None
    assert (task.folder / "best.safetensors").is_file()


@pytest.mark.parametrize(
    ("choices", "cause"),
    [
        ({"learning_rate": 0.5}, "learning rate 0.5 is probably too high"),
        ({"clip": 0.0, "learning_rate": 0.001}, "gradients are not clipped"),
        ({"adversarial": 5.0, "learning_rate": 0.001}, "adversary's step of 5"),
    ],
)
def test_the_likely_cause_of_a_bad_loss_is_named(choices: dict[str, object], cause: str):
    assert cause in str(not_a_number(3, with_choices(TINY, choices), None))


def test_without_validation_users_the_newest_model_is_kept(split: Split, tmp_path: Path):
    nobody = np.zeros(0, dtype=np.int64)
    empty = Split(
        database=split.database,
        protocol=split.protocol,
        train_ends=split.train_ends,
        validation_users=nobody,
        validation_places=nobody,
        test_users=split.test_users,
        test_places=split.test_places,
    )
    task = make_task(tmp_path / "run", empty, patience=2)
    model = train(task)
    assert read_metrics(task.folder)[-1].epoch == TINY.epochs
    learned = validate(split, TransformerScorer(model), sample_users(split, 0), exclude_seen=False)
    assert learned.ndcg > 0.9


def test_an_item_of_the_test_alone_is_ranked_below_what_was_learned(tmp_path: Path):
    histories = ring()
    histories[0][-1] = 13  # seen by nobody else, and held out
    split = leave_last_out(SequenceDatabase.from_histories(histories))
    model = train(make_task(tmp_path / "run", split))
    scores = TransformerScorer(model).score([split.test_history(row) for row in range(20)])
    assert np.isfinite(scores[:, 1:]).all()
    assert (scores[:, 1:13].max(axis=1) > scores[:, 13]).all()
