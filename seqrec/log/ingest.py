"""From table files to a stored log: typed, sorted, encoded, every dropped row counted.

DuckDB does the table work out of core; uploaded names never become SQL (columns are called
c0, c1... in it) and the connection can read and write below the workspace only.
"""

import hashlib
import json
import logging
import time
from dataclasses import asdict
from pathlib import Path

import duckdb

from seqrec.errors import LogFormatError
from seqrec.log import statements
from seqrec.log.behaviour_log import BehaviourLog, LogSource, Report, load_log
from seqrec.log.build import connect, write_log
from seqrec.log.columns import ColumnMapping
from seqrec.log.formats.text_scan import MAX_LINE_BYTES
from seqrec.log.source import IngestRequest, TableFile
from seqrec.workspace import Workspace, whole_folder

logger = logging.getLogger(__name__)

_INGEST_VERSION = 2
_ID_DIGITS = 16
_MALFORMED = "wrong number of columns, or a broken quote"


def ingest(
    workspace: Workspace, request: IngestRequest, memory_mib: int, report: Report
) -> BehaviourLog:
    """Store table files as a log; the same files read the same way are recognised.

    Args:
        workspace: where to store it; the files lie in it too.
        request: the files and everything that decides what is made of them.
        memory_mib: DuckDB's memory limit; more than that is spilled to disk.
        report: is told the stage and the share done.

    Returns:
        The stored log; nothing is stored where this raises.

    Raises:
        LogFormatError: no row can be used; says how many failed for which reason.
    """
    started_at = time.monotonic()
    fingerprint = _fingerprint(request)
    log_id = fingerprint[:_ID_DIGITS]
    target = workspace.logs / log_id
    if not target.exists():
        with whole_folder(target) as making:
            (making / "spill").mkdir()
            with connect(workspace, making / "spill", memory_mib) as connection:
                _build(connection, request, fingerprint, making, report)
            (making / "spill").rmdir()
    log = load_log(workspace, log_id)
    elapsed_s = time.monotonic() - started_at
    logger.info("ingested %d of %d rows in %.1f s", log.n_events, log.n_rows, elapsed_s)
    return log


def _fingerprint(request: IngestRequest) -> str:
    """SHA-256 of the sources' bytes and of everything that decides what is made of them."""
    catalogue = request.catalogue and [
        _described(request.catalogue.table),
        asdict(request.catalogue.mapping),
    ]
    choices = [
        _INGEST_VERSION,
        [_described(table) for table in request.tables],
        asdict(request.mapping),
        catalogue,
        asdict(request.privacy),
    ]
    return hashlib.sha256(json.dumps(choices).encode()).hexdigest()


def _described(table: TableFile) -> list[object]:
    return [table.sha256, table.columns, table.dialect and asdict(table.dialect)]


def _build(
    connection: duckdb.DuckDBPyConnection,
    request: IngestRequest,
    fingerprint: str,
    folder: Path,
    report: Report,
) -> None:
    report("Reading the file", 0.05)
    connection.execute(statements.CREATE_RAW)
    for place, table in enumerate(request.tables):
        _read(connection, table, request.mapping, place)
    report("Checking values", 0.4)
    n_rows, dropped = _check(connection, request.mapping)
    report("Numbering users, items and sessions", 0.5)
    for statement in statements.encode(has_sessions=request.mapping.session is not None):
        connection.execute(statement)
    log_id = fingerprint[:_ID_DIGITS]
    draft = BehaviourLog(
        folder=folder,
        log_id=log_id,
        name=request.name,
        fingerprint=fingerprint,
        mapping=request.mapping,
        family=log_id,
        version=1,
        parent=None,
        sources=tuple(
            LogSource(table.name, table.sha256, table.size_bytes, n_rows.get(place, 0))
            for place, table in enumerate(request.tables)
        ),
        n_rows=sum(n_rows.values()),
        dropped=dropped,
        privacy=request.privacy,
    )
    write_log(connection, draft, lambda stage, share: report(stage, 0.6 + 0.4 * share))


def _read(
    connection: duckdb.DuckDBPyConnection, table: TableFile, mapping: ColumnMapping, place: int
) -> None:
    path = str(table.path.resolve())
    if table.dialect is None:
        connection.execute(statements.insert_parquet(table, mapping, place), {"path": path})
        return
    statement = statements.insert_text(table, mapping, place, MAX_LINE_BYTES)
    dialect = table.dialect
    parameters = {"path": path, "delimiter": dialect.delimiter, "quote": dialect.quote}
    connection.execute(statement, parameters)
    swallowed = connection.execute(statements.SWALLOWED_LINES).fetchone()
    if swallowed is not None:
        raise LogFormatError(
            f"line {swallowed[0]}: a quote is opened that does not close where its field ends, so "
            "the rows behind it cannot be told apart; mend the quote and upload the file again"
        )


def _check(
    connection: duckdb.DuckDBPyConnection, mapping: ColumnMapping
) -> tuple[dict[int, int], dict[str, int]]:
    """Table `checked`; rows read of each file, and rows dropped by reason.

    Raises:
        LogFormatError: nothing is left.
    """
    connection.execute(statements.create_checked(mapping))
    connection.execute("DROP TABLE raw")
    counts = connection.execute("SELECT reason, count(*) FROM checked GROUP BY ALL").fetchall()
    dropped = {reason: n for reason, n in counts if reason is not None}
    malformed = _one(connection, statements.COUNT_MALFORMED)
    if malformed:
        dropped[_MALFORMED] = malformed
    n_rows = dict(connection.execute("SELECT file, count(*) FROM checked GROUP BY ALL").fetchall())
    n_rows[0] = n_rows.get(0, 0) + malformed
    if sum(n_rows.values()) == sum(dropped.values()):
        raise LogFormatError(_nothing_left(connection, mapping, sum(n_rows.values()), dropped))
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


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
