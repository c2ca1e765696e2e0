"""Sorted events as Parquet, written in a thread beside the sorting."""

from functools import partial
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from seqrec.log.storing.behind import Behind
from seqrec.log.storing.scratch import FILE_SHIFT


class EventWriter:
    """Writes events in the order in which they come.

    Args:
        path: of the file.
        names: columns of the events; a session code or a value that is not there is null.
    """

    def __init__(self, path: Path, names: tuple[str, ...]) -> None:
        self._optional = [name for name in ("session_code", "value") if name in names]
        fields: dict[str, pa.DataType] = {
            "file": pa.int16(),
            "line": pa.int64(),
            "user_row": pa.int32(),
            "item_id": pa.int32(),
            "time_us": pa.int64(),
            "event_id": pa.int16(),
            "session_code": pa.int64(),
            "value": pa.float64(),
        }
        self._schema = pa.schema(fields)
        # Half the time of zstd alone, and a fifth more bytes.
        split = dict.fromkeys(("line", "item_id", "time_us", "value"), "BYTE_STREAM_SPLIT")
        self._writer = pq.ParquetWriter(
            path,
            self._schema,
            compression="lz4",
            use_dictionary=False,
            column_encoding={**split, "user_row": "DELTA_BINARY_PACKED"},
        )
        self._behind = Behind()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        try:
            self._behind.__exit__(*error)
        finally:
            self._writer.close()

    def append(self, columns: dict[str, NDArray[Any]]) -> None:
        """Write rows behind the ones before; waits until those are written."""
        self._behind.run(partial(self._write, columns))

    def _write(self, columns: dict[str, NDArray[Any]]) -> None:
        places = columns["place"]
        table: dict[str, Any] = {
            "file": (places >> FILE_SHIFT).astype(np.int16),
            "line": places & ((1 << FILE_SHIFT) - 1),
            **{name: columns[name] for name in ("user_row", "item_id", "time_us", "event_id")},
        }
        for name in ("session_code", "value"):
            given = columns[name] if name in self._optional else None
            table[name] = _nullable(given, len(places), self._schema.field(name).type)
        self._writer.write_table(pa.table(table, schema=self._schema))


def _nullable(values: NDArray[Any] | None, length: int, kind: Any) -> Any:  # noqa: ANN401
    """Values with -1 (session codes) and NaN as null."""
    if values is None:
        return pa.nulls(length, kind)
    missing = np.isnan(values) if values.dtype.kind == "f" else values < 0
    return pa.array(values, mask=missing)
