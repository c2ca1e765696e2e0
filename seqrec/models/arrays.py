"""Sparse tables as plain arrays and back, for files that hold nothing else."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Arrays = dict[str, NDArray[Any]]


def pack_sparse(name: str, table: sparse.csr_array) -> Arrays:
    """The parts of a sparse table, each named by the table and the part."""
    return {
        f"{name}.data": table.data,
        f"{name}.indices": table.indices.astype(np.int32),
        f"{name}.indptr": table.indptr.astype(np.int64),
        f"{name}.shape": np.array(table.shape, dtype=np.int64),
    }


def unpack_sparse(name: str, arrays: Mapping[str, NDArray[Any]]) -> sparse.csr_array:
    """The table that `pack_sparse` took apart.

    Raises:
        ValueError: the parts are of no table; compiled code would read beside the arrays.
    """
    data, indices, indptr, shape = (
        arrays[f"{name}.{part}"] for part in ("data", "indices", "indptr", "shape")
    )
    table = sparse.csr_array((data, indices, indptr), shape=tuple(shape.tolist()))
    table.check_format(full_check=True)
    return table
