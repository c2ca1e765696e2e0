"""From coded tables to a stored log, and back: the one way in which a log is written.

Ingest, append and cleaning all make the same DuckDB tables (`coded`, `user_names`, `item_names`,
`event_names`, `session_names`; see `statements`) and hand them to `write_log`.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from seqrec.errors import WorkspaceError
from seqrec.log.behaviour_log import (
    EVENTS_FILE,
    ITEMS_FILE,
    SESSIONS_FILE,
    USERS_FILE,
    BehaviourLog,
    Report,
)
from seqrec.log.sql_text import quoted
from seqrec.log.storing import statements
from seqrec.log.storing.coded import Coded
from seqrec.log.storing.scratch import EVENT_COLUMNS, ScratchColumns
from seqrec.translation.texts import tr
from seqrec.workspace import Workspace

Connect = Callable[[], duckdb.DuckDBPyConnection]

SCRATCH_FOLDER = "scratch"
_EXPORT_ROWS = 1 << 18
# What DuckDB may take of the memory for the work: the interpreter and the arrays need the rest.
_DUCKDB_SHARE = 0.5
_LEAST_MIB = 64


@contextmanager
def connect(
    workspace: Workspace, spill: Path, memory_mib: int
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB in memory that spills into a folder and can reach the workspace only.

    Args:
        workspace: all that it can reach.
        spill: folder for what does not fit.
        memory_mib: what the whole process should take at most; DuckDB keeps to half of it.

    Raises:
        WorkspaceError: neither its memory nor the disk has room for what the body does.
    """
    with _open(workspace, spill, memory_mib) as connection:
        try:
            yield connection
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            free_mib = shutil.disk_usage(workspace.home).free >> 20
            raise WorkspaceError(
                tr(
                    "the work does not fit into {memory:,} MiB of memory and the {free:,} MiB that "
                    "are free on the workspace's disk; free some space, or raise "
                    "SEQREC_INGEST_MEMORY_MIB",
                    memory=memory_mib,
                    free=free_mib,
                )
            ) from error


@contextmanager
def connect_when_needed(workspace: Workspace, spill: Path, memory_mib: int) -> Iterator[Connect]:
    """`connect`, opened by the first call only: opening takes as long as reading 30,000 rows."""
    with ExitStack() as stack:
        yield cache(lambda: stack.enter_context(connect(workspace, spill, memory_mib)))


def _open(workspace: Workspace, spill: Path, memory_mib: int) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    settings = {
        "memory_limit": f"{max(int(memory_mib * _DUCKDB_SHARE), _LEAST_MIB)}MiB",
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
        connection: holds the coded tables, at least one event in `coded`, which is used up.
        draft: what is known of the log; its counts and times are filled in.
        report: is told the stage and the share (0 to 1) of the writing that is done.

    Returns:
        The log as it is stored.
    """
    # Compiled code, which the dashboard never loads.
    from seqrec.log.storing.assemble import assemble  # noqa: PLC0415

    coded = _export(connection, draft.folder / SCRATCH_FOLDER)
    # They lie on disk now, and sorting them needs the memory.
    connection.execute("DROP TABLE coded")
    log = assemble(coded, draft, report)
    coded.events.remove()
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


def _export(connection: duckdb.DuckDBPyConnection, folder: Path) -> Coded:
    """The coded tables on disk."""
    has_sessions, has_values = (
        _any(connection, f"SELECT 1 FROM coded WHERE {name} NOTNULL LIMIT 1")  # noqa: S608
        for name in ("session_code", "value")
    )
    optional = {"session_code": has_sessions, "value": has_values}
    with ScratchColumns(folder, tuple(n for n in EVENT_COLUMNS if optional.get(n, True))) as events:
        reader: Any = connection.sql(statements.EXPORT_EVENTS).to_arrow_reader(_EXPORT_ROWS)
        for batch in reader:
            events.append(
                {name: batch.column(name).to_numpy(zero_copy_only=False) for name in events.names}
            )
    by_code = (statements.EXPORT_USERS, statements.EXPORT_ITEMS, statements.EXPORT_TYPES)
    users, items, types = (_table(connection, query) for query in by_code)
    return Coded(
        events=events,
        users=users["user"].combine_chunks(),
        items=items,
        event_types=tuple(types["event"].to_pylist()),
        sessions=_table(connection, statements.EXPORT_SESSIONS),
    )


def _table(connection: duckdb.DuckDBPyConnection, query: str) -> Any:  # noqa: ANN401
    return connection.sql(query).to_arrow_table()


def _any(connection: duckdb.DuckDBPyConnection, query: str) -> bool:
    return bool(connection.execute(query).fetchall())
