"""From coded tables to a stored log, and back: the one way in which a log is written.

Ingest, append and cleaning all make the same DuckDB tables (`coded`, `user_names`, `item_names`,
`event_names`, `session_names`; see `statements`) and hand them to `write_log`.
"""

import time
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np

from seqrec.log import statements
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
from seqrec.log.columns import TimeFormat
from seqrec.log.profile import profile_log, save_profile
from seqrec.log.sequences import SequenceDatabase
from seqrec.log.statements import quoted
from seqrec.workspace import Workspace


def connect(workspace: Workspace, spill: Path, memory_mib: int) -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory that spills into a folder and can reach the workspace only."""
    connection = duckdb.connect()
    settings = {
        "memory_limit": f"{memory_mib}MiB",
        "temp_directory": str(spill),
        "TimeZone": "UTC",  # of times that name no zone
    }
    for name, value in settings.items():
        connection.execute(f"SET {name} = {quoted(value)}")
    home = quoted(f"{workspace.home.resolve()}/")
    connection.execute(f"SET allowed_directories = [{home}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def write_log(
    connection: duckdb.DuckDBPyConnection, draft: BehaviourLog, report: Report
) -> BehaviourLog:
    """Store the coded tables as a log in the draft's folder.

    Users are numbered by their first row, items by falling count and then first row, event types
    likewise; events are sorted by user, time, file and line. Where no event has a session, sessions
    are made by inactivity.

    Args:
        connection: holds the coded tables, at least one event in `coded`.
        draft: what is known of the log; its counts and times are filled in.
        report: is told the stage and the share (0 to 1) of the writing that is done.

    Returns:
        The log as it is stored.
    """
    report("Numbering users, items and sessions", 0.0)
    by_gap = not _any(connection, "SELECT 1 FROM coded WHERE session_code NOTNULL LIMIT 1")
    for statement in statements.renumber(
        by_gap=by_gap, has_clock=draft.mapping.time_format is not TimeFormat.ORDER
    ):
        connection.execute(statement)
    report("Sorting and writing", 0.3)
    database = _write_sequences(connection, draft)
    outputs = {
        EVENTS_FILE: statements.SELECT_EVENTS,
        USERS_FILE: statements.SELECT_USERS,
        ITEMS_FILE: statements.SELECT_ITEMS,
    }
    if _any(connection, "SELECT 1 FROM session_names LIMIT 1"):
        outputs[SESSIONS_FILE] = statements.SELECT_SESSIONS
    for name, query in outputs.items():
        connection.execute(statements.copy_to(query, draft.folder / name))
    report("Profiling", 0.85)
    types = connection.execute("SELECT event FROM new_events ORDER BY event_id").fetchall()
    log = replace(
        draft,
        n_users=database.n_users,
        n_items=database.n_items,
        n_events=database.n_events,
        n_sessions=database.n_sessions,
        event_types=tuple(row[0] for row in types),
        first_time_s=int(database.times_s.min()),
        last_time_s=int(database.times_s.max()),
        created_at=time.time(),
    )
    save_profile(log, profile_log(log))
    save_log(log)
    return log


def load_coded(connection: duckdb.DuckDBPyConnection, log: BehaviourLog) -> None:
    """Make the coded tables of a stored log again.

    Users, items and event types have their numbers in the log as codes. The log's folder must lie
    where the connection may read.
    """
    has_sessions = (log.folder / SESSIONS_FILE).is_file()
    paths = [EVENTS_FILE, USERS_FILE, ITEMS_FILE, *([SESSIONS_FILE] if has_sessions else [])]
    for statement, name in zip(statements.LOAD_CODED, paths, strict=False):
        connection.execute(statement, [str((log.folder / name).resolve())])
    connection.execute(statements.CREATE_EVENT_NAMES)
    connection.executemany(
        "INSERT INTO event_names VALUES (?, ?)", list(enumerate(log.event_types))
    )
    if not has_sessions:
        connection.execute(statements.CREATE_SESSION_NAMES)


def _write_sequences(
    connection: duckdb.DuckDBPyConnection, draft: BehaviourLog
) -> SequenceDatabase:
    columns = connection.execute(statements.SEQUENCES).fetchnumpy()
    lengths = np.bincount(np.asarray(columns["user_row"]))
    items = np.asarray(columns["item_id"], dtype=np.int32)
    database = SequenceDatabase(
        items=items,
        times_s=np.asarray(columns["time_us"], dtype=np.int64) // 1_000_000,
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        session_ids=np.asarray(columns["session_id"], dtype=np.int64),
        event_ids=np.asarray(columns["event_id"], dtype=np.int16),
        n_items=int(items.max()),
        fingerprint=draft.fingerprint,
    )
    (draft.folder / SEQUENCES_FOLDER).mkdir()
    database.save(draft.folder / SEQUENCES_FOLDER)
    return database


def _any(connection: duckdb.DuckDBPyConnection, query: str) -> bool:
    return connection.execute(query).fetchone() is not None
