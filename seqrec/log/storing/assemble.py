"""From coded events to the files of a log."""

import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

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
from seqrec.log.profiling.profile import profile_log, save_profile
from seqrec.log.sequences import SequenceWriter
from seqrec.log.storing import sort_kernels
from seqrec.log.storing.behind import Behind
from seqrec.log.storing.coded import ITEM_TEXTS, Coded
from seqrec.log.storing.event_writer import EventWriter
from seqrec.log.storing.record_kernels import Int64s
from seqrec.log.storing.statements import SESSION_GAP_S
from seqrec.log.storing.stretches import Numbers, Stretches
from seqrec.translation.texts import mark
from seqrec.workspace import sync

_STRETCHES = "stretches"
_TEXT: pa.DataType = pa.large_string()
_USERS = pa.schema({"user": _TEXT})
_SESSIONS = pa.schema({"session_code": pa.int64(), "session": _TEXT})
_ITEMS = pa.schema(dict.fromkeys(("item", *ITEM_TEXTS), _TEXT))


def assemble(coded: Coded, draft: BehaviourLog, report: Report) -> BehaviourLog:
    """Write the coded events as a log into the draft's folder.

    Users are numbered by their first place, items by falling count and then first place, event
    types likewise; events are sorted by user, time and place. Where no event has a session,
    sessions are made by inactivity.

    Returns:
        The draft with its counts and times filled in, as it is stored.
    """
    report(mark("Numbering users and items"), 0.0)
    users, items, types = _number(coded)
    _write_names(coded, draft.folder, users, items)
    offsets = np.concatenate([[0], np.cumsum(users.counts)])
    gap_us = SESSION_GAP_S * 1_000_000 if draft.has_clock else -1
    stretches = Stretches(coded.events, users, items, types, offsets, gap_us)
    (draft.folder / SEQUENCES_FOLDER).mkdir()
    first_us, last_us, n_sessions = 2**63 - 1, -(2**63), 0
    with (
        SequenceWriter(draft.folder / SEQUENCES_FOLDER, offsets) as sequences,
        EventWriter(draft.folder / EVENTS_FILE, coded.events.names) as events,
    ):
        for columns in stretches.sorted(draft.folder / _STRETCHES):
            sequences.append(columns)
            events.append(columns)
            first_us = min(first_us, int(columns["time_us"].min()))
            last_us = max(last_us, int(columns["time_us"].max()))
            n_sessions = int(columns["session_id"].max()) + 1
            report(mark("Sorting and writing"), 0.1 + 0.75 * sequences.share)
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
    report(mark("Profiling"), 0.85)
    # The disk has its work while the processor counts.
    with Behind() as behind:
        behind.run(partial(_make_durable, draft.folder))
        save_profile(log, profile_log(log))
    save_log(log)
    return log


def _make_durable(folder: Path) -> None:
    for path in (folder / EVENTS_FILE, *(folder / SEQUENCES_FOLDER).iterdir()):
        sync(path)


def _number(coded: Coded) -> tuple[Numbers, Numbers, Numbers]:
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


def _numbers(order: Int64s, counts: Int64s, *, first_number: int) -> Numbers:
    codes = order[counts[order] > 0]
    by_code = np.full(len(counts), -1, dtype=np.int32)
    by_code[codes] = np.arange(first_number, first_number + len(codes), dtype=np.int32)
    return Numbers(by_code, codes, counts[codes])


def _write_names(coded: Coded, folder: Path, users: Numbers, items: Numbers) -> None:
    names = pa.table({"user": coded.users.take(users.codes)}, schema=_USERS)
    pq.write_table(names, folder / USERS_FILE, compression="zstd")
    table = coded.items.take(items.codes).cast(_ITEMS)
    table = table.append_column("n_events", pa.array(items.counts))
    pq.write_table(table, folder / ITEMS_FILE, compression="zstd")
    if len(coded.sessions):
        sessions = coded.sessions.cast(_SESSIONS)
        pq.write_table(sessions, folder / SESSIONS_FILE, compression="zstd")
