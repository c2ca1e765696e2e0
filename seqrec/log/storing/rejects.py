"""Rows that could not be used: where they stand, why, and what they say."""

from collections import Counter
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from seqrec.log.behaviour_log import REJECTS, REJECTS_FILE
from seqrec.log.storing.batches import Batch
from seqrec.log.storing.names import as_texts
from seqrec.log.storing.reasons import REASONS
from seqrec.log.storing.text_kernels import cut_places, gather_texts

MAX_TEXT_CHARS = 2_000


class RejectWriter:
    """Writes `rejects.parquet` into a folder and counts by reason; no rejects, no file.

    Args:
        folder: where it goes.
        with_text: whether the rows' text is kept; not where it names people.
    """

    def __init__(self, folder: Path, *, with_text: bool) -> None:
        self.counts: Counter[str] = Counter()
        self._path = folder / REJECTS_FILE
        self._with_text = with_text
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._writer is not None:
            self._writer.close()

    def add_rows(self, name: str, batch: Batch, reasons: NDArray[np.int16]) -> None:
        """Add a batch's rows that have a reason."""
        rows = np.flatnonzero(reasons)
        if not len(rows):
            return
        texts: Any = pa.nulls(len(rows), pa.string())
        if self._with_text:
            starts, ends = batch.bounds[0, rows], batch.bounds[1, rows]
            cut_places(batch.data, starts, ends, MAX_TEXT_CHARS)
            texts = as_texts(*gather_texts(batch.data, starts, ends))
        words = pa.array(REASONS).take(reasons[rows])
        self._write([pa.repeat(name, len(rows)), pa.array(batch.lines[rows]), words, texts])

    def add_file(self, path: Path) -> Counter[str]:
        """Add the rejects of an earlier step, a Parquet file of the same columns; rows by file."""
        by_file: Counter[str] = Counter()
        with pq.ParquetFile(path) as file:
            for part in file.iter_batches(columns=REJECTS.names):
                columns: list[Any] = list(part.cast(REJECTS).columns)
                if not self._with_text:
                    columns[-1] = pa.nulls(part.num_rows, pa.string())
                self._write(columns)
                by_file.update(columns[0].to_pylist())
        return by_file

    def _write(self, columns: list[Any]) -> None:
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, REJECTS, compression="zstd")
        table = pa.table(columns, schema=REJECTS)
        self._writer.write_table(table)
        reasons: Any = table["reason"].value_counts()
        for pair in reasons.to_pylist():
            self.counts[pair["values"]] += pair["counts"]
