"""Which device a worker will take, guessed without loading torch."""

import os
import platform
import shutil
from pathlib import Path

from seqrec.translation.texts import tr


def expected_device() -> str:
    """What the training worker will run on, in words; the worker reports what it really took."""
    if _has_nvidia():
        return tr(
            "An NVIDIA driver is on this machine: training takes its GPU if PyTorch can use it."
        )
    if _has_mps():
        return tr("Training takes this Mac's GPU (MPS).")
    return tr("No GPU is found: training takes the CPU ({n} cores).", n=os.cpu_count())


def has_gpu() -> bool:
    """Whether a GPU seems to be there, whose pace this process cannot know."""
    return _has_nvidia() or _has_mps()


def _has_nvidia() -> bool:
    return bool(shutil.which("nvidia-smi")) or Path("/proc/driver/nvidia/version").exists()


def _has_mps() -> bool:
    return platform.system() == "Darwin" and platform.machine() == "arm64"
