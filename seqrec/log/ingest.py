"""From table files to a stored log: typed, sorted, encoded, every dropped row counted.

Rows are split, checked and numbered by compiled code in one pass; DuckDB reads what is written in
unusual ways. Uploaded names never become SQL and its connection can read and write below the
workspace only.
"""

import hashlib
import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from seqrec.log.behaviour_log import (
    REJECTS_FILE,
    BehaviourLog,
    CatalogueCounts,
    Report,
    load_log,
)
from seqrec.log.cleaning.apply import step_from_json
from seqrec.log.cleaning.versions import clean_log, find_uncleaned
from seqrec.log.source import IngestRequest, TableFile
from seqrec.log.storing.append import append_events, check_appendable
from seqrec.log.storing.assemble import assemble
from seqrec.log.storing.build import SCRATCH_FOLDER, Connect, connect_when_needed
from seqrec.log.storing.catalogue import (
    describe_items,
    join_catalogues,
    read_catalogue,
    save_catalogue,
)
from seqrec.log.storing.coded import Coded
from seqrec.log.storing.originals import keep_originals
from seqrec.log.storing.pseudonyms import Pseudonyms
from seqrec.log.storing.reading import check_columns, read_events
from seqrec.log.storing.rejects import RejectWriter
from seqrec.log.storing.scan import Reading, Start
from seqrec.log.storing.versions import whole_log
from seqrec.translation.texts import mark
from seqrec.workspace import Workspace

logger = logging.getLogger(__name__)

_INGEST_VERSION = 3
_ID_DIGITS = 16
_READ_SHARE = 0.7


def ingest(
    workspace: Workspace, request: IngestRequest, memory_mib: int, report: Report
) -> BehaviourLog:
    """Store table files as a log, or as a new version of a stored one.

    The same files read the same way are recognised. Events are appended to the uncleaned version
    of a log; the cleaning steps of the one that was named are then applied to all.

    Args:
        workspace: where to store it; the files lie in it too, or on the server.
        request: the files and everything that decides what is made of them.
        memory_mib: what the work should take at most; DuckDB spills to disk before that.
        report: is told the stage and the share done.

    Returns:
        The stored log; nothing is stored where this raises.

    Raises:
        LogFormatError: no row can be used, says how many failed for which reason; or all of them
            are in the log already.
        MappingError: a file lacks a column, what is appended is of another kind, or the catalogue
            describes no item.
        NotStoredError: the log to append to is gone.
    """
    started_at = time.monotonic()
    check_columns(request)
    named = load_log(workspace, request.append_to) if request.append_to else None
    base = named and find_uncleaned(workspace, named)
    if base is not None:
        check_appendable(base, request)
        request = replace(request, privacy=base.privacy)
    fingerprint = _fingerprint(request, base)
    log_id = fingerprint[:_ID_DIGITS]
    target = workspace.logs / log_id
    if not target.exists():
        with (
            whole_log(workspace, target) as making,
            _connecting(workspace, making, memory_mib) as connect,
        ):
            made = _Making(workspace, connect, making, fingerprint, base, memory_mib)
            made.store(request, report)
    log = load_log(workspace, log_id)
    if named is not None and named.cleaning:
        steps = [step_from_json(step) for step in named.cleaning]
        log = clean_log(workspace, log, steps, memory_mib, report)
    elapsed_s = time.monotonic() - started_at
    logger.info("ingested %d of %d rows in %.1f s", log.n_events, log.n_rows, elapsed_s)
    return log


def _fingerprint(request: IngestRequest, base: BehaviourLog | None) -> str:
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
        base and base.fingerprint,
    ]
    return hashlib.sha256(json.dumps(choices).encode()).hexdigest()


def _described(table: TableFile) -> list[object]:
    dialect = table.dialect and asdict(table.dialect)
    return [table.sha256, table.columns, dialect, table.reading]


@contextmanager
def _connecting(workspace: Workspace, folder: Path, memory_mib: int) -> Iterator[Connect]:
    spill = folder / "spill"
    spill.mkdir()
    with connect_when_needed(workspace, spill, memory_mib) as connect:
        yield connect
    spill.rmdir()


@dataclass(frozen=True)
class _Making:
    """What it takes to fill a log's folder.

    Attributes:
        folder: that is filled.
        base: the log that is appended to; None makes a new one.
    """

    workspace: Workspace
    connect: Connect
    folder: Path
    fingerprint: str
    base: BehaviourLog | None
    memory_mib: int

    def store(self, request: IngestRequest, report: Report) -> None:
        """Read, settle and write everything."""
        report(mark("Reading the file"), 0.0)
        hide = Pseudonyms(self.workspace).hide if request.privacy.pseudonyms else None
        with RejectWriter(self.folder, with_text=hide is None) as rejects:
            start = self._begin(rejects)
            scratch = self.folder / SCRATCH_FOLDER
            reading = Reading(self.connect, rejects, scratch, start, self.memory_mib)
            read = read_events(
                reading, request, hide, lambda stage, share: report(stage, _READ_SHARE * share)
            )
            coded = self._join(read.coded, request, rejects, report)
        coded, counts = self._describe(coded, request)
        if request.keep_original:
            keep_originals(self.workspace, request, self.folder)
        draft = replace(
            self._draft(request),
            sources=(*(self.base.sources if self.base else ()), *read.sources),
            n_rows=coded.events.n_rows + rejects.counts.total(),
            dropped=dict(rejects.counts.most_common()),
            notes=read.notes,
            catalogue=counts,
        )
        rest = 1 - _READ_SHARE
        assemble(coded, draft, lambda stage, share: report(stage, _READ_SHARE + rest * share))
        coded.events.remove()

    def _begin(self, rejects: RejectWriter) -> Start:
        """What lies before the new rows; the rejects of the log that is appended to are taken."""
        if self.base is None:
            return Start()
        if (self.base.folder / REJECTS_FILE).is_file():
            rejects.add_file(self.base.folder / REJECTS_FILE)
        return Start(len(self.base.sources), self.base.n_rows)

    def _join(
        self, coded: Coded, request: IngestRequest, rejects: RejectWriter, report: Report
    ) -> Coded:
        """The new events behind those of the log that is appended to."""
        if self.base is None:
            return coded
        report(mark("Looking for events that are there already"), _READ_SHARE)
        folder = self.folder / f"{SCRATCH_FOLDER}-all"
        return append_events(self.connect(), self.base, coded, request.tables, rejects, folder)

    def _describe(
        self, coded: Coded, request: IngestRequest
    ) -> tuple[Coded, CatalogueCounts | None]:
        """The events with what the catalogues say of the items; the entries are stored."""
        entries = None
        counts = self.base.catalogue if self.base else None
        if request.catalogue is not None:
            entries, counts = read_catalogue(request.catalogue)
        if self.base is not None:
            entries = join_catalogues(entries, self.base)
        if entries is None or counts is None:
            return coded, None
        save_catalogue(entries, self.folder)
        items, n_matched = describe_items(coded.items, entries, counts.name)
        return replace(coded, items=items), replace(counts, n_matched=n_matched)

    def _draft(self, request: IngestRequest) -> BehaviourLog:
        log_id = self.fingerprint[:_ID_DIGITS]
        draft = BehaviourLog(
            folder=self.folder,
            log_id=log_id,
            name=request.name,
            fingerprint=self.fingerprint,
            mapping=request.mapping,
            family=log_id,
            version=1,
            parent=None,
            sources=(),
            n_rows=0,
            dropped={},
            privacy=request.privacy,
            original_kept=request.keep_original,
        )
        if self.base is None:
            return draft
        return replace(
            draft,
            name=self.base.name,
            mapping=self.base.mapping,
            family=self.base.family,
            parent=self.base.log_id,
        )
