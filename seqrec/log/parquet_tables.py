"""A Parquet file as a table of text: times as ISO 8601, whole numbers without a point."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from seqrec.errors import LogFormatError
from seqrec.log.delimited import MAX_COLUMNS
from seqrec.log.plain_text import Report
from seqrec.log.table_writer import TableWriter

_BATCH_ROWS = 65_536


def read_parquet(path: Path, target: Path, report: Report) -> tuple[str, ...]:
    """Write a Parquet file as text columns to `target`; notes on what was changed.

    Raises:
        LogFormatError: it is damaged, or has no rows or too many columns.
    """
    try:
        with pq.ParquetFile(path) as file:
            return _copy(file, target, report)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise LogFormatError(
            f"the Parquet file is damaged or not complete ({str(error)[:200]}); export it again"
        ) from error


def _copy(file: pq.ParquetFile, target: Path, report: Report) -> tuple[str, ...]:
    names = file.schema_arrow.names
    if len(names) > MAX_COLUMNS:
        raise LogFormatError(
            f"there are {len(names):,} columns; at most {MAX_COLUMNS} are read: leave out those "
            "that are not needed"
        )
    if file.metadata.num_rows == 0:
        raise LogFormatError(f"the file has columns ({', '.join(names[:6])}) but no rows")
    n_done = 0
    with TableWriter(target, tuple(names)) as writer:
        for batch in file.iter_batches(_BATCH_ROWS):
            texts = [_as_text(column) for column in batch.columns]
            writer.write(texts, np.arange(n_done + 1, n_done + batch.num_rows + 1))
            n_done += batch.num_rows
            report("Reading the table", n_done / file.metadata.num_rows)
    return ()


def _as_text(column: "pa.Array[Any]") -> "pa.Array[Any]":
    if pa.types.is_timestamp(column.type):
        return pc.strftime(column, format="%Y-%m-%d %H:%M:%S")
    return column.cast(pa.string())
