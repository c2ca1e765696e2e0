"""A stored log: counts, where its parts lie, and how to read them."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from seqrec.log.columns import ColumnMapping
from seqrec.log.sequences import SequenceDatabase
from seqrec.workspace import Workspace, read_json, write_json

LOG_FILE = "log.json"
EVENTS_FILE = "events.parquet"
USERS_FILE = "users.parquet"
ITEMS_FILE = "items.parquet"
SEQUENCES_FOLDER = "sequences"


@dataclass(frozen=True)
class BehaviourLog:
    """What is known of a stored log without reading its events.

    Attributes:
        folder: where its parts lie.
        log_id: the first 16 hexadecimal digits of the fingerprint.
        name: what the analyst calls it (the file's name at first).
        fingerprint: SHA-256 of the source bytes and the mapping.
        mapping: the columns that it was read from.
        n_rows: rows of the source file, header excluded.
        dropped: rows that were not kept, by reason; n_rows = n_events + their sum.
        event_types: names of event types; `event_ids` index it.
        first_time_s, last_time_s: Unix seconds of the oldest and newest event.
        created_at: Unix seconds when it was stored.
    """

    folder: Path
    log_id: str
    name: str
    fingerprint: str
    mapping: ColumnMapping
    n_rows: int
    n_users: int
    n_items: int
    n_events: int
    n_sessions: int
    dropped: dict[str, int]
    event_types: tuple[str, ...]
    first_time_s: int
    last_time_s: int
    created_at: float

    @property
    def has_clock(self) -> bool:
        """Whether times are clock times; otherwise only their order means something."""
        return self.mapping.time_format.name != "ORDER"


@dataclass(frozen=True)
class Catalogue:
    """Ids, titles and categories of the items, by item id; index 0 is padding.

    Attributes:
        item_keys: the log's own ids; item id 1 is the most frequent item; object, (V,).
        titles: title, or the item key where the log has none; object, (V,).
        categories: category or "", None where the log has no categories; object, (V,).
    """

    item_keys: NDArray[np.object_]
    titles: NDArray[np.object_]
    categories: NDArray[np.object_] | None

    @property
    def has_titles(self) -> bool:
        """Whether any item has a title of its own."""
        return bool((self.item_keys != self.titles).any())


def save_log(log: BehaviourLog) -> None:
    """Write `log.json` into the log's folder."""
    value = asdict(log)
    del value["folder"]
    write_json(log.folder / LOG_FILE, value)


def load_log(workspace: Workspace, log_id: str) -> BehaviourLog:
    """The stored log.

    Raises:
        NotStoredError: there is no such log.
    """
    return _read_log(workspace.log_folder(log_id))


def list_logs(workspace: Workspace) -> list[BehaviourLog]:
    """All stored logs, newest first."""
    logs = [_read_log(path.parent) for path in workspace.logs.glob(f"[!.]*/{LOG_FILE}")]
    return sorted(logs, key=lambda log: log.created_at, reverse=True)


def load_sequences(log: BehaviourLog) -> SequenceDatabase:
    """The log's arrays, memory-mapped."""
    return SequenceDatabase.load(log.folder / SEQUENCES_FOLDER, log.n_items, log.fingerprint)


def load_catalogue(log: BehaviourLog) -> Catalogue:
    """Keys, titles and categories of all items."""
    table = pq.read_table(log.folder / ITEMS_FILE)
    has_categories = "category" in table.column_names
    return Catalogue(
        item_keys=_from_one(table["item"]),
        titles=_from_one(table["title"]),
        categories=_from_one(table["category"]) if has_categories else None,
    )


def load_users(log: BehaviourLog) -> NDArray[np.object_]:
    """The log's own user ids by user row; object, (n_users,)."""
    column = pq.read_table(log.folder / USERS_FILE)["user"]
    return np.array(column.to_pylist(), dtype=object)


def _read_log(folder: Path) -> BehaviourLog:
    value: dict[str, Any] = read_json(folder / LOG_FILE)
    value["mapping"] = ColumnMapping.from_json(value["mapping"])
    value["event_types"] = tuple(value["event_types"])
    return BehaviourLog(folder=folder, **value)


def _from_one(column: "pa.ChunkedArray[pa.StringScalar]") -> NDArray[np.object_]:
    return np.array(["", *column.to_pylist()], dtype=object)
