"""Backbones that were made here, in the workspace; nothing here loads torch."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from seqrec.workspace import Workspace, read_json, write_json

_MADE_FILE = "made.json"


@dataclass(frozen=True)
class MadeBackbone:
    """How a backbone of the workspace came about.

    Attributes:
        folder: where it lies; its name for `find_backbone`.
        made_from: name of the backbone that it was made from.
        how: in words.
        log_id: of the log whose texts or events it learned from.
        created_at: Unix seconds.
    """

    folder: Path
    made_from: str
    how: str
    log_id: str
    created_at: float


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
    found = [
        MadeBackbone(folder=path.parent, **read_json(path))
        for path in workspace.backbones.glob(f"[!.]*/{_MADE_FILE}")
    ]
    return sorted(found, key=lambda made: made.created_at, reverse=True)
