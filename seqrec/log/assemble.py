"""From coded events to the files of a log, a stretch of users at a time.

Memory is bounded by `_STRETCH_EVENTS` whatever the log's size: each pass over the events puts those
of some users into their places, sorts them and writes them behind the ones before.
"""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from seqrec.log import sort_kernels
from seqrec.log.behaviour_log import (
    EVENTS_FILE,
    ITEMS_FILE,
    SEQUENCES_FOLDER,
    SESSIONS_FILE,
    USERS_FILE,
    BehaviourLog,
    Report,
    save_log,
)
from seqrec.log.coded import ITEM_TEXTS, Coded
from seqrec.log.profile import profile_log, save_profile
from seqrec.log.scratch import EVENT_COLUMNS, FILE_SHIFT, ScratchColumns
from seqrec.log.sequences import SequenceWriter
from seqrec.log.statements import SESSION_GAP_S

_STRETCH_EVENTS = 6_000_000
_GROUP_EVENTS = 1 << 20
_TEXT: pa.DataType = pa.large_string()
_USERS = pa.schema({"user": _TEXT})
_SESSIONS = pa.schema({"session_code": pa.int64(), "session": _TEXT})
_ITEMS = pa.schema(dict.fromkeys(("item", *ITEM_TEXTS), _TEXT))

Int64s = NDArray[np.int64]
Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class _Numbers:
    """What the codes of one kind become.

    Attributes:
        by_code: its number, -1 where no event has the code; int32.
        codes: code by number, from the first number on.
        counts: events by number, likewise.
    """

    by_code: NDArray[np.int32]
    codes: Int64s
    counts: Int64s


def assemble(coded: Coded, draft: BehaviourLog, report: Report) -> BehaviourLog:
    """Write the coded events as a log into the draft's folder.

    Users are numbered by their first place, items by falling count and then first place, event
    types likewise; events are sorted by user, time and place. Where no event has a session,
    sessions are made by inactivity.

    Returns:
        The draft with its counts and times filled in, as it is stored.
    """
    report("Numbering users and items", 0.0)
    users, items, types = _number(coded)
    _write_names(coded, draft.folder, users, items)
    offsets = np.concatenate([[0], np.cumsum(users.counts)])
    gap_us = SESSION_GAP_S * 1_000_000 if draft.has_clock else -1
    stretches = _Stretches(coded.events, users, items, types, offsets, gap_us)
    (draft.folder / SEQUENCES_FOLDER).mkdir()
    first_us, last_us, n_sessions = 2**63 - 1, -(2**63), 0
    with (
        SequenceWriter(draft.folder / SEQUENCES_FOLDER, offsets) as sequences,
        _EventsWriter(draft.folder / EVENTS_FILE, coded.events.names) as events,
    ):
        for columns in stretches.sorted():
            sequences.append(columns)
            events.append(columns)
            first_us = min(first_us, int(columns["time_us"].min()))
            last_us = max(last_us, int(columns["time_us"].max()))
            n_sessions = int(columns["session_id"].max()) + 1
            report("Sorting and writing", 0.1 + 0.75 * sequences.share)
    log = replace(
        draft,
        n_users=len(users.codes),
        n_items=len(items.codes),
        n_events=coded.events.n_rows,
        n_sessions=n_sessions,
        event_types=tuple(coded.event_types[code] for code in types.codes),
        first_time_s=first_us // 1_000_000,
        last_time_s=last_us // 1_000_000,
        created_at=time.time(),
    )
    report("Profiling", 0.85)
    save_profile(log, profile_log(log))
    save_log(log)
    return log


def _number(coded: Coded) -> tuple[_Numbers, _Numbers, _Numbers]:
    """Numbers of users, items and event types."""
    lengths = {
        "user_code": len(coded.users),
        "item_code": len(coded.items),
        "event_code": len(coded.event_types),
    }
    counts = {name: np.zeros(length, dtype=np.int64) for name, length in lengths.items()}
    firsts = {name: np.full(length, 2**63 - 1) for name, length in lengths.items()}
    for block in coded.events.blocks((*lengths, "place")):
        for name in lengths:
            sort_kernels.count_codes(block[name], block["place"], counts[name], firsts[name])
    by_first = np.argsort(firsts["user_code"], kind="stable")
    users = _numbers(by_first, counts["user_code"], first_number=0)
    items, types = (
        _numbers(np.lexsort([firsts[name], -counts[name]]), counts[name], first_number=first_number)
        for name, first_number in (("item_code", 1), ("event_code", 0))
    )
    return users, items, types


def _numbers(order: Int64s, counts: Int64s, *, first_number: int) -> _Numbers:
    codes = order[counts[order] > 0]
    by_code = np.full(len(counts), -1, dtype=np.int32)
    by_code[codes] = np.arange(first_number, first_number + len(codes), dtype=np.int32)
    return _Numbers(by_code, codes, counts[codes])


def _write_names(coded: Coded, folder: Path, users: _Numbers, items: _Numbers) -> None:
    names = pa.table({"user": coded.users.take(users.codes)}, schema=_USERS)
    pq.write_table(names, folder / USERS_FILE, compression="zstd")
    table = coded.items.take(items.codes).cast(_ITEMS)
    table = table.append_column("n_events", pa.array(items.counts))
    pq.write_table(table, folder / ITEMS_FILE, compression="zstd")
    if len(coded.sessions):
        sessions = coded.sessions.cast(_SESSIONS)
        pq.write_table(sessions, folder / SESSIONS_FILE, compression="zstd")


@dataclass
class _Stretches:
    """The events of some users after the other, sorted."""

    events: ScratchColumns
    users: _Numbers
    items: _Numbers
    types: _Numbers
    offsets: Int64s
    gap_us: int
    last_session: int = -1

    def sorted(self) -> Iterator[Columns]:
        """Columns of the log, a stretch of users after the other."""
        n_users = len(self.offsets) - 1
        begin = 0
        while begin < n_users:
            most = self.offsets[begin] + _STRETCH_EVENTS
            end = int(np.searchsorted(self.offsets, most, side="right")) - 1
            end = max(end, begin + 1)
            yield self._sort(begin, end)
            begin = end

    def _sort(self, begin: int, end: int) -> Columns:
        offsets = self.offsets[begin : end + 1] - self.offsets[begin]
        columns = self._collect(begin, offsets)
        user_codes = columns.pop("user_code")
        del user_codes
        order = np.empty(int(offsets[-1]), dtype=np.int32)
        sort_kernels.sort_stretches(offsets, columns["time_us"], columns["place"], order)
        for name in columns.keys() - {"time_us", "place"}:
            values = np.empty_like(columns[name])
            sort_kernels.gather(columns[name], order, values)
            columns[name] = values
        del order
        columns["session_id"] = self._number_sessions(offsets, columns)
        columns["item_id"] = self.items.by_code[columns.pop("item_code")]
        columns["event_id"] = self.types.by_code[columns.pop("event_code")].astype(np.int16)
        rows = np.arange(begin, end, dtype=np.int32)
        columns["user_row"] = np.repeat(rows, np.diff(offsets))
        return columns

    def _collect(self, begin: int, offsets: Int64s) -> Columns:
        """The events of some users, by user, else in the order in which they are stored."""
        n_events = int(offsets[-1])
        columns = {
            name: np.empty(n_events, dtype=EVENT_COLUMNS[name]) for name in self.events.names
        }
        ends = offsets[:-1].copy()
        for block in self.events.blocks(self.events.names):
            slots = np.empty(len(block["user_code"]), dtype=np.int64)
            by_code = self.users.by_code
            sort_kernels.find_slots(block["user_code"], by_code, begin, slots, ends)
            for name, values in block.items():
                sort_kernels.scatter(values, slots, columns[name])
        return columns

    def _number_sessions(self, offsets: Int64s, columns: Columns) -> Int64s:
        sessions = np.empty(int(offsets[-1]), dtype=np.int64)
        last = self.last_session
        if "session_code" in columns:
            codes = columns["session_code"]
            last = sort_kernels.number_sessions(offsets, codes, last, sessions)
        else:
            times = columns["time_us"]
            last = sort_kernels.sessions_by_gap(offsets, times, self.gap_us, last, sessions)
        self.last_session = int(last)
        return sessions


class _EventsWriter:
    """Writes sorted events as Parquet, in a thread beside the sorting."""

    def __init__(self, path: Path, names: tuple[str, ...]) -> None:
        self._optional = [name for name in ("session_code", "value") if name in names]
        fields: dict[str, pa.DataType] = {
            "file": pa.int16(),
            "line": pa.int64(),
            "user_row": pa.int32(),
            "item_id": pa.int32(),
            "time_us": pa.int64(),
            "event_id": pa.int16(),
            "session_code": pa.int64(),
            "value": pa.float64(),
        }
        self._schema = pa.schema(fields)
        self._writer = pq.ParquetWriter(
            path, self._schema, compression="zstd", compression_level=1, use_dictionary=False
        )
        self._pool = ThreadPoolExecutor(1)
        self._running: Future[None] | None = None

    def __enter__(self) -> "_EventsWriter":
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._wait()
        finally:
            self._pool.shutdown()
            self._writer.close()

    def append(self, columns: Columns) -> None:
        """Write rows behind the ones before; waits until those are written."""
        self._wait()
        self._running = self._pool.submit(self._write, columns)

    def _wait(self) -> None:
        if self._running is not None:
            self._running.result()

    def _write(self, columns: Columns) -> None:
        n_events = len(columns["place"])
        for begin in range(0, n_events, _GROUP_EVENTS):
            rows = slice(begin, begin + _GROUP_EVENTS)
            places = columns["place"][rows]
            arrays = {
                "file": (places >> FILE_SHIFT).astype(np.int16),
                "line": places & ((1 << FILE_SHIFT) - 1),
                **{name: columns[name][rows] for name in ("user_row", "item_id", "time_us")},
                "event_id": columns["event_id"][rows],
            }
            table = {name: pa.array(values) for name, values in arrays.items()}
            for name in ("session_code", "value"):
                given = columns[name][rows] if name in self._optional else None
                table[name] = _nullable(given, len(places), self._schema.field(name).type)
            self._writer.write_table(pa.table(table, schema=self._schema))


def _nullable(values: NDArray[Any] | None, length: int, kind: Any) -> Any:  # noqa: ANN401
    """Values with -1 (session codes) and NaN as null."""
    if values is None:
        return pa.nulls(length, kind)
    missing = np.isnan(values) if values.dtype.kind == "f" else values < 0
    return pa.array(values, mask=missing)
