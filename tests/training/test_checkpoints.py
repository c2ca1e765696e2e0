import logging
from pathlib import Path

import pytest

from seqrec.training.checkpoints import checkpoint_step, find_checkpoint, seal_checkpoint


def make_checkpoint(folder: Path, step: int, *, sealed: bool = True) -> Path:
    path = folder / f"checkpoint-{step}"
    path.mkdir(parents=True)
    for name in ("model.safetensors", "optimizer.pt", "rng_state.pth"):
        (path / name).write_bytes(f"{name} at {step}".encode() * 100)
    if sealed:
        seal_checkpoint(path)
    return path


def flip_a_bit(path: Path) -> None:
    data = bytearray((path / "model.safetensors").read_bytes())
    data[57] ^= 1
    (path / "model.safetensors").write_bytes(data)


def remove_a_file(path: Path) -> None:
    (path / "rng_state.pth").unlink()


def tear_the_manifest(path: Path) -> None:
    manifest = path / "manifest.json"
    manifest.write_bytes(manifest.read_bytes()[:40])


def test_the_newest_by_step_is_found_not_by_name(tmp_path: Path):
    for step in (9, 100, 20):
        make_checkpoint(tmp_path, step)
    found = find_checkpoint(tmp_path)
    assert found == tmp_path / "checkpoint-100"
    assert checkpoint_step(found) == 100


def test_without_checkpoints_there_is_none(tmp_path: Path):
    assert find_checkpoint(tmp_path / "none") is None


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (flip_a_bit, "model.safetensors is damaged"),
        (remove_a_file, "rng_state.pth is missing"),
        (tear_the_manifest, "manifest.json is damaged"),
    ],
)
def test_a_damaged_checkpoint_is_skipped_and_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, harm, reason: str
):
    make_checkpoint(tmp_path, 5)
    harm(make_checkpoint(tmp_path, 10))
    with caplog.at_level(logging.WARNING):
        assert find_checkpoint(tmp_path) == tmp_path / "checkpoint-5"
    assert "skipped checkpoint-10" in caplog.text
    assert reason in caplog.text


def test_an_unsealed_checkpoint_is_not_used(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    make_checkpoint(tmp_path, 10, sealed=False)
    assert find_checkpoint(tmp_path) is None
    assert "skipped checkpoint-10: it was not finished" in caplog.text
