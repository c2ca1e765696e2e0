"""Columns while a log is made: appended in pieces, read back in pieces; many lie on disk."""

from collections.abc import Iterator
from io import BufferedWriter
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

# One row an event, in any order. `place` is file * 2^48 + line: it orders rows as they were given.
EVENT_COLUMNS: dict[str, type[np.generic]] = {
    "user_code": np.int32,
    "item_code": np.int32,
    "time_us": np.int64,
    "event_code": np.int16,
    "place": np.int64,
    "session_code": np.int64,
    "value": np.float64,
}
FILE_SHIFT = 48
_BLOCK_ROWS = 1 << 20
_MAX_HELD_BYTES = 1 << 24

Array = NDArray[Any]


class ScratchColumns:
    """Equally long columns: held in memory while they are small, then each a file of bare values.

    Args:
        folder: where the files lie; it is made with them.
        names: some of `EVENT_COLUMNS`.

    Rows are appended inside `with`, and read behind it.
    """

    def __init__(self, folder: Path, names: tuple[str, ...]) -> None:
        self.names = names
        self.n_rows = 0
        self._folder = folder
        self._held: list[dict[str, Array]] = []
        self._held_bytes = 0
        self._files: dict[str, BufferedWriter] = {}

    def append(self, columns: dict[str, Array]) -> None:
        """Add rows; every column is there and has the same length."""
        rows = {
            name: np.ascontiguousarray(columns[name], dtype=EVENT_COLUMNS[name])
            for name in self.names
        }
        self.n_rows += len(rows[self.names[0]])
        self._held.append(rows)
        self._held_bytes += sum(values.nbytes for values in rows.values())
        if self._files or self._held_bytes > _MAX_HELD_BYTES:
            self._write()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End the writing; the columns can be read from now on."""
        for file in self._files.values():
            file.close()

    def blocks(
        self, names: tuple[str, ...], n_rows: int = _BLOCK_ROWS
    ) -> Iterator[dict[str, Array]]:
        """All rows of some columns in blocks of at most `n_rows`; none is to be written to."""
        if not self._files:
            for held in self._held:
                for begin in range(0, len(held[self.names[0]]), n_rows):
                    yield {name: held[name][begin : begin + n_rows] for name in names}
            return
        files = {name: (self._folder / name).open("rb") for name in names}
        try:
            for begin in range(0, self.n_rows, n_rows):
                count = min(n_rows, self.n_rows - begin)
                yield {
                    name: np.fromfile(file, dtype=EVENT_COLUMNS[name], count=count)
                    for name, file in files.items()
                }
        finally:
            for file in files.values():
                file.close()

    def recode(self, name: str, codes: Array) -> None:
        """Replace each code of a column by its entry in `codes`."""
        kind = EVENT_COLUMNS[name]
        if not self._files:
            for held in self._held:
                held[name] = codes[held[name]].astype(kind)
            return
        path = self._folder / name
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            for block in self.blocks((name,)):
                file.write(codes[block[name]].astype(kind).data)
        part.replace(path)

    def remove(self) -> None:
        """Let go of the columns."""
        self._held.clear()
        for name in self._files:
            (self._folder / name).unlink()
        if self._files:
            self._folder.rmdir()

    def _write(self) -> None:
        if not self._files:
            self._folder.mkdir()
            self._files = {name: (self._folder / name).open("wb") for name in self.names}
        for rows in self._held:
            for name, file in self._files.items():
                # Not `tofile`, which does not say that the disk is full.
                file.write(rows[name].data)
        self._held.clear()
