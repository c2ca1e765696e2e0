"""A whole ingest beside a plain one, in batches and stretches of a few rows."""

import csv
import io
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.errors import LogFormatError
from seqrec.log.behaviour_log import (
    BehaviourLog,
    load_catalogue,
    load_rejects,
    load_sequences,
    load_users,
)
from seqrec.log.columns import ColumnMapping, TimeFormat
from seqrec.log.storing import batches, scratch, stretches
from seqrec.workspace import open_workspace
from tests.log.tables import store, text_table

NAMES = ("user", "item", "time", "event", "session")
MAPPING = ColumnMapping(*NAMES[:3], TimeFormat.EPOCH_S, event="event", session="session")
GAP_S = 1800

USER = st.sampled_from(["u1", "u2", "a,b", 'q"q', "two\nlines", "", "NULL", "用户"])
ITEM = st.sampled_from(["i1", "i2", "i3", " i1 ", "", "-"])
TIME = st.one_of(st.integers(0, 4000).map(str), st.sampled_from(["", "soon"]))
ROW = st.tuples(USER, ITEM, TIME, st.sampled_from(["view", "buy", ""]), st.sampled_from("xyz"))
BROKEN = st.sampled_from([("u1", "i1"), ("u1", "i1", "5", "view", "x", "more", "fields")])
ROWS = st.lists(st.one_of(ROW, ROW, ROW, BROKEN), max_size=30)


@dataclass
class Plain:
    """What an ingest should make."""

    users: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    events: list[tuple[str, str, int, str, int]] = field(default_factory=list)
    rejects: list[tuple[int, str]] = field(default_factory=list)


def missing(text: str) -> bool:
    return text in ("", "NULL", "-")


def reason_of(row: tuple[str, ...]) -> str:
    if len(row) != len(NAMES):
        return "too few columns" if len(row) < len(NAMES) else "too many columns"
    for name, text in zip(NAMES[:3], row, strict=False):
        if missing(text):
            return f"no {name}" + (f" ('{text.lower()}')" if text else "")
    return "" if row[2].isdecimal() else "time cannot be read"


def ingest_plainly(rows: list[tuple[str, ...]], *, own_sessions: bool) -> Plain:
    """Line by line, with lists and sorts."""
    plain, kept, line = Plain(), [], 2
    for row in rows:
        reason = reason_of(row)
        if reason:
            plain.rejects.append((line, reason))
        else:
            kept.append((row[0], row[1].strip(), int(row[2]), row[3], row[4], line))
        line += 1 + sum(text.count("\n") for text in row)
    plain.users = list(dict.fromkeys(event[0] for event in kept))
    counts = Counter(event[1] for event in kept)
    plain.items = sorted(counts, key=lambda item: -counts[item])
    for user in plain.users:
        history = sorted((e for e in kept if e[0] == user), key=lambda e: (e[2], e[5]))
        sessions: list[str] = []
        last = None
        for _, item, time, event, session, _ in history:
            if not own_sessions:
                begins = last is None or time - last > GAP_S
                session = str(len(sessions)) if begins else sessions[-1]  # noqa: PLW2901
                last = time
            if session not in sessions:
                sessions.append(session)
            plain.events.append((user, item, time, event, sessions.index(session)))
    return plain


def events_of(log: BehaviourLog) -> list[tuple[str, str, int, str, int]]:
    """User, item, time, event type and session within the user, as stored."""
    database = load_sequences(log)
    users = np.repeat(load_users(log), np.diff(database.offsets))
    items = load_catalogue(log).item_keys[database.items]
    types = [log.event_types[event] for event in database.event_ids]
    firsts = np.repeat(database.session_ids[database.offsets[:-1]], np.diff(database.offsets))
    sessions = (database.session_ids - firsts).tolist()
    return list(zip(users, items, database.times_s.tolist(), types, sessions, strict=True))


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, own_sessions=st.booleans(), in_files=st.booleans())
def test_an_ingest_is_that_of_lists_and_sorts(
    tmp_path_factory,
    rows,
    own_sessions: bool,  # noqa: FBT001
    in_files: bool,  # noqa: FBT001
):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([NAMES, *rows])
    workspace = open_workspace(tmp_path_factory.mktemp("home"))
    mapping = ColumnMapping(
        *NAMES[:3], TimeFormat.EPOCH_S, event="event", session="session" if own_sessions else None
    )
    expected = ingest_plainly(rows, own_sessions=own_sessions)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "MAX_RECORD_BYTES", 200)
        patch.setattr(batches, "_MAX_ROWS", 3)
        if in_files:
            patch.setattr(scratch, "_MAX_HELD_BYTES", 100)
            patch.setattr(stretches, "_MIN_STRETCH_EVENTS", 2)
            patch.setattr(stretches, "_BLOCK_EVENTS", 4)
        table = text_table(workspace, text.getvalue())
        if not expected.events:
            with pytest.raises(LogFormatError, match="none of the"):
                store(workspace, table, mapping=mapping)
            return
        log = store(workspace, table, mapping=mapping)
    assert list(load_users(log)) == expected.users
    assert list(load_catalogue(log).item_keys[1:]) == expected.items
    assert events_of(log) == expected.events
    found = load_rejects(log)
    assert list(zip(found["line"].to_pylist(), found["reason"].to_pylist(), strict=True)) == (
        expected.rejects
    )
    assert log.n_rows == len(rows)
    assert log.dropped == Counter(reason for _, reason in expected.rejects)
