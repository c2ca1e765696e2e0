"""From an upload's bytes to table files that DuckDB reads without guessing, and what was found.

Runs in a worker: the server's process never parses what was uploaded.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from seqrec.errors import LogFormatError, OverLimitError
from seqrec.log.formats.fields import Row
from seqrec.log.formats.progress import Report, within
from seqrec.log.formats.read_file import FileReader, ReadFile
from seqrec.log.formats.rejects_file import RejectsFile
from seqrec.log.prepared import Prepared, save_prepared
from seqrec.log.source import N_FIRST_ROWS, N_SPREAD_ROWS, ReadOptions, Sample
from seqrec.log.upload import Upload, UploadedFile
from seqrec.workspace import remove_folder

REJECTS_FILE = "rejects.parquet"


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
    with _making(upload) as folder, RejectsFile(folder / REJECTS_FILE) as rejects:
        parts: list[ReadFile] = []
        n_before = 0
        for place, file in enumerate(upload.files):
            span = (
                n_before / max(upload.size_bytes, 1),
                file.size_bytes / max(upload.size_bytes, 1),
            )
            n_before += file.size_bytes
            inner = _in_bytes(within(report, span[0], sum(span)), file)
            parts.append(_read(file, folder / f"table-{place}", options, rejects, inner))
        prepared = _join(parts, options, rejects)
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


def _in_bytes(report: Report, file: UploadedFile) -> Report:
    """Reports that name the file and how many of its bytes are done, in a hundred steps."""
    mebibytes = file.size_bytes / (1 << 20)
    return lambda stage, share: report(
        f"{stage} of {file.name}: {round(share, 2) * mebibytes:,.1f} of {mebibytes:,.1f} MiB", share
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
        raise type(error)(f"{file.name}: {error}") from error
    except FileNotFoundError:
        file.check_unchanged()
        raise
    return made


def _join(parts: list[ReadFile], options: ReadOptions, rejects: RejectsFile) -> Prepared:
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
        container=parts[0].container,
        encoding=parts[0].encoding,
        sheets=parts[0].sheets,
        sheet=parts[0].sheet,
        rejects=rejects.path if rejects.n_rejects else None,
        n_rejects=rejects.n_rejects,
        tables=tuple(part.table for part in parts),
        sample=Sample(columns, first[:N_FIRST_ROWS], tuple(spread[::stride])[:N_SPREAD_ROWS]),
        options=options,
        notes=tuple(
            f"{part.table.name}: {note}" if named else note for part in parts for note in part.notes
        ),
    )


def _reordered(part: ReadFile, columns: tuple[str, ...]) -> list[Row]:
    """A file's spread rows in the order of another file's columns."""
    places = [part.table.columns.index(name) for name in columns]
    return [tuple(row[place] for place in places) for row in part.spread]
