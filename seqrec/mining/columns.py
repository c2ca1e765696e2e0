"""Mined tables as Parquet: a column an array, item lists as lists."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from seqrec.errors import NotStoredError
from seqrec.mining.tables import ItemLists
from seqrec.translation.texts import tr
from seqrec.workspace import write_whole

Column = ItemLists | NDArray[np.int64] | NDArray[np.float64]


def write_columns(
    path: Path, columns: dict[str, Column], numbers: dict[bytes, int] | None = None
) -> None:
    """Write a table whole; `numbers` go into the metadata of its schema."""
    arrays = {name: _to_arrow(column) for name, column in columns.items()}
    metadata = {name: str(number).encode() for name, number in (numbers or {}).items()}
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(arrays).replace_schema_metadata(metadata), sink)
    write_whole(path, sink.getvalue().to_pybytes())


def existing(path: Path) -> Path:
    """The path of a file that is there.

    Raises:
        NotStoredError: it is not.
    """
    if not path.is_file():
        raise NotStoredError(tr("this result is no longer stored; mine it again"))
    return path


def read_lists(table: pa.Table, name: str) -> ItemLists:
    """A column of item lists."""
    column: Any = table[name].combine_chunks()
    flat = column.flatten().to_numpy(zero_copy_only=False).astype(np.int32)
    lengths = column.value_lengths().to_numpy(zero_copy_only=False)
    return ItemLists(flat, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64))


def read_counts(table: pa.Table, name: str) -> NDArray[np.int64]:
    """A column of counts."""
    return np.asarray(table[name].to_numpy(), dtype=np.int64)


def _to_arrow(column: Column) -> Any:  # noqa: ANN401
    if isinstance(column, ItemLists):
        offsets, items = pa.array(column.offsets, pa.int64()), pa.array(column.items, pa.int32())
        return pa.LargeListArray.from_arrays(offsets, items)
    return pa.array(column)
