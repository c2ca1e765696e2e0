"""All that listens to a run hears the same metrics."""

import importlib.util
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from seqrec.errors import ConfigError
from seqrec.settings import WandbMode, read_settings
from seqrec.training import tracking
from seqrec.training.run import TENSORBOARD_FOLDER, StepMetrics, read_metrics
from seqrec.training.tracking import Tracker
from tests.training.conftest import TINY

TRAINED = StepMetrics(3, 0.5, 1.0, loss=2.5, learning_rate=0.01, grad_norm=4.0)
VALIDATED = StepMetrics(4, 1.0, 2.0, validation_loss=1.5, ndcg=0.25, hit_rate=0.5)


def scalars(folder: Path) -> dict[str, list[tuple[int, float]]]:
    events = EventAccumulator(str(folder / TENSORBOARD_FOLDER)).Reload()
    return {
        tag: [(event.step, event.value) for event in events.Scalars(tag)]
        for tag in events.Tags()["scalars"]
    }


def test_tensorboard_has_what_the_file_has(tmp_path: Path):
    tracker = Tracker(tmp_path, TINY, 0, WandbMode.OFF)
    tracker.record(TRAINED)
    tracker.record(VALIDATED)
    tracker.close()
    assert read_metrics(tmp_path) == [TRAINED, VALIDATED]
    found = scalars(tmp_path)
    assert found["train/loss"] == [(3, 2.5)]
    assert found["train/grad_norm"] == [(3, 4.0)]
    assert found["validation/ndcg_at_10"] == [(4, 0.25)]
    assert found["validation/hit_rate_at_10"] == [(4, 0.5)]


def test_a_resumed_run_takes_back_what_it_does_again(tmp_path: Path):
    first = Tracker(tmp_path, TINY, 0, WandbMode.OFF)
    first.record(TRAINED)
    first.record(VALIDATED)
    first.close()
    again = Tracker(tmp_path, TINY, 3, WandbMode.OFF)
    again.record(VALIDATED)
    again.close()
    assert scalars(tmp_path)["validation/ndcg_at_10"] == [(4, 0.25)]


def test_weights_and_biases_that_are_not_installed_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(tracking.importlib, "import_module", missing)
    with pytest.raises(ConfigError, match="SEQREC_WANDB is 'offline' but Weights & Biases is not"):
        Tracker(tmp_path, TINY, 0, WandbMode.OFFLINE)


@pytest.mark.skipif(importlib.util.find_spec("wandb") is None, reason="wandb is optional")
def test_offline_weights_and_biases_leave_a_run_on_this_machine(tmp_path: Path):
    tracker = Tracker(tmp_path, TINY, 0, WandbMode.OFFLINE)
    tracker.record(TRAINED)
    tracker.close()
    assert list(tmp_path.glob("wandb/offline-run-*/*.wandb"))


def test_the_setting_is_checked(monkeypatch: pytest.MonkeyPatch):
    assert read_settings().wandb is WandbMode.OFF
    monkeypatch.setenv("SEQREC_WANDB", "loud")
    with pytest.raises(ConfigError, match="SEQREC_WANDB is 'loud'; choose one of off, offline"):
        read_settings()
