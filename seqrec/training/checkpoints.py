"""Checkpoints that count only when they are whole: a manifest of checksums is written last."""

import hashlib
import logging
from pathlib import Path

from seqrec.errors import WorkspaceError
from seqrec.workspace import read_json, sync, write_json

logger = logging.getLogger(__name__)

_MANIFEST = "manifest.json"
_CHUNK_BYTES = 1 << 20


def seal_checkpoint(folder: Path) -> None:
    """Make a checkpoint's files durable, then list them with their SHA-256 sums."""
    files = sorted(path for path in folder.iterdir() if path.name != _MANIFEST)
    sums = {}
    for path in files:
        sums[path.name] = _sum(path)
        sync(path)
    write_json(folder / _MANIFEST, sums)
    sync(folder.parent)


def find_checkpoint(folder: Path) -> Path | None:
    """The newest whole checkpoint, or None; those that are not whole are named in the log."""
    by_step = sorted(folder.glob("checkpoint-*"), key=_step, reverse=True)
    for path in by_step:
        reason = _damage(path)
        if reason is None:
            return path
        logger.warning("skipped %s: %s", path.name, reason)
    return None


def checkpoint_step(folder: Path) -> int:
    """The step at which a checkpoint was saved."""
    return _step(folder)


def _step(folder: Path) -> int:
    return int(folder.name.rsplit("-", 1)[1])


def _damage(folder: Path) -> str | None:
    if not (folder / _MANIFEST).is_file():
        return "it was not finished"
    try:
        sums = read_json(folder / _MANIFEST)
    except WorkspaceError as error:
        return str(error)
    for name, expected in sums.items():
        path = folder / name
        if not path.is_file():
            return f"{name} is missing"
        if _sum(path) != expected:
            return f"{name} is damaged"
    return None


def _sum(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
