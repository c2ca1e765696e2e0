"""All that listens to a run hears the same metrics."""

import json
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from wandb.proto import wandb_internal_pb2

from seqrec.errors import ConfigError
from seqrec.settings import WandbMode, read_settings
from seqrec.training import tracking
from seqrec.training.config import with_choices
from seqrec.training.run import TENSORBOARD_FOLDER, StepMetrics, read_metrics
from seqrec.training.tracking import Tracker
from tests.training.conftest import TINY

OFFLINE = with_choices(TINY, {"wandb": "offline"})
TRAINED = StepMetrics(3, 0.5, 1.0, loss=2.5, learning_rate=0.01, grad_norm=4.0)
VALIDATED = StepMetrics(4, 1.0, 2.0, validation_loss=1.5, ndcg=0.25, hit_rate=0.5)


def scalars(folder: Path) -> dict[str, list[tuple[int, float]]]:
    events = EventAccumulator(str(folder / TENSORBOARD_FOLDER)).Reload()
    return {
        tag: [(event.step, event.value) for event in events.Scalars(tag)]
        for tag in events.Tags()["scalars"]
    }


def offline_scalars(folder: Path) -> dict[str, list[tuple[int, float]]]:
    """What Weights & Biases keeps to be synchronised later."""
    (path,) = folder.glob("wandb/offline-run-*/*.wandb")
    found: dict[str, list[tuple[int, float]]] = {}
    for data in leveldb_records(path.read_bytes()):
        record = wandb_internal_pb2.Record.FromString(data)
        values = {
            item.key or ".".join(item.nested_key): json.loads(item.value_json)
            for item in record.history.item
        }
        for name, value in values.items():
            if not name.startswith("_"):
                found.setdefault(name, []).append((values["_step"], value))
    return found


def wait_for_scalars(folder: Path) -> dict[str, list[tuple[int, float]]]:
    """The same, once its writer, a process of its own, has put them on the disk."""
    deadline = time.monotonic() + 20.0
    while not (found := offline_scalars(folder)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def leveldb_records(data: bytes) -> Iterator[bytes]:
    """Records of a log in LevelDB's format behind a header of seven bytes."""
    place, parts, block = 7, b"", 32_768
    while place + 7 <= len(data):
        if block - place % block < 7:
            place += block - place % block
            continue
        _, length, kind = struct.unpack_from("<IHB", data, place)
        parts += data[place + 7 : place + 7 + length]
        place += 7 + length
        if kind in {1, 4}:  # whole, or the last part
            yield parts
            parts = b""


def test_tensorboard_has_what_the_file_has(tmp_path: Path):
    tracker = Tracker(tmp_path, TINY, 0)
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
    first = Tracker(tmp_path, TINY, 0)
    first.record(TRAINED)
    first.record(VALIDATED)
    first.close()
    again = Tracker(tmp_path, TINY, 3)
    again.record(VALIDATED)
    again.close()
    assert scalars(tmp_path)["validation/ndcg_at_10"] == [(4, 0.25)]


def test_weights_and_biases_that_are_not_installed_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(tracking.importlib, "import_module", missing)
    with pytest.raises(ConfigError, match=r"switched to 'offline' but not installed; install requ"):
        Tracker(tmp_path, OFFLINE, 0)


def test_an_offline_run_writes_what_the_event_file_has(tmp_path: Path):
    tracker = Tracker(tmp_path, OFFLINE, 0)
    tracker.record(TRAINED)
    tracker.record(VALIDATED)
    tracker.close()
    told = wait_for_scalars(tmp_path)
    assert told.pop("epoch") == [(3, 0.5), (4, 1.0)]
    kept = scalars(tmp_path)
    assert told.keys() == kept.keys()
    for name, values in kept.items():
        # An event file has single precision.
        np.testing.assert_allclose(told[name], values, rtol=1e-6)


def test_online_without_a_key_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("WANDB_CONFIG_DIR", str(tmp_path))
    monkeypatch.delenv("WANDB_API_KEY", raising=False)
    with pytest.raises(ConfigError, match=r"cannot be told \(No API key.*set WANDB_API_KEY"):
        Tracker(tmp_path, with_choices(TINY, {"wandb": "online"}), 0)


def test_the_setting_is_checked(monkeypatch: pytest.MonkeyPatch):
    assert read_settings().wandb is WandbMode.OFF
    monkeypatch.setenv("SEQREC_WANDB", "loud")
    with pytest.raises(ConfigError, match="SEQREC_WANDB is 'loud'; choose one of off, offline"):
        read_settings()
