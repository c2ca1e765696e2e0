"""Rows to look at: the first ones, and some spread over the whole file."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from seqrec.log.formats.fields import Row, split_rows
from seqrec.log.formats.text_scan import MAX_LINE_BYTES
from seqrec.log.source import LINE_COLUMN, N_FIRST_ROWS, N_SPREAD_ROWS, Dialect

_HEAD_BYTES = 1 << 20
_BATCH_ROWS = 4_096


def head_lines(path: Path) -> list[str]:
    """The first lines of a UTF-8 text, about a MiB; a cut last one is left out."""
    with path.open("rb") as file:
        data = file.read(_HEAD_BYTES) + file.readline(MAX_LINE_BYTES)
    lines = data.decode("utf-8-sig", "replace").split("\n")
    return [line + "\n" for line in (lines if lines[-1] else lines[:-1])]


def spread_lines(path: Path) -> list[str]:
    """Whole lines of a UTF-8 text at even distances, behind its first `N_FIRST_ROWS` lines."""
    lines: list[bytes] = []
    with path.open("rb") as file:
        for _ in range(N_FIRST_ROWS):
            file.readline(MAX_LINE_BYTES)
        start = end = file.tell()
        n_bytes = file.seek(0, 2) - start
        for place in range(N_SPREAD_ROWS if n_bytes else 0):
            file.seek(max(start + n_bytes * place // N_SPREAD_ROWS, end) - 1)
            # Up to the end of the line before, which is nothing where one ends right there.
            file.readline(MAX_LINE_BYTES)
            lines.append(file.readline(MAX_LINE_BYTES))
            end = file.tell()
    return [line.decode("utf-8", "replace") for line in lines if line.strip()]


def text_rows(
    head: list[str], spread: list[str], dialect: Dialect, width: int
) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """First and spread rows of a text; those of another width, which are rejects, are left out."""
    found = split_rows(head[dialect.skip_lines :], dialect.delimiter, dialect.quote)
    first = [row for _, row in found[dialect.has_header :]]
    others = [
        row for line in spread for _, row in split_rows([line], dialect.delimiter, dialect.quote)
    ]
    return tuple(_of_width(first, width)[:N_FIRST_ROWS]), tuple(_of_width(others, width))


def table_rows(path: Path) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """First and spread rows of a Parquet table of text."""
    with pq.ParquetFile(path) as file:
        n_rows = file.metadata.num_rows
        names = [name for name in file.schema_arrow.names if name != LINE_COLUMN]
        stride = max(n_rows // N_SPREAD_ROWS, 1)
        first: list[Row] = []
        spread: list[Row] = []
        n_before = 0
        for batch in file.iter_batches(_BATCH_ROWS, columns=names):
            wanted = np.arange(-n_before % stride, batch.num_rows, stride)
            if len(first) < N_FIRST_ROWS:
                first += _texts(batch.slice(0, N_FIRST_ROWS - len(first)).to_pydict().values())
            spread += _texts(batch.take(wanted).to_pydict().values())
            n_before += batch.num_rows
    return tuple(first), tuple(spread[:N_SPREAD_ROWS])


def _of_width(rows: list[Row], width: int) -> list[Row]:
    return [row for row in rows if len(row) == width]


def _texts(columns: Iterable[list[str | None]]) -> list[Row]:
    return [tuple(value or "" for value in row) for row in zip(*columns, strict=True)]
