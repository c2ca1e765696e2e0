"""The most memory that a stretch of work took."""

from contextlib import suppress
from pathlib import Path

_CLEAR, _STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")
_FORGET_PEAK = "5"
_KIB_IN_MIB = 1024.0


def forget_peak() -> None:
    """Begin anew; where the kernel does not allow it, the peak stays that of the whole process."""
    with suppress(OSError):
        _CLEAR.write_text(_FORGET_PEAK)


def peak_mib() -> float | None:
    """The most resident memory since `forget_peak`, in MiB; None where the kernel does not say."""
    with suppress(OSError):
        for line in _STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return float(line.split()[1]) / _KIB_IN_MIB
    return None
