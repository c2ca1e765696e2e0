"""From an upload's bytes to table files that DuckDB reads without guessing, and what was found.

Runs in a worker: the server's process never parses what was uploaded.
"""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from seqrec.errors import LogFormatError, OverLimitError
from seqrec.log.formats.delimited import NO_HEADER
from seqrec.log.formats.progress import Report, within
from seqrec.log.formats.read_file import FileReader, ReadFile
from seqrec.log.formats.rejects_file import RejectsFile
from seqrec.log.prepared import Prepared, save_prepared
from seqrec.log.source import N_FIRST_ROWS, N_SPREAD_ROWS, ReadOptions, Sample, TableFile
from seqrec.log.times.date_check import check_dates, undecided_columns
from seqrec.log.upload import Upload, UploadedFile
from seqrec.translation.texts import mark, tr
from seqrec.workspace import remove_folder

REJECTS_FILE = "rejects.parquet"
_LOCK_FILE = "lock"


def prepare_upload(upload: Upload, options: ReadOptions, report: Report) -> Prepared:
    """Make an upload's files readable and store what was found beside them.

    Args:
        upload: the files; they are not changed.
        options: what the analyst has set about reading them.
        report: is told the stage and the share done.

    Returns:
        What was found; an earlier finding is replaced once this one is whole.

    Raises:
        LogFormatError: a file cannot be read as a table; says which, where and why.
        OverLimitError: it would grow beyond what is allowed.
    """
    files, twins = _without_twins(upload.files)
    n_bytes = max(sum(file.size_bytes for file in files), 1)
    with _making(upload) as folder:
        parts: list[ReadFile] = []
        n_before = 0
        with RejectsFile(folder / REJECTS_FILE) as rejects:
            for place, file in enumerate(files):
                span = within(report, n_before / n_bytes, (n_before + file.size_bytes) / n_bytes)
                n_before += file.size_bytes
                target = folder / f"table-{place}"
                parts.append(_read(file, target, options, rejects, _in_bytes(span, file)))
        prepared = _join(parts, options, rejects)
        prepared = replace(prepared, notes=(*prepared.notes, *twins))
        undecided = undecided_columns(prepared.sample)
        if undecided:
            report(mark("Telling days from months"), 1.0)
            dates = check_dates(prepared.tables, undecided, folder)
            prepared = replace(prepared, dates=dates)
        save_prepared(upload, prepared)
    return prepared


def _without_twins(files: Sequence[UploadedFile]) -> tuple[list[UploadedFile], list[str]]:
    """The files, but for those with the bytes of an earlier one, and a note on each of these.

    Files on the server have no sum yet: they are different where they lie at different places.
    """
    kept: dict[str, UploadedFile] = {}
    notes: list[str] = []
    for file in files:
        key = file.sha256 or str(file.path)
        earlier = kept.setdefault(key, file)
        if earlier is not file:
            notes.append(
                tr(
                    "{file} holds the same bytes as {earlier} and is left out",
                    file=file.name,
                    earlier=earlier.name,
                )
            )
    return list(kept.values()), notes


@contextmanager
def _making(upload: Upload) -> Iterator[Path]:
    """A folder for tables that is kept if the body succeeds; what earlier ones left is removed.

    Of two at once, the second waits.
    """
    with (upload.folder / _LOCK_FILE).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        earlier = [path for path in upload.folder.iterdir() if path.is_dir()]
        making = Path(tempfile.mkdtemp(prefix="tables-", dir=upload.folder))
        try:
            yield making
        except BaseException:
            shutil.rmtree(making)
            raise
        for folder in earlier:
            remove_folder(folder)


def _in_bytes(report: Report, file: UploadedFile) -> Report:
    """Reports that name the file and how many of its bytes are done, in a hundred steps."""
    mebibytes = file.size_bytes / (1 << 20)
    return lambda stage, share: report(
        tr(
            "{stage} of {file}: {done:,.1f} of {total:,.1f} MiB",
            stage=tr(stage),
            file=file.name,
            done=round(share, 2) * mebibytes,
            total=mebibytes,
        ),
        share,
    )


def _read(
    file: UploadedFile, target: Path, options: ReadOptions, rejects: RejectsFile, report: Report
) -> ReadFile:
    rejects.file_name = file.name
    try:
        file.check_unchanged()
        made = FileReader(file, target, options, rejects, report).read()
        file.check_unchanged()
    except (LogFormatError, OverLimitError) as error:
        raise type(error)(tr("{file}: {fault}", file=file.name, fault=error)) from error
    except FileNotFoundError:
        file.check_unchanged()
        raise
    return made


def _join(parts: list[ReadFile], options: ReadOptions, rejects: RejectsFile) -> Prepared:
    """The parts as one log."""
    head = parts[0]
    fitted = [_fitted(part, head) for part in parts]
    kept = [part for part, _ in fitted]
    notes = [
        tr("{file}: {fault}", file=part.table.name, fault=note) if len(parts) > 1 else note
        for part, own_notes in fitted
        for note in own_notes
    ]
    return Prepared(
        kind=head.kind,
        container=head.container,
        encoding=head.encoding,
        sheets=head.sheets,
        sheet=head.sheet,
        rejects=rejects.path if rejects.n_rejects else None,
        n_rejects=rejects.n_rejects,
        tables=tuple(part.table for part in kept),
        sample=_sample(kept),
        options=options,
        notes=tuple(notes),
    )


def _fitted(part: ReadFile, head: ReadFile) -> tuple[ReadFile, tuple[str, ...]]:
    """A file with the columns of the log's first one, and its notes.

    A later piece without a header takes over the names.

    Raises:
        LogFormatError: it lacks a column.
    """
    columns, own = head.table.columns, part.table
    if _is_piece(own, head.table):
        notes = [note for note in part.notes if note != tr(NO_HEADER)]
        note = tr("there is no header: the columns are those of {file}", file=head.table.name)
        return replace(part, table=replace(own, columns=columns)), (*notes, note)
    missing = [name for name in columns if name not in own.columns]
    if missing:
        raise LogFormatError(
            tr(
                "{file}: there is no column '{column}' as in {first}; the files of one log need "
                "the same columns",
                file=own.name,
                column=missing[0][:80],
                first=head.table.name,
            )
        )
    return part, part.notes


def _is_piece(own: TableFile, head: TableFile) -> bool:
    """Whether a file looks like the rest of another that was cut between two rows."""
    if own.dialect is None or head.dialect is None or len(own.columns) != len(head.columns):
        return False
    return head.dialect.has_header and not own.dialect.has_header


def _sample(parts: list[ReadFile]) -> Sample:
    """The first rows of the first file, and rows of all."""
    columns = parts[0].table.columns
    spread = [*parts[0].spread]
    for part in parts[1:]:
        places = [part.table.columns.index(name) for name in columns]
        rows = (*part.first, *part.spread)
        spread += [tuple(row[place] for place in places) for row in rows]
    n_rows = min(len(spread), N_SPREAD_ROWS)
    chosen = tuple(spread[place * len(spread) // n_rows] for place in range(n_rows))
    return Sample(columns, parts[0].first[:N_FIRST_ROWS], chosen)
