"""Mappings that the analyst has named, kept in the workspace for the next file of the same kind."""

import hashlib
import logging
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from seqrec.errors import ConfigError, MappingError, NotStoredError, WorkspaceError
from seqrec.log.columns import ColumnMapping
from seqrec.translation.texts import tr
from seqrec.workspace import Workspace, read_json, write_json

logger = logging.getLogger(__name__)

MAX_NAME_CHARS = 80
_FOLDER = "mappings"
_NAME_DIGITS = 32


@dataclass(frozen=True)
class SavedMapping:
    """A mapping under the name that the analyst gave it.

    Attributes:
        name: as given, without spaces around; never a part of a path.
        mapping: which column plays which role.
        saved_at: Unix seconds.
    """

    name: str
    mapping: ColumnMapping
    saved_at: float


def save_mapping(workspace: Workspace, name: str, mapping: ColumnMapping) -> SavedMapping:
    """Keep a mapping under a name; one of the same name is replaced, whole.

    Raises:
        ConfigError: the name is empty, too long, or holds signs that cannot be shown.
    """
    workspace.check_writable()
    saved = SavedMapping(_checked(name), mapping, time.time())
    path = _path(workspace, saved.name)
    path.parent.mkdir(exist_ok=True)
    write_json(path, asdict(saved))
    return saved


def list_mappings(workspace: Workspace) -> tuple[SavedMapping, ...]:
    """All saved mappings by name; a damaged one is left out, and the log file says so."""
    found = (_read(path) for path in (workspace.home / _FOLDER).glob("*.json"))
    kept = (saved for saved in found if saved is not None)
    return tuple(sorted(kept, key=lambda saved: saved.name.casefold()))


def find_mappings(workspace: Workspace, columns: Iterable[str]) -> tuple[SavedMapping, ...]:
    """The saved mappings whose columns are all there: with most roles first, then the newest."""
    there = set(columns)
    fitting = (
        saved
        for saved in list_mappings(workspace)
        if there.issuperset(saved.mapping.columns().values())
    )
    return tuple(
        sorted(fitting, key=lambda saved: (-len(saved.mapping.columns()), -saved.saved_at))
    )


def delete_mapping(workspace: Workspace, name: str) -> None:
    """Forget a mapping.

    Raises:
        NotStoredError: there is none of this name.
    """
    workspace.check_writable()
    try:
        _path(workspace, name.strip()).unlink()
    except FileNotFoundError:
        raise NotStoredError(
            tr(
                "there is no mapping '{name}' in this workspace; pick another",
                name=name[:MAX_NAME_CHARS],
            )
        ) from None


def _checked(name: str) -> str:
    name = name.strip()
    if not name:
        raise ConfigError(tr("the mapping has no name; give it one"))
    if len(name) > MAX_NAME_CHARS:
        raise ConfigError(
            tr(
                "the mapping's name has {n:,} characters; give it one of at most {most}",
                n=len(name),
                most=MAX_NAME_CHARS,
            )
        )
    if not name.isprintable():
        raise ConfigError(tr("the mapping's name holds signs that cannot be shown; leave them out"))
    return name


def _path(workspace: Workspace, name: str) -> Path:
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return workspace.home / _FOLDER / f"{digest[:_NAME_DIGITS]}.json"


def _read(path: Path) -> SavedMapping | None:
    try:
        value = read_json(path)
        mapping = ColumnMapping.from_json(value["mapping"])
        return SavedMapping(str(value["name"]), mapping, float(value["saved_at"]))
    except (WorkspaceError, MappingError, KeyError, TypeError, ValueError, OSError) as error:
        logger.warning("saved mapping %s is left out: %s", path.name, error)
        return None
