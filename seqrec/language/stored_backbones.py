"""Backbones that were made here, in the workspace; nothing here loads torch."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from seqrec.workspace import Workspace, read_json, write_json

_MADE_FILE = "made.json"


PRETRAINED_WAY = "words"  # beside the ways of `Tuning`


@dataclass(frozen=True)
class Learning:
    """What making a backbone took, as the job measured it.

    Attributes:
        way: "words" for continued pretraining, else a `Tuning`.
        n_trainable: numbers that learned.
        n_parameters: all numbers, those that were added included.
        n_steps: of the optimiser.
        elapsed_s: of learning.
        peak_mib: the most memory of the process meanwhile; None where it is not known.
        kept_back: whether the events of some items were, so that these are new to it.
    """

    way: str
    n_trainable: int
    n_parameters: int
    n_steps: int
    elapsed_s: float
    peak_mib: float | None
    kept_back: bool

    @property
    def share(self) -> float:
        """Of the numbers that learned among all."""
        return self.n_trainable / max(1, self.n_parameters)


@dataclass(frozen=True)
class MadeBackbone:
    """How a backbone of the workspace came about.

    Attributes:
        folder: where it lies; its name for `find_backbone`.
        made_from: name of the backbone that it was made from.
        how: in words.
        log_id: of the log whose texts or events it learned from.
        created_at: Unix seconds.
        learning: what it took; None where an earlier version made it.
    """

    folder: Path
    made_from: str
    how: str
    log_id: str
    created_at: float
    learning: Learning | None = None


def backbone_folder(workspace: Workspace, backbone_id: str) -> Path:
    """Where a backbone of the workspace lies, or will."""
    return workspace.backbones / backbone_id


def write_made(folder: Path, made: MadeBackbone) -> None:
    """Say how the backbone in a folder came about."""
    value: dict[str, Any] = asdict(made)
    del value["folder"]
    write_json(folder / _MADE_FILE, value)


def list_backbones(workspace: Workspace) -> list[MadeBackbone]:
    """The backbones that were made here, newest first."""
    found = [_read_made(path) for path in workspace.backbones.glob(f"[!.]*/{_MADE_FILE}")]
    return sorted(found, key=lambda made: made.created_at, reverse=True)


def as_it_came(workspace: Workspace, name: str) -> str:
    """The backbone that others trained, and from which a chain of backbones made here began."""
    origins = {str(made.folder): made.made_from for made in list_backbones(workspace)}
    while name in origins:
        name = origins.pop(name)
    return name


def _read_made(path: Path) -> MadeBackbone:
    value = read_json(path)
    if value.get("learning"):
        value["learning"] = Learning(**value["learning"])
    return MadeBackbone(folder=path.parent, **value)
