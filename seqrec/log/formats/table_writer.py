"""Rows of text on their way into a Parquet file, led by the line that each comes from."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from seqrec.log.formats.arrow import ArrowTexts
from seqrec.log.source import LINE_COLUMN


class TableWriter:
    """Writes a Parquet table whose columns are all text, but for `LINE_COLUMN` (int64)."""

    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        fields: list[pa.Field[Any]] = [pa.field(name, pa.string()) for name in columns]
        self._schema = pa.schema([pa.field(LINE_COLUMN, pa.int64()), *fields])
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")

    def write(self, columns: Sequence[ArrowTexts], lines: np.ndarray) -> None:
        """Add rows; `lines` says where each comes from, shape (rows,)."""
        arrays: list[pa.Array[Any]] = [pa.array(lines, pa.int64()), *columns]
        self._writer.write_batch(pa.record_batch(arrays, schema=self._schema))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._writer.close()
