"""A stored log: counts, where its parts lie, and how to read them."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from seqrec.log.columns import ColumnMapping
from seqrec.log.sequences import SequenceDatabase
from seqrec.log.source import Privacy
from seqrec.translation.texts import mark, tr
from seqrec.workspace import Workspace, read_json, write_json

LOG_FILE = "log.json"
EVENTS_FILE = "events.parquet"
USERS_FILE = "users.parquet"
ITEMS_FILE = "items.parquet"
SESSIONS_FILE = "sessions.parquet"
REJECTS_FILE = "rejects.parquet"
CATALOGUE_FILE = "catalogue.parquet"
SEQUENCES_FOLDER = "sequences"

_REJECT_FIELDS: dict[str, pa.DataType] = {
    "file": pa.string(),
    "line": pa.int64(),
    "reason": pa.string(),
    "text": pa.string(),
}
REJECTS = pa.schema(_REJECT_FIELDS)

Report = Callable[[str, float], None]


@dataclass(frozen=True)
class LogSource:
    """A file that a log was read from.

    Attributes:
        name: what the analyst called it.
        sha256: of the bytes that the analyst gave, hexadecimal.
        size_bytes: of the bytes that the analyst gave.
        n_rows: rows of it, header excluded.
    """

    name: str
    sha256: str
    size_bytes: int
    n_rows: int


@dataclass(frozen=True)
class CatalogueCounts:
    """What a catalogue file gave to a log.

    Attributes:
        name: what the analyst called the file.
        n_rows: rows of it, header excluded.
        n_unusable: rows without an item or with a wrong number of columns.
        n_duplicates: rows whose item stood in an earlier row, which counts.
        n_matched: items of the log that it describes.
    """

    name: str
    n_rows: int
    n_unusable: int
    n_duplicates: int
    n_matched: int


@dataclass(frozen=True)
class BehaviourLog:
    """What is known of a stored log without reading its events.

    Attributes:
        folder: where its parts lie.
        log_id: the first 16 hexadecimal digits of the fingerprint.
        name: what the analyst calls it (the file's name at first).
        fingerprint: SHA-256 of the source bytes and of every choice that decides what is made of
            them.
        mapping: the columns that it was read from.
        family: id of the first version; all versions of a log share it.
        version: from 1, growing within the family.
        parent: id of the version that this one was made from; None for the first.
        sources: the files, in the order in which they were appended; `file` of an event is a
            place in it.
        n_rows: rows of the source files, headers excluded.
        dropped: rows that were not kept, by reason; n_rows = n_events + their sum, before
            cleaning.
        privacy: what was done for the people in the log.
        cleaning: the cleaning steps that were applied, as JSON values.
        original_kept: whether the given bytes lie beside the log.
        notes: what was decided while reading, in words.
        catalogue: counts of the catalogue file; None where there is none.
        event_types: names of event types; `event_ids` index it.
        first_time_s, last_time_s: Unix seconds of the oldest and newest event.
        created_at: Unix seconds when it was stored.
    """

    folder: Path
    log_id: str
    name: str
    fingerprint: str
    mapping: ColumnMapping
    family: str
    version: int
    parent: str | None
    sources: tuple[LogSource, ...]
    n_rows: int
    dropped: dict[str, int]
    privacy: Privacy = field(default_factory=Privacy)
    cleaning: tuple[dict[str, Any], ...] = ()
    original_kept: bool = False
    notes: tuple[str, ...] = ()
    catalogue: CatalogueCounts | None = None
    n_users: int = 0
    n_items: int = 0
    n_events: int = 0
    n_sessions: int = 0
    event_types: tuple[str, ...] = ()
    first_time_s: int = 0
    last_time_s: int = 0
    created_at: float = 0.0

    @property
    def label(self) -> str:
        """What a list of logs calls it: versions after the first have their number."""
        if self.version == 1:
            return self.name
        return tr("{log} · version {n}", log=self.name, n=self.version)

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
    return SequenceDatabase.load(
        log.folder / SEQUENCES_FOLDER, log.n_items, log.fingerprint, has_clock=log.has_clock
    )


def load_catalogue(log: BehaviourLog) -> Catalogue:
    """Keys, titles and categories of all items."""
    return read_catalogue(log.folder / ITEMS_FILE)


def read_catalogue(path: Path) -> Catalogue:
    """The same from a file of items: a log's own, or its copy in a bundle."""
    table = pq.read_table(path)
    item_keys = _from_one(table["item"])
    titles = _from_one(table["title"])
    categories = _from_one(table["category"])
    return Catalogue(
        item_keys=item_keys,
        titles=np.where(titles == None, item_keys, titles),  # noqa: E711 - each element
        categories=None
        if all(category is None for category in categories[1:])
        else np.where(categories == None, "", categories),  # noqa: E711 - each element
    )


def load_users(log: BehaviourLog) -> NDArray[np.object_]:
    """The log's own user ids by user row; object, (n_users,)."""
    column = pq.read_table(log.folder / USERS_FILE)["user"]
    return np.array(column.to_pylist(), dtype=object)


def load_rejects(log: BehaviourLog, n_rows: int | None = None) -> pa.Table:
    """Rows that could not be used, all or the first: file (its name), line, reason, text.

    `text` is the row as it stands in the file, cut after 2,000 characters; null in a log with
    pseudonyms. Lines count from 1, blank ones and those inside quotes included.
    """
    path = log.folder / REJECTS_FILE
    if log.cleaning and log.parent:
        path = log.folder.with_name(log.parent) / REJECTS_FILE
    parts: list[pa.RecordBatch] = []
    if path.is_file():
        with pq.ParquetFile(path) as file:
            for part in file.iter_batches():
                parts.append(part)
                if n_rows is not None and sum(map(len, parts)) >= n_rows:
                    break
    return pa.Table.from_batches(parts, schema=REJECTS).slice(0, n_rows)


def reject_frame(log: BehaviourLog, n_rows: int | None = None) -> pd.DataFrame:
    """The rejected rows, or the first of them, with headings for the analyst."""
    frame = load_rejects(log, n_rows).to_pandas()
    return frame.set_axis([mark("File"), mark("Line"), mark("Reason"), mark("Row")], axis=1)


def list_family(workspace: Workspace, log: BehaviourLog) -> list[BehaviourLog]:
    """All stored versions of a log, newest first."""
    found = [other for other in list_logs(workspace) if other.family == log.family]
    return sorted(found, key=lambda other: other.version, reverse=True)


def _read_log(folder: Path) -> BehaviourLog:
    stored: dict[str, Any] = read_json(folder / LOG_FILE)
    # A log that an earlier version stored is its own family, of files that it does not name.
    early = {"family": stored["log_id"], "version": 1, "parent": None, "sources": []}
    value = {**early, "privacy": {}, "catalogue": None, "cleaning": [], "notes": [], **stored}
    value["mapping"] = ColumnMapping.from_json(value["mapping"])
    value["sources"] = tuple(LogSource(**source) for source in value["sources"])
    value["privacy"] = Privacy(**value["privacy"])
    value["catalogue"] = value["catalogue"] and CatalogueCounts(**value["catalogue"])
    for name in ("event_types", "cleaning", "notes"):
        value[name] = tuple(value[name])
    return BehaviourLog(folder=folder, **value)


def _from_one(column: "pa.ChunkedArray[pa.StringScalar]") -> NDArray[np.object_]:
    return np.array(["", *column.to_pylist()], dtype=object)
