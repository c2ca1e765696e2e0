"""Reading what an ingest asks for, up to coded events."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from seqrec.errors import LogFormatError, MappingError
from seqrec.log.behaviour_log import LogSource, Report
from seqrec.log.columns import ColumnMapping
from seqrec.log.reject_words import tell_reason
from seqrec.log.source import IngestRequest, TableFile
from seqrec.log.storing.coded import Coded
from seqrec.log.storing.scan import Reading, scan_tables
from seqrec.log.storing.settle import Hide, settle
from seqrec.translation.texts import join_sentences, join_words, tr


@dataclass(frozen=True)
class ReadEvents:
    """Events of some files and where they come from.

    Attributes:
        coded: the events, in the order of the files.
        sources: the files, with the rows of each.
        notes: what was decided while reading, in words.
    """

    coded: Coded
    sources: tuple[LogSource, ...]
    notes: tuple[str, ...]


def check_columns(request: IngestRequest) -> None:
    """Refuse files that lack a chosen column.

    Raises:
        MappingError: names the file and its columns.
    """
    for table in request.tables:
        missing = [name for name in request.mapping.columns().values() if name not in table.columns]
        if missing:
            shown = join_words(f"'{name[:40]}'" for name in table.columns[:10])
            raise MappingError(
                tr(
                    "'{file}' has no column '{column}'; it has {found}. Choose files with the same "
                    "columns, or other columns",
                    file=table.name,
                    column=missing[0][:80],
                    found=shown,
                )
            )


def read_events(
    reading: Reading, request: IngestRequest, hide: Hide | None, report: Report
) -> ReadEvents:
    """Read all files of a request.

    Args:
        reading: what it takes.
        request: the files and how to read them.
        hide: gives users their pseudonyms; None keeps their ids.
        report: is told the rows read and the share of the bytes.

    Raises:
        LogFormatError: no row can be used; says how many failed for which reason.
    """
    counts_before = Counter(reading.rejects.counts)
    stamps = [_stamp(table) for table in request.tables]
    scanned = scan_tables(reading, request.tables, request.mapping, report)
    for table, stamp in zip(request.tables, stamps, strict=True):
        if _stamp(table) != stamp:
            raise LogFormatError(
                tr(
                    "'{name}' changed while it was read; wait until it is written completely and "
                    "choose it again",
                    name=table.name,
                )
            )
    earlier = reading.rejects.add_file(request.rejects) if request.rejects else Counter()
    if not scanned.events.n_rows:
        dropped = reading.rejects.counts - counts_before
        raise LogFormatError(_nothing_left(request.mapping, dropped, scanned.unreadable))
    coded, notes = settle(scanned, hide)
    sources = tuple(
        LogSource(table.name, table.sha256, table.size_bytes, n_rows + earlier.pop(table.name, 0))
        for table, n_rows in zip(request.tables, scanned.n_rows, strict=True)
    )
    return ReadEvents(coded, sources, notes)


def _stamp(table: TableFile) -> tuple[int, int]:
    """Size and time of the last change; 0 where the file is gone."""
    try:
        found = table.path.stat()
    except FileNotFoundError:
        return 0, 0
    return found.st_size, found.st_mtime_ns


def _nothing_left(
    mapping: ColumnMapping, dropped: Counter[str], unreadable: Sequence[tuple[int, str]]
) -> str:
    reasons = tr("; ").join(
        tr("{reason}: {n:,}", reason=tell_reason(reason), n=n)
        for reason, n in dropped.most_common(5)
    )
    text = tr(
        "none of the {n:,} rows can be used ({reasons}).",
        n=dropped.total(),
        reasons=reasons or tr("there are none"),
    )
    advice = tr("Check which column is chosen for user, item and time.")
    if unreadable:
        found = join_words(
            tr("line {line:,}: '{value}'", line=line, value=value[:40])
            for line, value in unreadable
        )
        advice = tr(
            "Column '{column}' was read as {form}, but holds {found}. Choose another time format "
            "or another column for the time.",
            column=mapping.time,
            form=tr(mapping.time_format),
            found=found,
        )
    return join_sentences((text, advice))
