"""Settings of an installation, read from the environment once per call."""

import os
from dataclasses import dataclass
from pathlib import Path

from seqrec.errors import ConfigError

DEFAULT_HOME = "~/.seqrec"
DEFAULT_MEMORY_MIB = 1024


@dataclass(frozen=True)
class Settings:
    """Where the workspace lies and how much memory one ingest may take.

    Attributes:
        home: folder of logs, mined results and runs (`SEQREC_HOME`).
        ingest_memory_mib: memory limit given to DuckDB (`SEQREC_INGEST_MEMORY_MIB`).
    """

    home: Path
    ingest_memory_mib: int = DEFAULT_MEMORY_MIB


def read_settings() -> Settings:
    """Settings from `SEQREC_*` environment variables, with defaults.

    Raises:
        ConfigError: a variable does not hold a number in its range.
    """
    home = Path(os.environ.get("SEQREC_HOME") or DEFAULT_HOME).expanduser().absolute()
    text = os.environ.get("SEQREC_INGEST_MEMORY_MIB", str(DEFAULT_MEMORY_MIB))
    if not text.isdecimal() or int(text) < 64:  # noqa: PLR2004
        raise ConfigError(
            f"SEQREC_INGEST_MEMORY_MIB is '{text}'; expected a whole number of MiB, at least 64"
        )
    return Settings(home=home, ingest_memory_mib=int(text))
