"""Reading table files into coded events: rows checked, names numbered, rejects set aside."""

import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqrec.errors import LogFormatError, OverLimitError
from seqrec.log.behaviour_log import Report
from seqrec.log.columns import ColumnMapping
from seqrec.log.source import TableFile
from seqrec.log.storing.batches import Batch, read_batches
from seqrec.log.storing.behind import Behind
from seqrec.log.storing.build import Connect
from seqrec.log.storing.coded import ITEM_TEXTS
from seqrec.log.storing.item_texts import ItemTexts
from seqrec.log.storing.names import NameTable
from seqrec.log.storing.quick_kernels import UNSURE
from seqrec.log.storing.readers import NumberReader, TimeReader
from seqrec.log.storing.reasons import (
    MAX_NAME_CHARS,
    NEEDED,
    REASONS,
    UNREADABLE_TIME,
    first_reason,
    packed_markers,
)
from seqrec.log.storing.rejects import RejectWriter
from seqrec.log.storing.scratch import FILE_SHIFT, ScratchColumns
from seqrec.log.storing.text_kernels import check_names
from seqrec.translation.texts import tr

MAX_EVENT_TYPES = 10_000
_REPORT_S = 0.3


@dataclass(frozen=True)
class Scanned:
    """What was read.

    Attributes:
        events: rows that can be used, in the order of the files.
        users, items, event_types, sessions: the texts by code.
        texts: title, category... of the items.
        n_rows: rows of each file, those that cannot be used included.
        unreadable: line and text of the first times that cannot be read.
    """

    events: ScratchColumns
    users: NameTable
    items: NameTable
    event_types: NameTable
    sessions: NameTable
    texts: dict[str, ItemTexts]
    n_rows: tuple[int, ...]
    unreadable: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Start:
    """What lies before the rows that are read, in a log that they are appended to."""

    n_files: int = 0
    n_rows: int = 0


@dataclass(frozen=True)
class Reading:
    """What it takes to read.

    Attributes:
        connect: opens the DuckDB that reads many times and numbers in unusual writing.
        rejects: takes the rows that cannot be used.
        folder: made for the events.
        start: what lies before.
        memory_mib: what all names together may take.
    """

    connect: Connect
    rejects: RejectWriter
    folder: Path
    start: Start
    memory_mib: int


def scan_tables(
    reading: Reading, tables: tuple[TableFile, ...], mapping: ColumnMapping, report: Report
) -> Scanned:
    """Read all rows of some files.

    Args:
        reading: what it takes.
        tables: the files, in the order of the log.
        mapping: which column plays which role.
        report: is told the rows read and the share of the bytes.

    Raises:
        LogFormatError: a file is gone, a quote swallows lines, or there are more than
            `MAX_EVENT_TYPES` types of events.
        OverLimitError: there are more distinct names than memory allows.
    """
    scan = _Scan(reading, mapping)
    total = sum(table.path.stat().st_size for table in tables if table.path.exists())
    done = 0
    n_rows = []
    with ScratchColumns(reading.folder, scan.column_names) as events, Behind() as behind:
        progress = _Progress(report, max(total, 1))
        for place, table in enumerate(tables, reading.start.n_files):
            n_rows.append(0)
            for batch in read_batches(table, mapping.columns()):
                n_rows[-1] += len(batch)
                columns = scan.check(table.name, place, batch)
                behind.run(partial(scan.store, batch, columns, events))
                progress.tell(sum(n_rows), done + batch.n_bytes)
            done += table.path.stat().st_size
    return scan.result(events, tuple(n_rows))


class _Scan:
    """What grows while rows are read.

    `check` and `store` run in two threads; a batch is stored in the order of the file.
    """

    def __init__(self, reading: Reading, mapping: ColumnMapping) -> None:
        self._roles = list(mapping.columns())
        self._rejects = reading.rejects
        self._memory_mib = reading.memory_mib
        self._times = TimeReader(reading.connect, mapping, reading.start.n_rows)
        self._numbers = NumberReader(reading.connect, mapping) if mapping.value else None
        self._needed = [role for role in NEEDED if role in self._roles]
        self._markers = packed_markers()
        self._unreadable: list[tuple[int, str]] = []
        self._tables = {role: NameTable() for role in ("user", "item", "event", "session")}
        self._texts = {role: ItemTexts(role) for role in ITEM_TEXTS if role in self._roles}

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns of the events that this log has."""
        optional = {"session_code": "session", "value": "value"}
        names = ("user_code", "item_code", "time_us", "event_code", "place", *optional)
        return tuple(name for name in names if optional.get(name, "user") in self._roles)

    def check(self, name: str, file: int, batch: Batch) -> dict[str, NDArray[Any]]:
        """Times, values and places of a batch; its rejects are written.

        User codes are -1 in rows that cannot be used, else still to be found.
        """
        reasons = batch.status.astype(np.int16)
        for role in self._needed:
            row = self._roles.index(role)
            place = batch.data, batch.starts[row], batch.ends[row]
            check_names(*place, self._markers, MAX_NAME_CHARS, first_reason(role), reasons)
        times = self._times.read(batch, reasons == 0)
        unreadable = (reasons == 0) & (times == UNSURE)
        if unreadable.any():
            reasons[unreadable] = REASONS.index(UNREADABLE_TIME)
            self._remember(batch, np.flatnonzero(unreadable))
        self._rejects.add_rows(name, batch, reasons)
        used = np.where(reasons == 0, 0, -1).astype(np.int32)
        columns: dict[str, NDArray[Any]] = {
            "user_code": used,
            "time_us": times,
            "place": batch.lines | (file << FILE_SHIFT),
        }
        if self._numbers is not None:
            columns["value"] = self._numbers.read(batch, reasons == 0)
        return columns

    def store(self, batch: Batch, columns: dict[str, NDArray[Any]], events: ScratchColumns) -> None:
        """Number the names of a batch, note what its items are, and append its events.

        Raises:
            LogFormatError: there are too many types of events.
            OverLimitError: there are too many names.
        """
        marks = columns["user_code"]
        for role in self._tables:
            columns[f"{role}_code"] = self._encode(role, batch, marks.copy())
        if len(self._tables["event"]) > MAX_EVENT_TYPES:
            raise LogFormatError(
                tr(
                    "the column for the event has more than {most:,} different values; choose the "
                    "one that names a few types of events, or none",
                    most=MAX_EVENT_TYPES,
                )
            )
        for role, texts in self._texts.items():
            texts.add(batch, self._roles.index(role), columns["item_code"])
        self._check_memory()
        used = marks >= 0
        events.append({name: columns[name][used] for name in events.names})

    def result(self, events: ScratchColumns, n_rows: tuple[int, ...]) -> Scanned:
        """What was read."""
        return Scanned(
            events=events,
            users=self._tables["user"],
            items=self._tables["item"],
            event_types=self._tables["event"],
            sessions=self._tables["session"],
            texts=self._texts,
            n_rows=n_rows,
            unreadable=tuple(self._unreadable),
        )

    def _encode(self, role: str, batch: Batch, codes: NDArray[np.int32]) -> NDArray[np.int32]:
        """Codes of the rows whose code is not -1; those of a role without a column are 0."""
        if role in self._roles:
            row = self._roles.index(role)
            self._tables[role].encode(batch.data, batch.starts[row], batch.ends[row], codes)
        return codes

    def _check_memory(self) -> None:
        held = {role: table.held_bytes for role, table in self._tables.items()}
        if sum(held.values()) > self._memory_mib << 20:
            role = max(held, key=lambda role: held[role])
            raise OverLimitError(
                tr(
                    "the column for the {role} has more than {n:,} different values, which do not "
                    "fit into {memory:,} MiB; choose another column, or raise "
                    "SEQREC_INGEST_MEMORY_MIB",
                    role=tr(role),
                    n=len(self._tables[role]),
                    memory=self._memory_mib,
                )
            )

    def _remember(self, batch: Batch, rows: NDArray[np.int64]) -> None:
        time_row = self._roles.index("time")
        for row in rows[: 3 - len(self._unreadable)]:
            begin, end = batch.starts[time_row, row], batch.ends[time_row, row]
            text = batch.data[begin:end].tobytes().decode(errors="replace")
            self._unreadable.append((int(batch.lines[row]), text))


class _Progress:
    """Tells rows and share, at most three times a second."""

    def __init__(self, report: Report, total_bytes: int) -> None:
        self._report = report
        self._total_bytes = total_bytes
        self._told_at = 0.0

    def tell(self, n_rows: int, n_bytes: int) -> None:
        """Say how far the reading is."""
        now = time.monotonic()
        if now - self._told_at >= _REPORT_S:
            self._told_at = now
            share = min(n_bytes / self._total_bytes, 1.0)
            stage = tr(
                "Reading the file: {rows:,} rows, {done:,.0f} of {total:,.0f} MB",
                rows=n_rows,
                done=n_bytes / 1e6,
                total=self._total_bytes / 1e6,
            )
            self._report(stage, share)
