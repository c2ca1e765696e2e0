"""From a CSV file to a stored log: typed, sorted, encoded, every dropped row counted.

DuckDB does the table work out of core; uploaded names never become SQL (columns are called
c0, c1... in it) and the connection can read and write below the workspace only.
"""

import hashlib
import json
import logging
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import numpy as np

from seqrec.errors import LogFormatError
from seqrec.log import statements
from seqrec.log.behaviour_log import (
    EVENTS_FILE,
    ITEMS_FILE,
    SEQUENCES_FOLDER,
    USERS_FILE,
    BehaviourLog,
    load_log,
    save_log,
)
from seqrec.log.columns import ColumnMapping
from seqrec.log.reader import MAX_LINE_BYTES, CsvProfile, Upload
from seqrec.log.sequences import SequenceDatabase
from seqrec.log.statements import quoted
from seqrec.workspace import Workspace, whole_folder

logger = logging.getLogger(__name__)

_INGEST_VERSION = 1
_ID_DIGITS = 16
_MALFORMED = "wrong number of columns, or a broken quote"

Report = Callable[[str, float], None]


@dataclass(frozen=True)
class CsvSource:
    """A file to ingest and how to read it.

    Attributes:
        upload: the file, inside the workspace, and what to call the log.
        sha256: of the file's bytes.
        delimiter, columns: as `inspect_csv` found them.
        mapping: which column plays which role.
    """

    upload: Upload
    sha256: str
    delimiter: str
    columns: tuple[str, ...]
    mapping: ColumnMapping

    @classmethod
    def of(cls, upload: Upload, profile: CsvProfile, mapping: ColumnMapping) -> "CsvSource":
        """The source for a file that was inspected."""
        return cls(upload, profile.sha256, profile.delimiter, profile.columns, mapping)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the source's bytes and of everything that decides what is made of them."""
        choices = json.dumps([asdict(self.mapping), self.delimiter, _INGEST_VERSION])
        return hashlib.sha256(f"{self.sha256} {choices}".encode()).hexdigest()


def ingest_csv(
    workspace: Workspace, source: CsvSource, memory_mib: int, report: Report
) -> BehaviourLog:
    """Store a CSV file as a log; the same file read the same way is recognised.

    Args:
        workspace: where to store it.
        source: the file and how to read it.
        memory_mib: DuckDB's memory limit; more than that is spilled to disk.
        report: is told the stage and the share done.

    Returns:
        The stored log; nothing is stored where this raises.

    Raises:
        LogFormatError: no row can be used; says how many failed for which reason.
    """
    started_at = time.monotonic()
    log_id = source.fingerprint[:_ID_DIGITS]
    target = workspace.logs / log_id
    if not target.exists():
        with whole_folder(target) as making:
            (making / "spill").mkdir()
            with _connect(workspace, making / "spill", memory_mib) as connection:
                _build(connection, source, making, report)
            (making / "spill").rmdir()
    log = load_log(workspace, log_id)
    elapsed_s = time.monotonic() - started_at
    logger.info("ingested %d of %d rows in %.1f s", log.n_events, log.n_rows, elapsed_s)
    return log


def _connect(workspace: Workspace, spill: Path, memory_mib: int) -> duckdb.DuckDBPyConnection:
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


def _build(
    connection: duckdb.DuckDBPyConnection, source: CsvSource, folder: Path, report: Report
) -> None:
    report("Reading the file", 0.05)
    raw = statements.create_raw(source.columns, source.mapping, MAX_LINE_BYTES)
    connection.execute(raw, [str(source.upload.path), source.delimiter])
    swallowed = connection.execute(statements.SWALLOWED_LINES).fetchone()
    if swallowed is not None:
        raise LogFormatError(
            f"line {swallowed[0]}: a quote is opened that does not close where its field ends, so "
            "the rows behind it cannot be told apart; mend the quote and upload the file again"
        )
    report("Checking values", 0.4)
    n_rows, dropped = _check(connection, source)
    report("Numbering users, items and sessions", 0.55)
    for statement in (*statements.NUMBERING, statements.create_sessions(source.mapping)):
        connection.execute(statement)
    report("Sorting and writing", 0.7)
    database = _write_parts(connection, folder, source)
    report("Finishing", 0.95)
    types = connection.execute("SELECT event FROM event_types ORDER BY event_id").fetchall()
    n_users, n_items = database.n_users, database.n_items
    save_log(
        BehaviourLog(
            folder=folder,
            log_id=source.fingerprint[:_ID_DIGITS],
            name=source.upload.name,
            fingerprint=source.fingerprint,
            mapping=source.mapping,
            n_rows=n_rows,
            n_users=n_users,
            n_items=n_items,
            n_events=database.n_events,
            n_sessions=database.n_sessions,
            dropped=dropped,
            event_types=tuple(row[0] for row in types),
            first_time_s=int(database.times_s.min()),
            last_time_s=int(database.times_s.max()),
            created_at=time.time(),
        )
    )


def _check(connection: duckdb.DuckDBPyConnection, source: CsvSource) -> tuple[int, dict[str, int]]:
    """Table `checked`; rows read in all, and rows dropped by reason.

    Raises:
        LogFormatError: nothing is left.
    """
    connection.execute(statements.create_checked(source.mapping))
    connection.execute("DROP TABLE raw")
    counts = connection.execute("SELECT reason, count(*) FROM checked GROUP BY ALL").fetchall()
    dropped = {reason: n for reason, n in counts if reason is not None}
    malformed = _one(connection, "SELECT count(DISTINCT line) FROM reject_errors")
    if malformed:
        dropped[_MALFORMED] = malformed
    n_rows = sum(n for _, n in counts) + malformed
    if n_rows == sum(dropped.values()):
        raise LogFormatError(_nothing_left(connection, source.mapping, n_rows, dropped))
    return n_rows, dict(sorted(dropped.items(), key=lambda pair: -pair[1]))


def _nothing_left(
    connection: duckdb.DuckDBPyConnection,
    mapping: ColumnMapping,
    n_rows: int,
    dropped: dict[str, int],
) -> str:
    reasons = "; ".join(f"{reason}: {n:,}" for reason, n in dropped.items())
    text = f"none of the {n_rows:,} rows can be used ({reasons})."
    examples = connection.execute(statements.UNREADABLE_TIMES).fetchall()
    if examples:
        found = ", ".join(f"row {row}: '{value[:40]}'" for row, value in examples)
        return (
            f"{text} Column '{mapping.time}' was read as {mapping.time_format.value}, but holds "
            f"{found}. Choose another time format or another column for the time."
        )
    return f"{text} Check which column is chosen for user, item and time."


def _write_parts(
    connection: duckdb.DuckDBPyConnection, folder: Path, source: CsvSource
) -> SequenceDatabase:
    database = _sequences(connection, source.fingerprint)
    (folder / SEQUENCES_FOLDER).mkdir()
    database.save(folder / SEQUENCES_FOLDER)
    outputs = {
        EVENTS_FILE: statements.select_events(source.mapping),
        USERS_FILE: statements.SELECT_USERS,
        ITEMS_FILE: statements.select_items(source.mapping),
    }
    for name, query in outputs.items():
        connection.execute(statements.copy_to(query, folder / name))
    return database


def _sequences(connection: duckdb.DuckDBPyConnection, fingerprint: str) -> SequenceDatabase:
    columns = connection.execute(statements.SEQUENCES).fetchnumpy()
    n_users = _one(connection, "SELECT count(*) FROM users")
    lengths = np.bincount(np.asarray(columns["user_row"]), minlength=n_users)
    return SequenceDatabase(
        items=np.asarray(columns["item_id"], dtype=np.int32),
        times_s=np.asarray(columns["time_us"], dtype=np.int64) // 1_000_000,
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        session_ids=np.asarray(columns["session_id"], dtype=np.int64),
        event_ids=np.asarray(columns["event_id"], dtype=np.int16),
        n_items=_one(connection, "SELECT count(*) FROM items"),
        fingerprint=fingerprint,
    )


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
