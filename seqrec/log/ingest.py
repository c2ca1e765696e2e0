"""From table files to a stored log: typed, sorted, encoded, every dropped row counted.

Rows are split, checked and numbered by compiled code in one pass; DuckDB reads what is written in
unusual ways. Uploaded names never become SQL and its connection can read and write below the
workspace only.
"""

import hashlib
import json
import logging
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import duckdb

from seqrec.errors import LogFormatError
from seqrec.log.behaviour_log import BehaviourLog, LogSource, Report, load_log
from seqrec.log.build import SCRATCH_FOLDER, connect
from seqrec.log.columns import ColumnMapping
from seqrec.log.source import IngestRequest, TableFile
from seqrec.workspace import Workspace, whole_folder

logger = logging.getLogger(__name__)

_INGEST_VERSION = 3
_ID_DIGITS = 16


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
    # Compiled code, which the dashboard never loads.
    from seqrec.log.assemble import assemble  # noqa: PLC0415
    from seqrec.log.rejects import RejectWriter  # noqa: PLC0415
    from seqrec.log.scan import scan_tables  # noqa: PLC0415
    from seqrec.log.settle import settle  # noqa: PLC0415

    report("Reading the file", 0.0)
    with RejectWriter(folder, with_text=not request.privacy.pseudonyms) as rejects:
        scanned = scan_tables(
            connection,
            request.tables,
            request.mapping,
            rejects,
            folder / SCRATCH_FOLDER,
            lambda stage, share: report(stage, 0.7 * share),
        )
        before = rejects.add_file(request.rejects) if request.rejects else Counter()
    if not scanned.events.n_rows:
        raise LogFormatError(_nothing_left(request.mapping, rejects.counts, scanned.unreadable))
    coded, notes = settle(scanned, None)
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
            LogSource(
                table.name, table.sha256, table.size_bytes, n_rows + before.pop(table.name, 0)
            )
            for table, n_rows in zip(request.tables, scanned.n_rows, strict=True)
        ),
        n_rows=scanned.events.n_rows + rejects.counts.total(),
        dropped=dict(rejects.counts.most_common()),
        privacy=request.privacy,
        notes=notes,
    )
    assemble(coded, draft, lambda stage, share: report(stage, 0.7 + 0.3 * share))
    coded.events.remove()


def _nothing_left(
    mapping: ColumnMapping, dropped: Counter[str], unreadable: Sequence[tuple[int, str]]
) -> str:
    reasons = "; ".join(f"{reason}: {n:,}" for reason, n in dropped.most_common(5))
    text = f"none of the {dropped.total():,} rows can be used ({reasons or 'there are none'})."
    if unreadable:
        found = ", ".join(f"line {line:,}: '{value[:40]}'" for line, value in unreadable)
        return (
            f"{text} Column '{mapping.time}' was read as {mapping.time_format.value}, but holds "
            f"{found}. Choose another time format or another column for the time."
        )
    return f"{text} Check which column is chosen for user, item and time."
