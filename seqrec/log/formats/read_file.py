"""One file of an upload as a table file, whatever its kind."""

import hashlib
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.parquet as pq

from seqrec.log.formats.basket_layout import basket_delimiter
from seqrec.log.formats.baskets import read_baskets, read_spmf
from seqrec.log.formats.containers import unpack
from seqrec.log.formats.delimited_file import read_delimited
from seqrec.log.formats.fields import Row
from seqrec.log.formats.file_kinds import binary_kind, is_json_array, text_kind
from seqrec.log.formats.json_lines import read_json_lines
from seqrec.log.formats.parquet_tables import read_parquet
from seqrec.log.formats.plain_text import PlainText, plain_text
from seqrec.log.formats.process_logs import read_xes
from seqrec.log.formats.progress import Report, within
from seqrec.log.formats.rejects_file import RejectsFile
from seqrec.log.formats.samples import head_lines, table_rows
from seqrec.log.formats.spreadsheets import read_workbook
from seqrec.log.source import LINE_COLUMN, FileKind, ReadOptions, TableFile
from seqrec.log.upload import UploadedFile
from seqrec.settings import read_settings

UNPACKED_FACTOR = 20  # an archive may become so many times the largest upload


@dataclass(frozen=True)
class ReadFile:
    """What one file of an upload became.

    Attributes:
        kind, container, encoding, sheets, sheet: as in `Prepared`.
        table: for DuckDB.
        first, spread: rows to look at.
        notes: what was found.
    """

    kind: FileKind
    table: TableFile
    first: tuple[Row, ...]
    spread: tuple[Row, ...]
    notes: tuple[str, ...]
    container: str = ""
    encoding: str = ""
    sheets: tuple[str, ...] = ()
    sheet: str | None = None


class FileReader:
    """Makes one file a table file, in a folder where it may write."""

    def __init__(
        self,
        file: UploadedFile,
        target: Path,
        options: ReadOptions,
        rejects: RejectsFile,
        report: Report,
    ) -> None:
        """Read `file` to `target`, a path without a suffix."""
        self._file = file
        self._target = target
        self._options = options
        self._rejects = rejects
        self._report = report

    def read(self) -> ReadFile:
        """The table file and what was found.

        Raises:
            LogFormatError: the file cannot be read as a table; says where and why.
            OverLimitError: it would grow beyond what is allowed.
        """
        plain = self._target.with_suffix(".plain")
        unpacked = unpack(self._file.path, plain, self._max_bytes(), self._report)
        low = 0.3 if unpacked.container else 0.0
        kind = self._options.kind or binary_kind(unpacked.path)
        made = self._read_kind(kind, unpacked.path, within(self._report, low, 1))
        if plain.exists() and made.table.path != plain:
            plain.unlink()
        notes = (*unpacked.notes, *made.notes)
        reading = f"{made.kind.name} {made.encoding} {made.sheet or ''}".strip()
        table = replace(made.table, reading=reading)
        return replace(made, table=table, container=unpacked.container, notes=notes)

    def _max_bytes(self) -> int:
        """The most that may be unpacked: of a received file a multiple of the upload limit."""
        if self._file.modified_ns is None:
            return UNPACKED_FACTOR * read_settings().upload_limit_mib << 20
        return shutil.disk_usage(self._target.parent).free // 2

    def _read_kind(self, kind: FileKind | None, path: Path, report: Report) -> ReadFile:
        target = self._target.with_suffix(".parquet")
        if kind is FileKind.PARQUET:
            notes = read_parquet(path, target, self._max_bytes(), report)
            return self._table(kind, target, notes)
        if kind is FileKind.XES:
            return self._table(kind, target, read_xes(path, target, report))
        if kind is FileKind.XLSX:
            found = read_workbook(path, target, self._options, report)
            made = self._table(kind, target, found.notes)
            return replace(made, sheets=found.sheets, sheet=found.sheet)
        return self._read_text(kind, path, report)

    def _read_text(self, kind: FileKind | None, path: Path, report: Report) -> ReadFile:
        copy = self._target.with_suffix(".txt")
        text = plain_text(
            path,
            copy,
            self._options.encoding,
            within(report, 0, 0.6),
            has_long_lines=is_json_array(path),
        )
        head = head_lines(text.path)
        kind = kind or text_kind(head)
        if kind is FileKind.DELIMITED:
            made = self._read_delimited(text, head)
        else:
            made = self._read_lines(kind, text, head, within(report, 0.6, 1))
        if copy.exists() and made.table.path != copy:
            copy.unlink()
        notes = (text.encoding.label, *text.notes, *made.notes)
        return replace(made, encoding=text.encoding.codec, notes=notes)

    def _read_delimited(self, text: PlainText, head: list[str]) -> ReadFile:
        copy = self._target.with_suffix(".txt")
        found = read_delimited(text, copy, head, self._options)
        table = TableFile(
            path=found.path,
            name=self._file.name,
            sha256=self._sha256(text),
            size_bytes=self._file.size_bytes,
            columns=found.layout.columns,
            dialect=found.layout.dialect,
            modified_ns=self._file.modified_ns if found.path == self._file.path else None,
        )
        return ReadFile(FileKind.DELIMITED, table, found.first, found.spread, found.notes)

    def _read_lines(
        self, kind: FileKind, text: PlainText, head: list[str], report: Report
    ) -> ReadFile:
        target = self._target.with_suffix(".parquet")
        if kind is FileKind.JSON_LINES:
            notes = read_json_lines(text.path, target, self._rejects, report)
        elif kind is FileKind.SPMF:
            notes = read_spmf(text.path, target, self._rejects, report)
        else:
            delimiter = self._options.delimiter or basket_delimiter(head) or ","
            notes = read_baskets(text.path, target, delimiter, self._rejects, report)
        return self._table(kind, target, notes)

    def _table(self, kind: FileKind, target: Path, notes: tuple[str, ...]) -> ReadFile:
        names = pq.read_schema(target).names
        table = TableFile(
            path=target,
            name=self._file.name,
            sha256=self._sha256(None),
            size_bytes=self._file.size_bytes,
            columns=tuple(name for name in names if name != LINE_COLUMN),
            dialect=None,
        )
        return ReadFile(kind, table, *table_rows(target), notes)

    def _sha256(self, text: PlainText | None) -> str:
        """Of the given bytes, computed only where no step has done so."""
        if self._file.sha256 is not None:
            return self._file.sha256
        if text is not None and text.sha256 is not None and text.path == self._file.path:
            return text.sha256
        with self._file.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
