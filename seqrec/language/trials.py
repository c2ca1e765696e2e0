"""How good backbones were on a log, kept for the page that lays them beside each other.

Nothing here loads torch.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from seqrec.evaluation.split import Split
from seqrec.language.cold import HiddenItems, hide_items
from seqrec.workspace import Workspace, read_json, write_json

HIDDEN_SHARE, HIDDEN_SEED = 0.1, 0
MAX_WARM = 2000
_BASELINES = "baselines.json"


@dataclass(frozen=True)
class Ranks:
    """Places of test targets, from 1, under one model.

    Attributes:
        warm: of known items, among all items.
        shelf: of items that were kept back, among these alone.
    """

    warm: tuple[int, ...]
    shelf: tuple[int, ...]


@dataclass(frozen=True)
class Trial:
    """What was measured of one backbone on one log.

    Attributes:
        backbone: its name.
        alone: by likeness of titles, nothing on top.
        head: with a text model on top, learned from the log; None where nothing could be learned.
        head_weights: numbers that the text model learns.
        head_s: seconds in which it learned.
        head_mib: the most memory meanwhile; None where it is not known.
        n_texts: different titles that were read.
        read_s: seconds of reading them and of loading the backbone; near 0 where they were known.
    """

    backbone: str
    alone: Ranks
    head: Ranks | None
    head_weights: int
    head_s: float
    head_mib: float | None
    n_texts: int
    read_s: float


def keep_back(split: Split) -> HiddenItems:
    """The items that no lesson shows, one in ten, the same ones for every backbone of a log."""
    return hide_items(split, HIDDEN_SHARE, HIDDEN_SEED)


def shelf_length(n_items: int) -> int:
    """How many items are kept back of so many."""
    return round(HIDDEN_SHARE * n_items)


def write_trial(workspace: Workspace, log_id: str, trial: Trial) -> None:
    """Keep what was measured of a backbone; an earlier measurement of it is replaced."""
    folder = _folder(workspace, log_id)
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / _file_name(workspace, trial.backbone), asdict(trial))


def read_trial(workspace: Workspace, log_id: str, backbone: str) -> Trial | None:
    """What was measured of a backbone; None where nothing was."""
    path = _folder(workspace, log_id) / _file_name(workspace, backbone)
    if not path.is_file():
        return None
    value = read_json(path)
    head = value["head"]
    ranks = {"alone": _ranks(value["alone"]), "head": None if head is None else _ranks(head)}
    return Trial(**{**value, **ranks})


def write_baselines(workspace: Workspace, log_id: str, found: Mapping[str, Ranks]) -> None:
    """Keep what models without a backbone reach on the same targets."""
    folder = _folder(workspace, log_id)
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / _BASELINES, {name: asdict(ranks) for name, ranks in found.items()})


def read_trial_baselines(workspace: Workspace, log_id: str) -> dict[str, Ranks]:
    """What models without a backbone reach on the same targets; none where nothing was measured."""
    path = _folder(workspace, log_id) / _BASELINES
    if not path.is_file():
        return {}
    return {name: _ranks(value) for name, value in read_json(path).items()}


def _ranks(value: dict[str, Any]) -> Ranks:
    return Ranks(tuple(value["warm"]), tuple(value["shelf"]))


def _folder(workspace: Workspace, log_id: str) -> Path:
    return workspace.backbone_trials / log_id


def _file_name(workspace: Workspace, backbone: str) -> str:
    """Of one backbone; one that was made here keeps its file where the workspace is moved."""
    path = Path(backbone)
    own = path.name if path.parent == workspace.backbones else None
    return f"{own or hashlib.sha256(backbone.encode()).hexdigest()[:16]}.json"
