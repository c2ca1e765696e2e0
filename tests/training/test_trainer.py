"""Real runs of a tiny model in this process."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from seqrec.errors import ConfigError
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.jobs.state import request_stop
from seqrec.log.sequences import SequenceDatabase
from seqrec.models.item_transformer import ItemTransformer, TransformerScorer
from seqrec.models.popularity import fit_popularity
from seqrec.training.batches import WindowBatches
from seqrec.training.monitor import BEST_FILE, Task
from seqrec.training.objectives import Objective
from seqrec.training.run import CHECKPOINTS_FOLDER, StepMetrics, read_metrics
from seqrec.training.trainer import train
from seqrec.training.validation import sample_users, validate
from tests.training.conftest import TINY, Killed, KillingReporter, make_task, ring
from tests.training.test_checkpoints import flip_a_bit


def timeless(metrics: list[StepMetrics]) -> list[StepMetrics]:
    """Metrics without what differs from run to run: seconds, speed, memory."""
    return [replace(line, elapsed_s=0.0, events_per_s=None, memory_mib=None) for line in metrics]


def assert_same_weights(first: ItemTransformer, second: ItemTransformer) -> None:
    for name, weight in first.state_dict().items():
        assert torch.equal(weight, second.state_dict()[name]), name


def kill_at(task: Task, step: int) -> None:
    with pytest.raises(Killed):
        train(replace(task, reporter=KillingReporter(task.folder, step)))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ItemTransformer]:
    """A run that nobody disturbed: its folder and its model."""
    folder = tmp_path_factory.mktemp("whole")
    split = leave_last_out(SequenceDatabase.from_histories(ring()))
    return folder, train(make_task(folder, split))


def test_loss_falls_and_the_planted_order_is_learned(
    whole: tuple[Path, ItemTransformer], split: Split
):
    folder, model = whole
    metrics = read_metrics(folder)
    losses = [line.loss for line in metrics if line.loss is not None]
    assert losses[-1] < losses[0] / 2
    users = sample_users(split, 0)
    learned = validate(split, TransformerScorer(model), users, exclude_seen=False)
    popular = validate(split, fit_popularity(split), users, exclude_seen=False)
    assert learned.ndcg > 0.9 > popular.ndcg + 0.3
    assert learned.ndcg == pytest.approx(max(line.ndcg for line in metrics if line.ndcg))


def test_every_step_has_its_line_and_every_epoch_its_validation(
    whole: tuple[Path, ItemTransformer], split: Split
):
    metrics = read_metrics(whole[0])
    per_epoch = WindowBatches(split, TINY).steps_per_epoch
    steps = [line.step for line in metrics if line.loss is not None]
    assert steps == list(range(1, TINY.epochs * per_epoch + 1))
    validated = [line.epoch for line in metrics if line.ndcg is not None]
    assert validated == [1.0, 2.0, 3.0, 4.0]
    assert all(line.learning_rate is not None for line in metrics if line.loss is not None)
    assert all((line.memory_mib or 0) > 50 for line in metrics if line.loss is not None)
    assert [line.elapsed_s for line in metrics] == sorted(line.elapsed_s for line in metrics)


def test_two_checkpoints_are_kept(whole: tuple[Path, ItemTransformer]):
    assert len(list((whole[0] / CHECKPOINTS_FOLDER).glob("checkpoint-*"))) == 2


@pytest.mark.parametrize("step", [3, 7])
def test_a_killed_run_resumes_to_the_same_bits(
    whole: tuple[Path, ItemTransformer], split: Split, tmp_path: Path, step: int
):
    task = make_task(tmp_path / "run", split)
    kill_at(task, step)
    assert len(read_metrics(task.folder)) > 0
    model = train(task)
    assert_same_weights(model, whole[1])
    assert timeless(read_metrics(task.folder)) == timeless(read_metrics(whole[0]))


def test_a_flipped_bit_sends_resume_to_the_checkpoint_before(
    whole: tuple[Path, ItemTransformer],
    split: Split,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
):
    task = make_task(tmp_path / "run", split)
    kill_at(task, 7)
    checkpoints = sorted((task.folder / CHECKPOINTS_FOLDER).glob("checkpoint-*"))
    assert len(checkpoints) == 2
    newest = max(checkpoints, key=lambda path: int(path.name.split("-")[1]))
    flip_a_bit(newest)
    model = train(task)
    assert f"skipped {newest.name}" in caplog.text
    assert_same_weights(model, whole[1])
    assert timeless(read_metrics(task.folder)) == timeless(read_metrics(whole[0]))


def test_a_run_killed_after_its_last_step_is_not_trained_again(
    whole: tuple[Path, ItemTransformer], split: Split, tmp_path: Path
):
    shutil.copytree(whole[0], tmp_path / "run")
    model = train(make_task(tmp_path / "run", split))
    assert_same_weights(model, whole[1])
    assert read_metrics(tmp_path / "run") == read_metrics(whole[0])


def test_stop_ends_after_the_step_with_a_validated_model(split: Split, tmp_path: Path):
    task = make_task(tmp_path / "run", split)
    request_stop(task.folder)
    model = train(task)
    metrics = read_metrics(task.folder)
    assert {line.step for line in metrics} == {1}
    assert [line.ndcg is not None for line in metrics].count(True) == 1
    assert np.isfinite(TransformerScorer(model).score([np.array([1], dtype=np.int32)])[:, 1:]).all()
    assert (task.folder / BEST_FILE).is_file()


def test_training_ends_when_validation_no_longer_gets_better(split: Split, tmp_path: Path):
    # With a rate too small to change any rank, the first validation stays the best.
    task = make_task(tmp_path / "run", split, epochs=50, patience=2, learning_rate=1e-8)
    train(task)
    validations = [line for line in read_metrics(task.folder) if line.ndcg is not None]
    assert [line.epoch for line in validations] == [1.0, 2.0, 3.0]


def test_a_run_killed_after_its_early_end_is_not_trained_again(split: Split, tmp_path: Path):
    task = make_task(tmp_path / "run", split, epochs=50, patience=2, learning_rate=1e-8)
    first = train(task)
    metrics = read_metrics(task.folder)
    assert_same_weights(train(task), first)
    assert read_metrics(task.folder) == metrics


def test_a_loss_that_is_no_number_ends_the_run_and_says_why(
    split: Split, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    task = make_task(tmp_path / "run", split, learning_rate=1.0, warmup_share=0.0)

    def poison(_: Objective, items: torch.Tensor, targets: torch.Tensor) -> dict[str, object]:
        assert items.shape == targets.shape
        return {"loss": torch.tensor(float("nan"), requires_grad=True)}

    monkeypatch.setattr(Objective, "forward", poison)
    with pytest.raises(ConfigError) as refusal:
        train(task)
    assert "the loss is not a number at step 1" in str(refusal.value)
    assert "learning rate 1 is probably too high" in str(refusal.value)
    assert read_metrics(task.folder) == []


def test_held_out_events_change_no_trained_weight(split: Split, tmp_path: Path):
    histories = [split.database.history(row).tolist() for row in range(split.database.n_users)]
    generator = np.random.default_rng(0)
    items = generator.permutation([item for history in histories for item in history[-2:]])
    pairs = items.reshape(-1, 2).tolist()
    permuted = [[*history[:-2], *pair] for history, pair in zip(histories, pairs, strict=True)]
    other = leave_last_out(SequenceDatabase.from_histories(permuted))
    weights = []
    for name, of in (("one", split), ("other", other)):
        task = make_task(tmp_path / name, of, epochs=1)
        train(task)
        newest = max((task.folder / CHECKPOINTS_FOLDER).glob("*"), key=lambda p: len(p.name))
        weights.append((newest / "model.safetensors").read_bytes())
    assert weights[0] == weights[1]


def test_many_users_are_validated_on_a_sample():
    split = leave_last_out(SequenceDatabase.from_histories([[1, 2, 3]] * 2500))
    users = sample_users(split, 4)
    assert len(users) == len(set(users.tolist())) == 2000
    assert users.tolist() == sample_users(split, 4).tolist()
    assert users.tolist() != sample_users(split, 5).tolist()
