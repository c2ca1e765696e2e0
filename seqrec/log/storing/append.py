"""New events behind those of a stored log; events that are there already are recognised."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from seqrec.errors import LogFormatError, MappingError
from seqrec.log.behaviour_log import (
    EVENTS_FILE,
    ITEMS_FILE,
    SESSIONS_FILE,
    USERS_FILE,
    BehaviourLog,
)
from seqrec.log.columns import TimeFormat
from seqrec.log.source import IngestRequest, TableFile
from seqrec.log.storing.batches import read_batches
from seqrec.log.storing.coded import ITEM_TEXTS, Coded
from seqrec.log.storing.names import NameTable
from seqrec.log.storing.reasons import ALREADY_STORED, REASONS
from seqrec.log.storing.rejects import RejectWriter
from seqrec.log.storing.scratch import FILE_SHIFT, ScratchColumns
from seqrec.log.storing.statements import FIND_DOUBLES
from seqrec.translation.texts import mark, tr

_BATCH_EVENTS = 1 << 20


def check_appendable(base: BehaviourLog, request: IngestRequest) -> None:
    """Refuse a request that would mix two kinds of log.

    Raises:
        MappingError: it fills other roles than the log, or only one of both has clock times.
    """
    ours, theirs = base.mapping, request.mapping
    roles = set(ours.columns()) ^ set(theirs.columns()) - {"clock"}
    if roles:
        role = min(roles)
        said = mark(
            "'{log}' has a column for the {role}, what you append has none; choose the same "
            "roles, or store the file as a log of its own"
        )
        if role in theirs.columns():
            said = mark(
                "'{log}' has no column for the {role}, what you append has one; choose the same "
                "roles, or store the file as a log of its own"
            )
        raise MappingError(tr(said, log=base.name, role=tr(role)))
    if (ours.time_format is TimeFormat.ORDER) != (theirs.time_format is TimeFormat.ORDER):
        raise MappingError(
            tr(
                "only one of '{log}' and what you append has clock times; choose a time format of "
                "the same kind, or store the file as a log of its own",
                log=base.name,
            )
        )


def append_events(
    connection: duckdb.DuckDBPyConnection,
    base: BehaviourLog,
    added: Coded,
    tables: tuple[TableFile, ...],
    rejects: RejectWriter,
    folder: Path,
) -> Coded:
    """The events of a stored log and new ones, without those that are there already.

    Args:
        connection: may read the stored log.
        base: the stored log, not a cleaned version.
        added: the new events, whose `file` goes on behind the log's; used up.
        tables: the files that they come from.
        rejects: takes those that are there already: same user, item, time, event, session, value.
        folder: made for the events.

    Raises:
        LogFormatError: all of them are there already.
    """
    stored = _Stored.load(base)
    stored.take_in(added)
    doubles = np.zeros(added.events.n_rows, dtype=np.bool_)
    if base.mapping.time is not None:
        doubles = _find_doubles(connection, base, added.events)
    if doubles.all():
        raise LogFormatError(
            tr(
                "all {n:,} rows that can be used are already in '{log}'; there is nothing to "
                "append",
                n=len(doubles),
                log=base.name,
            )
        )
    _set_aside(added.events, doubles, tables, len(base.sources), rejects)
    with ScratchColumns(folder, added.events.names) as events:
        for columns in _stored_events(base, added.events.names):
            events.append(columns)
        begin = 0
        for columns in added.events.blocks(added.events.names):
            kept = ~doubles[begin : begin + len(columns["place"])]
            events.append({name: values[kept] for name, values in columns.items()})
            begin += len(kept)
    added.events.remove()
    return replace(stored.coded(added), events=events)


@dataclass
class _Stored:
    """Names of a stored log, with room for more; the log's own numbers are their codes."""

    users: NameTable
    items: NameTable
    item_texts: pa.Table
    event_types: NameTable
    sessions: NameTable
    session_codes: NDArray[np.int64]

    @classmethod
    def load(cls, log: BehaviourLog) -> "_Stored":
        """The names of a log."""
        items = pq.read_table(log.folder / ITEMS_FILE)
        session_codes = np.zeros(0, dtype=np.int64)
        sessions = NameTable()
        if (log.folder / SESSIONS_FILE).is_file():
            table = pq.read_table(log.folder / SESSIONS_FILE)
            session_codes = table["session_code"].to_numpy()
            sessions = _table_of(table["session"])
        return cls(
            users=_table_of(pq.read_table(log.folder / USERS_FILE)["user"]),
            items=_table_of(items["item"]),
            item_texts=items.select(ITEM_TEXTS),
            event_types=_table_of(pa.array(log.event_types, pa.large_string())),
            sessions=sessions,
            session_codes=session_codes,
        )

    def take_in(self, added: Coded) -> None:
        """Give new events the codes of the log, and their names codes behind the log's."""
        added.events.recode("user_code", self.users.add(added.users))
        added.events.recode("item_code", self.items.add(_one_chunk(added.items["item"])))
        types = self.event_types.add(pa.array(added.event_types, pa.large_string()))
        added.events.recode("event_code", types)
        if "session_code" in added.events.names:
            places = self.sessions.add(_one_chunk(added.sessions["session"]))
            n_new = len(self.sessions) - len(self.session_codes)
            first_new = self.session_codes.max(initial=-1) + 1
            new = np.arange(first_new, first_new + n_new)
            self.session_codes = np.concatenate([self.session_codes, new])
            added.events.recode("session_code", self.session_codes[places])

    def coded(self, added: Coded) -> Coded:
        """All names; texts of new items are those of the new events."""
        codes = self.items.add(_one_chunk(added.items["item"]))
        new = np.flatnonzero(codes >= len(self.item_texts))
        texts = pa.concat_tables(
            [_wide(self.item_texts), _wide(added.items.select(ITEM_TEXTS).take(new))]
        )
        columns: dict[str, Any] = {name: texts[name] for name in ITEM_TEXTS}
        sessions = {"session_code": self.session_codes, "session": self.sessions.texts()}
        return Coded(
            events=added.events,
            users=self.users.texts(),
            items=pa.table({"item": self.items.texts(), **columns}),
            event_types=tuple(self.event_types.texts().to_pylist()),
            sessions=pa.table(sessions),
        )


def _find_doubles(
    connection: duckdb.DuckDBPyConnection, base: BehaviourLog, added: ScratchColumns
) -> NDArray[np.bool_]:
    """Which of the new events the log holds already."""
    doubles = np.zeros(added.n_rows, dtype=np.bool_)
    path = str((base.folder / EVENTS_FILE).resolve())
    begin = 0
    for columns in added.blocks(added.names, _BATCH_EVENTS):
        length = len(columns["place"])
        sessions = columns.get("session_code", np.full(length, -1))
        values = columns.get("value", np.full(length, np.nan))
        block: Any = {
            "row": np.arange(begin, begin + length),
            **{name: columns[name] for name in ("user_code", "item_code", "time_us", "event_code")},
            "session_code": pa.array(sessions, mask=sessions < 0),
            "value": pa.array(values, mask=np.isnan(values)),
        }
        connection.register("added", pa.table(block))
        found = connection.execute(FIND_DOUBLES, [path]).fetchnumpy()["row"]
        doubles[np.asarray(found, dtype=np.int64)] = True
        connection.unregister("added")
        begin += length
    return doubles


def _set_aside(
    added: ScratchColumns,
    doubles: NDArray[np.bool_],
    tables: tuple[TableFile, ...],
    n_files: int,
    rejects: RejectWriter,
) -> None:
    """Write the doubled events to the rejects; their text is read again from the files."""
    if not doubles.any():
        return
    places = np.concatenate([block["place"] for block in added.blocks(("place",))])[doubles]
    reason = REASONS.index(ALREADY_STORED)
    for file, table in enumerate(tables, start=n_files):
        lines = places[places >> FILE_SHIFT == file] & ((1 << FILE_SHIFT) - 1)
        if not len(lines):
            continue
        first_column = {"": table.columns[0]}
        for batch in read_batches(table, first_column):
            reasons = np.where(_among(batch.lines, lines), reason, 0).astype(np.int16)
            rejects.add_rows(table.name, batch, reasons)


def _among(lines: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Rows on wanted lines; of several rows on a line as many as it is wanted times."""
    distinct, counts = np.unique(wanted, return_counts=True)
    if not len(lines):
        return np.zeros(0, dtype=np.bool_)
    places = np.minimum(np.searchsorted(distinct, lines), len(distinct) - 1)
    begins = np.flatnonzero(np.concatenate([[True], lines[1:] != lines[:-1]]))
    nth = np.arange(len(lines)) - np.repeat(begins, np.diff([*begins, len(lines)]))
    return np.asarray((distinct[places] == lines) & (nth < counts[places]))


def _stored_events(base: BehaviourLog, names: tuple[str, ...]) -> Iterator[dict[str, NDArray[Any]]]:
    """The log's events as coded columns."""
    with pq.ParquetFile(base.folder / EVENTS_FILE) as file:
        for batch in file.iter_batches(_BATCH_EVENTS):
            given = {name: batch.column(name) for name in batch.schema.names}
            files = given["file"].to_numpy().astype(np.int64)
            columns = {
                "user_code": given["user_row"].to_numpy(),
                "item_code": given["item_id"].to_numpy() - 1,
                "time_us": given["time_us"].to_numpy(),
                "event_code": given["event_id"].to_numpy(),
                "place": (files << FILE_SHIFT) | given["line"].to_numpy(),
                "session_code": given["session_code"].fill_null(-1).to_numpy(),
                "value": given["value"].fill_null(float("nan")).to_numpy(),
            }
            yield {name: columns[name] for name in names}


def _table_of(texts: Any) -> NameTable:  # noqa: ANN401 - a pyarrow column
    table = NameTable()
    table.add(_one_chunk(texts))
    return table


def _one_chunk(texts: Any) -> Any:  # noqa: ANN401 - a pyarrow column
    texts = texts.cast(pa.large_string())
    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts


def _wide(texts: pa.Table) -> pa.Table:
    return texts.cast(pa.schema(dict.fromkeys(texts.column_names, pa.large_string())))
