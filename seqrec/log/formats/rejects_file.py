"""Rows that could not be read, on their way to a Parquet file that the analyst can download."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

_MAX_TEXT = 2_000  # characters of a row that are kept
_TYPES: dict[str, pa.DataType] = {
    "file": pa.string(),
    "line": pa.int64(),
    "reason": pa.string(),
    "text": pa.string(),
}
_SCHEMA = pa.schema(_TYPES)


class RejectsFile:
    """Writes rejects; no file is made where there are none.

    Attributes:
        n_rejects: rows added.
        file_name: of the file that the next rows come from, as the analyst calls it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.n_rejects = 0
        self.file_name = ""
        self._writer: pq.ParquetWriter | None = None

    def add(self, lines: np.ndarray, reason: str, texts: Sequence[str]) -> None:
        """Rows by line (from 1) that have one reason."""
        if not len(lines):
            return
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, _SCHEMA, compression="zstd")
        columns: dict[str, Any] = {
            "file": [self.file_name] * len(lines),
            "line": lines,
            "reason": [reason] * len(lines),
            "text": [text[:_MAX_TEXT].rstrip("\r\n") for text in texts],
        }
        self._writer.write_table(pa.table(columns, schema=_SCHEMA))
        self.n_rejects += len(lines)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._writer is not None:
            self._writer.close()
