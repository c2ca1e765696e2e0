"""Times and numbers of a batch's rows: compiled where a text is plain, else by Python or SQL."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from seqrec.log.columns import ColumnMapping, TimeFormat
from seqrec.log.numbers import number_sql, read_number
from seqrec.log.storing.batches import Batch
from seqrec.log.storing.build import Connect
from seqrec.log.storing.names import NameTable, Texts
from seqrec.log.storing.quick_kernels import UNSURE, read_counts, read_decimals, read_iso
from seqrec.log.storing.record_kernels import Bytes, Int32s, Int64s
from seqrec.log.storing.text_kernels import join_pairs
from seqrec.log.times.time_reader import read_time_us
from seqrec.log.times.time_sql import time_us_sql

_MAX_REMEMBERED = 1 << 20
# Up to so many texts Python reads sooner (at most 40 us each) than DuckDB starts (40 ms).
_MAX_BY_PYTHON = 500
_UNITS_US = {
    TimeFormat.EPOCH_S: 1_000_000,
    TimeFormat.EPOCH_MS: 1_000,
    TimeFormat.EPOCH_US: 1,
    TimeFormat.ORDER: 1_000_000,
}
_COLUMN = "given"

Rows = NDArray[np.bool_]


class TimeReader:
    """Microseconds since 1970 of each row; rows of a log without times get their position."""

    def __init__(self, connect: Connect, mapping: ColumnMapping, n_rows_before: int = 0) -> None:
        self._mapping = mapping
        self._roles = list(mapping.columns())
        sql = time_us_sql(_COLUMN, mapping.time_format, mapping.zone)
        one = partial(read_time_us, time_format=mapping.time_format, zone=mapping.zone)
        self._others = _OtherTexts(connect, sql, one, UNSURE, np.int64)
        self._n_rows = n_rows_before

    def read(self, batch: Batch, wanted: Rows) -> Int64s:
        """Times of the wanted rows; `UNSURE` where a time cannot be read, and elsewhere."""
        times = np.full(len(batch), UNSURE)
        if self._mapping.time is None:
            times = (self._n_rows + np.arange(len(batch))) * 1_000_000
            self._n_rows += len(batch)
            return times
        places = _places(batch, self._roles.index("time"))
        if self._mapping.clock is not None:
            places = join_pairs(*places, *_places(batch, self._roles.index("clock"))[1:])
        if self._mapping.time_format in _UNITS_US:
            read_counts(*places, wanted, _UNITS_US[self._mapping.time_format], times)
        elif self._mapping.time_format is TimeFormat.ISO and self._mapping.zone == "UTC":
            read_iso(*places, wanted, times)
        unsure = wanted & (times == UNSURE)
        if unsure.any():
            times[unsure] = self._others.read(*places, unsure)
        return times


class NumberReader:
    """The value of each row; NaN where there is none."""

    def __init__(self, connect: Connect, mapping: ColumnMapping) -> None:
        self._row = list(mapping.columns()).index("value")
        self._point = ord("," if mapping.decimal_comma else ".")
        sql = number_sql(_COLUMN, decimal_comma=mapping.decimal_comma)
        one = partial(read_number, decimal_comma=mapping.decimal_comma)
        self._others = _OtherTexts(connect, sql, one, float("nan"), np.float64)

    def read(self, batch: Batch, wanted: Rows) -> NDArray[np.float64]:
        """Numbers of the wanted rows."""
        numbers = np.empty(len(batch), dtype=np.float64)
        places = _places(batch, self._row)
        unsure = read_decimals(*places, wanted, self._point, numbers)
        if unsure.any():
            numbers[unsure] = self._others.read(*places, unsure)
        return numbers


class _OtherTexts:
    """Reads each distinct text once: a few by a function, many by its equal in SQL.

    Args:
        connect: opens DuckDB where it is needed.
        sql: of what a text says; NULL where it says nothing.
        one: the same of one text; None where it says nothing.
        nothing: what stands for that.
        kind: of the results.
    """

    def __init__(
        self,
        connect: Connect,
        sql: str,
        one: Callable[[str], float | None],
        nothing: float,
        kind: type[np.generic],
    ) -> None:
        self._connect = connect
        self._sql = sql
        self._one = one
        self._nothing = nothing
        self._kind = kind
        self._table = NameTable()
        self._results: NDArray[Any] = np.empty(0, dtype=kind)

    def read(self, data: Bytes, starts: Int32s, ends: Int32s, wanted: Rows) -> NDArray[Any]:
        """Results of the wanted rows alone, in their order."""
        if len(self._table) > _MAX_REMEMBERED:
            self._table = NameTable()
            self._results = np.empty(0, dtype=self._kind)
        codes = np.zeros(int(wanted.sum()), dtype=np.int32)
        self._table.encode(data, starts[wanted], ends[wanted], codes)
        n_known = len(self._results)
        if len(self._table) > n_known:
            self._results = np.concatenate([self._results, self._look(self._table.texts(n_known))])
        return self._results[codes]

    def _look(self, texts: Texts) -> NDArray[Any]:
        if len(texts) > _MAX_BY_PYTHON:
            return self._ask(texts)
        found = [self._one(text) for text in texts.to_pylist()]
        return np.array([self._nothing if one is None else one for one in found], dtype=self._kind)

    def _ask(self, texts: Texts) -> NDArray[Any]:
        # A cursor of its own: what it registers is seen by no other.
        cursor = self._connect().cursor()
        cursor.register("names", pa.table({_COLUMN: texts}))
        query = f"SELECT coalesce({self._sql}, ?) AS result FROM names"  # noqa: S608
        found: Any = cursor.execute(query, [self._nothing]).fetchnumpy()["result"]
        return np.asarray(found, dtype=self._kind)


def _places(batch: Batch, row: int) -> tuple[Bytes, Int32s, Int32s]:
    return batch.data, batch.starts[row], batch.ends[row]
