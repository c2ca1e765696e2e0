"""Table files in batches of rows, each with the places of its fields among the batch's bytes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BufferedReader
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from seqrec.errors import LogFormatError
from seqrec.log.source import LINE_COLUMN, Dialect, TableFile
from seqrec.log.storing import record_kernels as kernels
from seqrec.log.storing.record_kernels import Bytes, Form, Int32s, Int64s, Room
from seqrec.translation.texts import tr

MAX_RECORD_BYTES = 8 << 20
_MAX_ROWS = 1 << 17
_MAX_JOINED_BYTES = 1 << 27
_BOM = b"\xef\xbb\xbf"
_LF = 10


@dataclass(frozen=True)
class Batch:
    """Some rows of a file, in its order.

    Attributes:
        data: bytes that the places point into.
        starts: first byte of each wanted field's trimmed text; int32, (n_roles, n_rows).
        ends: the byte behind it, likewise.
        bounds: first byte of each row and the byte behind it; int32, (2, n_rows).
        lines: physical line on which each row begins; int64, (n_rows,).
        status: `record_kernels.GOOD` or why the row cannot be used; int8, (n_rows,).
        n_bytes: of the file that are read so far.
    """

    data: Bytes
    starts: Int32s
    ends: Int32s
    bounds: Int32s
    lines: Int64s
    status: NDArray[np.int8]
    n_bytes: int

    def __len__(self) -> int:
        return len(self.lines)


def read_batches(table: TableFile, columns: Mapping[str, str]) -> Iterator[Batch]:
    """All rows of a file.

    Args:
        table: the file.
        columns: column by role; the order of the roles is that of the batches' rows of places.

    Raises:
        LogFormatError: the file is gone or has changed, or a quote swallows lines.
    """
    table.check_unchanged()
    try:
        if table.dialect is None:
            yield from _read_parquet(table, columns)
        else:
            roles = np.full(len(table.columns), -1, dtype=np.int64)
            for row, name in enumerate(columns.values()):
                roles[table.columns.index(name)] = row
            with table.path.open("rb") as file:
                yield from _TextReader(file, table, table.dialect, roles).batches()
    except FileNotFoundError as error:
        raise LogFormatError(
            tr(
                "'{name}' is not there any more; upload it again or choose another file",
                name=table.name,
            )
        ) from error
    table.check_unchanged()


class _TextReader:
    """Splits a text a buffer after the other; what is unfinished at its end begins the next."""

    def __init__(
        self, file: BufferedReader, table: TableFile, dialect: Dialect, roles: Int64s
    ) -> None:
        self._file = file
        self._name = table.name
        self._dialect = dialect
        delimiter = np.frombuffer(dialect.delimiter.encode(), dtype=np.uint8).copy()
        quote = ord(dialect.quote) if dialect.quote else -1
        self._form = Form(delimiter, quote, roles)
        self._n_roles = int(roles.max()) + 1
        self._n_bytes = 0
        self._data = _new_buffer()
        self._size = 0
        self._state = np.zeros(kernels.N_SLOTS, dtype=np.int64)
        self._state[kernels.LINE] = 1

    def batches(self) -> Iterator[Batch]:
        """All rows below the header."""
        self._fill()
        self._skip_preamble()
        header_due = self._dialect.has_header
        while True:
            batch = self._split()
            full = len(batch) == _MAX_ROWS
            if header_due and len(batch):
                batch, header_due = _without_first(batch), False
            if len(batch):
                yield batch
            if full:
                continue
            if self._state[kernels.IS_LAST]:
                return
            if self._rest == MAX_RECORD_BYTES:
                yield self._give_up_record()
            self._fill()

    @property
    def _rest(self) -> int:
        return self._size - int(self._state[kernels.AT])

    def _fill(self) -> None:
        """A new buffer: what is left of the one before, and the next bytes of the file."""
        data, rest = _new_buffer(), self._rest
        data[:rest] = self._data[self._size - rest : self._size]
        n_read = self._file.readinto(data[rest:MAX_RECORD_BYTES].data)
        self._data, self._size = data, rest + n_read
        self._n_bytes += n_read
        self._state[kernels.AT] = 0
        self._state[kernels.EXTRA_END] = MAX_RECORD_BYTES
        self._state[kernels.IS_LAST] = self._size < MAX_RECORD_BYTES

    def _skip_preamble(self) -> None:
        at = len(_BOM) if self._data[: len(_BOM)].tobytes() == _BOM else 0
        n_lines = self._dialect.skip_lines
        at += kernels.skip_lines(self._data[at:], self._size - at, n_lines)
        self._state[kernels.AT] = at
        self._state[kernels.LINE] = 1 + n_lines

    def _split(self) -> Batch:
        room = Room(
            starts=np.empty((self._n_roles, _MAX_ROWS), dtype=np.int32),
            ends=np.empty((self._n_roles, _MAX_ROWS), dtype=np.int32),
            bounds=np.empty((2, _MAX_ROWS), dtype=np.int32),
            lines=np.empty(_MAX_ROWS, dtype=np.int64),
            status=np.empty(_MAX_ROWS, dtype=np.int8),
        )
        n = kernels.split_records(self._data, self._size, self._form, self._state, room)
        if self._state[kernels.SWALLOWED]:
            raise self._swallowed(int(self._state[kernels.SWALLOWED]))
        rows = room.starts[:, :n], room.ends[:, :n], room.bounds[:, :n]
        return Batch(self._data, *rows, room.lines[:n], room.status[:n], self._n_bytes)

    def _give_up_record(self) -> Batch:
        """The record that fills the buffer, as one that cannot be used; the file goes on behind."""
        line = int(self._state[kernels.LINE])
        if self._state[kernels.IN_QUOTE]:
            raise self._swallowed(int(self._state[kernels.IN_QUOTE]))
        batch = Batch(
            data=self._data,
            starts=np.zeros((self._n_roles, 1), dtype=np.int32),
            ends=np.zeros((self._n_roles, 1), dtype=np.int32),
            bounds=np.array([[0], [self._size]], dtype=np.int32),
            lines=np.array([line]),
            status=np.array([kernels.TOO_LONG], dtype=np.int8),
            n_bytes=self._n_bytes,
        )
        n_lines = int(np.count_nonzero(self._data[: self._size] == _LF))
        behind = self._file.readline()
        while behind and not behind.endswith(b"\n"):
            behind = self._file.readline()
        self._state[kernels.AT] = self._size
        self._state[kernels.LINE] = line + n_lines + 1
        return batch

    def _swallowed(self, line: int) -> LogFormatError:
        return LogFormatError(
            tr(
                "'{name}', line {line:,}: a quote is opened that does not close where its field "
                "ends, so the rows behind it cannot be told apart; mend the quote and upload the "
                "file again, or read the file without quotes",
                name=self._name,
                line=line,
            )
        )


def _new_buffer() -> Bytes:
    """Room for the longest record, and behind it for texts without their doubled quotes."""
    return np.empty(2 * MAX_RECORD_BYTES, dtype=np.uint8)


def _without_first(batch: Batch) -> Batch:
    return Batch(
        batch.data,
        batch.starts[:, 1:],
        batch.ends[:, 1:],
        batch.bounds[:, 1:],
        batch.lines[1:],
        batch.status[1:],
        batch.n_bytes,
    )


def _read_parquet(table: TableFile, columns: Mapping[str, str]) -> Iterator[Batch]:
    n_done = 0
    with pq.ParquetFile(table.path) as file:
        n_rows = max(file.metadata.num_rows, 1)
        for part in file.iter_batches(_MAX_ROWS // 4, columns=[LINE_COLUMN, *columns.values()]):
            n_done += part.num_rows
            n_bytes = table.path.stat().st_size * n_done // n_rows
            step = max(part.num_rows * _MAX_JOINED_BYTES // (part.nbytes + 1), 1)
            for begin in range(0, part.num_rows, step):
                piece = part.slice(begin, step)
                texts = [piece.column(name) for name in columns.values()]
                yield _join(texts, piece.column(LINE_COLUMN).to_numpy(), n_bytes)


def _join(texts: "list[pa.Array[Any]]", lines: Int64s, n_bytes: int) -> Batch:
    """Rows of text columns as if they stood in a file, with a comma between two fields."""
    parts = [_places(column) for column in texts]
    lengths = np.array([np.diff(offsets) for _, offsets in parts])  # (n_roles, n_rows)
    ends = np.cumsum((lengths + 1).T.ravel()).reshape(lengths.T.shape).T - 1
    starts = ends - lengths
    data = np.full(int(ends[-1, -1]) + 1, ord(","), dtype=np.uint8)
    for row, (source, offsets) in enumerate(parts):
        kernels.copy_places(source, offsets, starts[row], data)
    bounds = np.array([starts[0], ends[-1]], dtype=np.int32)
    places = starts.astype(np.int32), ends.astype(np.int32)
    kernels.trim_places(data, *places)
    status = np.full(len(lines), kernels.GOOD, dtype=np.int8)
    return Batch(data, *places, bounds, lines, status, n_bytes)


def _places(column: Any) -> tuple[Bytes, Int64s]:  # noqa: ANN401 - a pyarrow column
    """Bytes of a text column and where each text begins in them; null is empty."""
    column = column.cast(pa.large_string()).fill_null("")
    _, offsets, data = column.buffers()
    places = np.frombuffer(offsets, dtype=np.int64)[column.offset : column.offset + len(column) + 1]
    return np.frombuffer(data or b"", dtype=np.uint8), places
