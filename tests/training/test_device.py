import os
import platform
from pathlib import Path

import pytest

from seqrec.training import device
from seqrec.training.device import expected_device


@pytest.fixture(autouse=True)
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device.shutil, "which", lambda _name: None)
    monkeypatch.setattr(Path, "exists", lambda _path: False)
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(os, "cpu_count", lambda: 6)


def test_without_a_gpu_the_cores_are_counted():
    assert expected_device() == "No GPU is found: training takes the CPU (6 cores)."


def test_an_nvidia_driver_is_a_chance_not_a_promise(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(device.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert expected_device().endswith("training takes its GPU if PyTorch can use it.")


def test_only_an_arm_mac_takes_its_gpu(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    assert "CPU" in expected_device()
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    assert expected_device() == "Training takes this Mac's GPU (MPS)."
