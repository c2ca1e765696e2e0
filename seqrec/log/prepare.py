"""From an upload's bytes to table files that DuckDB reads without guessing, and what was found.

Runs in a worker: the server's process never parses what was uploaded.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from seqrec.errors import LogFormatError
from seqrec.log.delimited import find_layout
from seqrec.log.fields import Row
from seqrec.log.parquet_tables import read_parquet
from seqrec.log.plain_text import Report, plain_text
from seqrec.log.prepared import Prepared, save_prepared
from seqrec.log.samples import head_lines, spread_lines, table_rows, text_rows
from seqrec.log.source import (
    LINE_COLUMN,
    N_FIRST_ROWS,
    N_SPREAD_ROWS,
    FileKind,
    ReadOptions,
    Sample,
    TableFile,
)
from seqrec.log.upload import Upload, UploadedFile
from seqrec.workspace import remove_folder

_MAKING = ".making-"


@dataclass(frozen=True)
class _ReadFile:
    """What one file of an upload became."""

    kind: FileKind
    encoding: str
    table: TableFile
    first: tuple[Row, ...]
    spread: tuple[Row, ...]
    notes: tuple[str, ...]


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
    with _making(upload) as folder:
        parts = []
        n_before = 0
        for place, file in enumerate(upload.files):
            low = n_before / max(upload.size_bytes, 1)
            n_before += file.size_bytes
            inner = _within(report, low, n_before / max(upload.size_bytes, 1))
            parts.append(_read(file, folder / f"table-{place}", options, inner))
        prepared = _join(parts, options)
    save_prepared(upload, prepared)
    return prepared


@contextmanager
def _making(upload: Upload) -> Iterator[Path]:
    """A folder for tables that is kept if the body succeeds; what earlier ones left is removed."""
    earlier = [path for path in upload.folder.iterdir() if path.is_dir()]
    making = Path(tempfile.mkdtemp(prefix="tables-", dir=upload.folder))
    try:
        yield making
    except BaseException:
        shutil.rmtree(making)
        raise
    for folder in earlier:
        remove_folder(folder)


def _within(report: Report, low: float, high: float) -> Report:
    """Reports of a part as shares of the whole."""
    return lambda stage, share: report(stage, low + (high - low) * share)


def _read(file: UploadedFile, target: Path, options: ReadOptions, report: Report) -> _ReadFile:
    try:
        file.check_unchanged()
        made = _read_kind(file, target, options, report)
        file.check_unchanged()
    except LogFormatError as error:
        raise LogFormatError(f"{file.name}: {error}") from error
    return made


def _read_kind(file: UploadedFile, target: Path, options: ReadOptions, report: Report) -> _ReadFile:
    with file.path.open("rb") as stream:
        magic = stream.read(4)
    if magic == b"PAR1":
        return _read_parquet(file, target.with_suffix(".parquet"), report)
    return _read_delimited(file, target.with_suffix(".csv"), options, report)


def _read_parquet(file: UploadedFile, target: Path, report: Report) -> _ReadFile:
    notes = read_parquet(file.path, target, report)
    first, spread = table_rows(target)
    columns = _table_columns(target)
    table = TableFile(target, file.name, _sha256(file), file.size_bytes, columns, None)
    return _ReadFile(FileKind.PARQUET, "", table, first, spread, notes)


def _read_delimited(
    file: UploadedFile, target: Path, options: ReadOptions, report: Report
) -> _ReadFile:
    text = plain_text(file.path, target, options.encoding, report)
    head, spread = head_lines(text.path), spread_lines(text.path)
    layout = find_layout(head, spread, options)
    rows = text_rows(head, spread, layout.dialect, len(layout.columns))
    sha256 = file.sha256 or text.sha256 or _sha256(file)
    table = TableFile(text.path, file.name, sha256, file.size_bytes, layout.columns, layout.dialect)
    notes = (text.encoding.label, *text.notes, *layout.notes)
    return _ReadFile(FileKind.DELIMITED, text.encoding.codec, table, *rows, notes)


def _join(parts: list[_ReadFile], options: ReadOptions) -> Prepared:
    columns = parts[0].table.columns
    for part in parts[1:]:
        missing = [name for name in columns if name not in part.table.columns]
        if missing:
            raise LogFormatError(
                f"{part.table.name}: there is no column '{missing[0][:80]}' as in "
                f"{parts[0].table.name}; the files of one log need the same columns"
            )
    first = parts[0].first
    spread = [row for part in parts for row in _reordered(part, columns)]
    stride = max(len(spread) // N_SPREAD_ROWS, 1)
    named = len(parts) > 1
    return Prepared(
        kind=parts[0].kind,
        container="",
        encoding=parts[0].encoding,
        tables=tuple(part.table for part in parts),
        sample=Sample(columns, first[:N_FIRST_ROWS], tuple(spread[::stride])[:N_SPREAD_ROWS]),
        options=options,
        notes=tuple(
            f"{part.table.name}: {note}" if named else note for part in parts for note in part.notes
        ),
    )


def _reordered(part: _ReadFile, columns: tuple[str, ...]) -> list[Row]:
    """A file's spread rows in the order of another file's columns."""
    places = [part.table.columns.index(name) for name in columns]
    return [tuple(row[place] for place in places) for row in part.spread]


def _sha256(file: UploadedFile) -> str:
    if file.sha256 is not None:
        return file.sha256
    with file.path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _table_columns(path: Path) -> tuple[str, ...]:
    return tuple(name for name in pq.read_schema(path).names if name != LINE_COLUMN)
