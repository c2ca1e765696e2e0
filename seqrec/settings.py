"""Settings of an installation, read from the environment once per call."""

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from seqrec.errors import ConfigError
from seqrec.translation.texts import mark, tr

DEFAULT_HOME = "~/.seqrec"
DEFAULT_MEMORY_MIB = 1024
DEFAULT_UPLOAD_LIMIT_MIB = 200


class WandbMode(StrEnum):
    """Whether runs are told to Weights & Biases, and whether that leaves this machine."""

    OFF = mark("off")
    OFFLINE = mark("offline")
    ONLINE = mark("online")


@dataclass(frozen=True)
class Settings:
    """Where the workspace lies, what may be read, and how much memory and disk it may take.

    Attributes:
        home: folder of logs, mined results and runs (`SEQREC_HOME`).
        ingest_memory_mib: what ingest and cleaning should take at most
            (`SEQREC_INGEST_MEMORY_MIB`).
        upload_limit_mib: the largest upload (`SEQREC_UPLOAD_LIMIT_MIB`).
        data_root: folder whose files may be read as logs without an upload; None for none
            (`SEQREC_DATA_ROOT`).
        wandb: whether runs are told to Weights & Biases too (`SEQREC_WANDB`).
        demo: whether every visitor is in demo mode, read-only (`SEQREC_DEMO`).
    """

    home: Path
    ingest_memory_mib: int = DEFAULT_MEMORY_MIB
    upload_limit_mib: int = DEFAULT_UPLOAD_LIMIT_MIB
    data_root: Path | None = None
    wandb: WandbMode = WandbMode.OFF
    demo: bool = False


def read_settings() -> Settings:
    """Settings from `SEQREC_*` environment variables, with defaults.

    Raises:
        ConfigError: a variable does not hold a number in its range.
    """
    home = Path(os.environ.get("SEQREC_HOME") or DEFAULT_HOME).expanduser().absolute()
    root = os.environ.get("SEQREC_DATA_ROOT")
    return Settings(
        home=home,
        ingest_memory_mib=_mebibytes("SEQREC_INGEST_MEMORY_MIB", DEFAULT_MEMORY_MIB, 64),
        upload_limit_mib=_mebibytes("SEQREC_UPLOAD_LIMIT_MIB", DEFAULT_UPLOAD_LIMIT_MIB, 1),
        data_root=Path(root).expanduser().absolute() if root else None,
        wandb=_wandb_mode(),
        demo=_switch("SEQREC_DEMO"),
    )


def _switch(variable: str) -> bool:
    text = os.environ.get(variable) or "0"
    if text not in {"0", "1"}:
        raise ConfigError(
            tr("{variable} is '{value}'; expected 1 (on) or 0 (off)", variable=variable, value=text)
        )
    return text == "1"


def _wandb_mode() -> WandbMode:
    text = os.environ.get("SEQREC_WANDB", WandbMode.OFF)
    if text not in set(WandbMode):
        listed = ", ".join(WandbMode)
        raise ConfigError(
            tr("SEQREC_WANDB is '{value}'; choose one of {listed}", value=text, listed=listed)
        )
    return WandbMode(text)


def _mebibytes(variable: str, default: int, least: int) -> int:
    text = os.environ.get(variable, str(default))
    if not text.isdecimal() or int(text) < least:
        raise ConfigError(
            tr(
                "{variable} is '{value}'; expected a whole number of MiB, at least {least}",
                variable=variable,
                value=text,
                least=least,
            )
        )
    return int(text)
