"""A sheet of an Excel workbook as a table of text; macros never run, formulas give their results.

python-calamine (Rust) reads the sheet whole, so the archive is measured first.
"""

import math
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from seqrec.errors import LogFormatError, OverLimitError
from seqrec.log.formats.column_names import has_header, name_columns
from seqrec.log.formats.containers import Limit, open_zip
from seqrec.log.formats.fields import Row
from seqrec.log.formats.progress import Report, within
from seqrec.log.formats.table_writer import TableWriter
from seqrec.log.source import ReadOptions
from seqrec.translation.texts import join_words, mark, tr

MAX_UNPACKED_BYTES = 1 << 30
MAX_CELLS = 11_000_000  # ten columns of the most rows that a sheet has: about 1 GiB when read
_N_LOOKED_AT = 200
_BATCH_ROWS = 20_000
_FULL_SHARE = 0.6
_BIG_SHARE = 0.1  # of the largest sheet's cells: the first sheet of that size is read
_CELL = re.compile(rb"""\sr\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']""")
_OVERLAP_BYTES = 64


@dataclass(frozen=True)
class SheetTable:
    """What a workbook became.

    Attributes:
        sheets: names of all its sheets.
        sheet: name of the one that was read.
        notes: what was found.
    """

    sheets: tuple[str, ...]
    sheet: str
    notes: tuple[str, ...]


# What zipfile raises on an archive whose places or contents do not fit.
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError),
    *(OSError, ValueError),
)


def read_workbook(path: Path, target: Path, options: ReadOptions, report: Report) -> SheetTable:
    """Write one sheet as a table of text, led by the row that each comes from.

    Args:
        path: the workbook.
        target: the Parquet file to write.
        options: the sheet, the rows before its header and whether it has one, where that is set.
        report: is told the stage and the share done.

    Raises:
        LogFormatError: it is damaged or locked, or the sheet is missing or has no table.
        OverLimitError: it unpacks to more than `MAX_UNPACKED_BYTES` or `MAX_CELLS`.
    """
    measure_workbook(path, within(report, 0, 0.3))
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            names = tuple(
                sheet.name
                for sheet in workbook.sheets_metadata
                if sheet.typ == SheetTypeEnum.WorkSheet
            )
            sheet = _chosen(workbook, names, options.sheet)
            notes = _write(sheet, target, options, within(report, 0.5, 1))
    except CalamineError as error:
        raise LogFormatError(
            tr(
                "the workbook is damaged or locked by a password ({error}); open it in Excel and "
                "save it again",
                error=str(error)[:200],
            )
        ) from error
    if len(names) > 1:
        notes = (tr("sheet '{sheet}' of {n} is read", sheet=sheet.name, n=len(names)), *notes)
    return SheetTable(names, sheet.name, notes)


def measure_workbook(path: Path, report: Report) -> None:
    """Unpack a workbook to nowhere, before anything builds a table from it.

    Raises:
        LogFormatError: it is damaged.
        OverLimitError: it is larger than what is read.
    """
    try:
        with path.open("rb") as packed, open_zip(packed) as archive:
            packed.seek(0)
            limit = Limit(packed, path.stat().st_size, MAX_UNPACKED_BYTES, report)
            for member in archive.infolist():
                with archive.open(member) as source:
                    _measure(source, member.filename, limit)
    except _DAMAGED as error:
        raise LogFormatError(
            tr(
                "the workbook is damaged or locked by a password ({error}); open it in Excel and "
                "save it again",
                error=error,
            )
        ) from error


def _measure(source: IO[bytes], name: str, limit: Limit) -> None:
    n_rows = n_columns = 0
    held = b""
    for chunk in limit.counted(source):
        if not name.startswith("xl/worksheets/"):
            continue
        places = _CELL.findall(held + chunk)
        held = chunk[-_OVERLAP_BYTES:]
        n_rows = max(n_rows, *(int(row) for _, row in places), 0)
        n_columns = max(n_columns, *map(_column_number, {column for column, _ in places}), 0)
        if n_rows * n_columns > MAX_CELLS:
            raise OverLimitError(
                tr(
                    "a sheet spans {rows:,} rows and {columns:,} columns; at most {most:,} cells "
                    "are read: remove what is far outside the table, or save the sheet as CSV",
                    rows=n_rows,
                    columns=n_columns,
                    most=MAX_CELLS,
                )
            )


def _column_number(letters: bytes) -> int:
    """27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _chosen(
    workbook: CalamineWorkbook, names: tuple[str, ...], wanted: str | None
) -> CalamineSheet:
    """The sheet that was asked for, else the first that is not small beside the largest."""
    if wanted is not None and wanted not in names:
        listed = join_words(f"'{name}'" for name in names[:20])
        raise LogFormatError(
            tr(
                "there is no sheet '{sheet}'; the workbook has {listed}",
                sheet=wanted[:80],
                listed=listed,
            )
        )
    if wanted is not None or len(names) == 1:
        return workbook.get_sheet_by_name(wanted or names[0])
    if not names:
        raise LogFormatError(
            tr("the workbook has no sheet with cells; save the log as a plain sheet")
        )
    sizes = {}
    for name in names:
        sheet = workbook.get_sheet_by_name(name)
        is_table = sheet.height > 1 and sheet.width > 1
        sizes[name] = sheet.height * sheet.width if is_table else 0
    big = _BIG_SHARE * max(sizes.values())
    return workbook.get_sheet_by_name(next(name for name in names if sizes[name] >= big))


def _write(
    sheet: CalamineSheet, target: Path, options: ReadOptions, report: Report
) -> tuple[str, ...]:
    head = list(islice(_rows(sheet), _N_LOOKED_AT))
    skip = _n_before_table(head) if options.skip_lines is None else options.skip_lines
    table = [row for row in head[skip:] if any(row)]
    if not table:
        raise _unusable(mark("sheet '{sheet}' holds no rows; choose another sheet"), sheet)
    named = has_header(table) if options.has_header is None else options.has_header
    if named and len(table) == 1:
        raise _unusable(mark("sheet '{sheet}' has a header but no rows below it"), sheet)
    if len(table[0]) == 1:
        raise _unusable(mark("sheet '{sheet}' has one column only; choose another sheet"), sheet)
    columns, notes = name_columns(table[0] if named else (), len(table[0]))
    n_before = head.index(table[0]) + 1 if named else skip
    _copy_rows(sheet, n_before, TableWriter(target, columns), report)
    if any(last[0] > first[0] for first, last in sheet.merged_cell_ranges or ()):
        notes = (*notes, tr("a cell merged over several rows counts in each of them"))
    if not named and options.has_header is None:
        notes = (tr("there is no header: the first row looks like data"), *notes)
    if skip and options.skip_lines is None:
        notes = (tr("the first {n} rows do not belong to the table", n=skip), *notes)
    return notes


def _unusable(said: str, sheet: CalamineSheet) -> LogFormatError:
    return LogFormatError(tr(said, sheet=sheet.name[:80]))


def _copy_rows(sheet: CalamineSheet, n_before: int, writer: TableWriter, report: Report) -> None:
    """Write the rows behind the first `n_before`, but for empty ones."""
    first_line = (sheet.start[0] if sheet.start else 0) + 1
    rows = enumerate(_rows(sheet), start=first_line)
    filled = ((line, row) for line, row in islice(rows, n_before, None) if any(row))
    with writer:
        while batch := list(islice(filled, _BATCH_ROWS)):
            lines = np.array([line for line, _ in batch])
            texts = zip(*(row for _, row in batch), strict=True)
            writer.write([pa.array(column, pa.string()) for column in texts], lines)
            report("Reading", (int(lines[-1]) - first_line) / max(sheet.height, 1))


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    """The sheet's rows as text, from the first that has a cell.

    A cell merged over several rows stands in each of them; over columns, in the first only.
    """
    top, left = sheet.start or (0, 0)
    merged: dict[int, list[tuple[int, int]]] = {}
    for (first, column), (last, _) in sheet.merged_cell_ranges or ():
        if last > first and left <= column < left + sheet.width:
            merged.setdefault(first - top, []).append((column - left, last - top))
    held: dict[int, tuple[str, int]] = {}  # by column: its text, and the last row it counts in
    for place, cells in enumerate(sheet.iter_rows()):
        row = [_text(cell) for cell in cells]
        for column, (text, last) in held.items():
            if place <= last:
                row[column] = text
        held |= {column: (row[column], last) for column, last in merged.get(place, ())}
        yield tuple(row)


def _text(cell: Any) -> str:  # noqa: ANN401 - a cell holds what it holds
    """A cell as text: times as ISO 8601, whole numbers without a point."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, (date, time)) else str(cell)


def _n_before_table(head: list[Row]) -> int:
    """Rows before the first that is nearly as full as most."""
    counts = [sum(bool(cell) for cell in row) for row in head]
    frequent = Counter(count for count in counts if count).most_common(1)
    usual = frequent[0][0] if frequent else 0
    least = max(math.ceil(_FULL_SHARE * usual), 1)
    return next((place for place, count in enumerate(counts) if count >= least), 0)
