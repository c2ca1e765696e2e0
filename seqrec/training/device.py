"""Which device a worker will take, guessed without loading torch."""

import os
import platform
import shutil
from pathlib import Path


def expected_device() -> str:
    """What the training worker will run on, in words; the worker reports what it really took."""
    if shutil.which("nvidia-smi") or Path("/proc/driver/nvidia/version").exists():
        return "An NVIDIA driver is on this machine: training takes its GPU if PyTorch can use it."
    if platform.system() == "Darwin" and platform.machine() == "arm64":
        return "Training takes this Mac's GPU (MPS)."
    return f"No GPU is found: training takes the CPU ({os.cpu_count()} cores)."
