"""Columns on disk while a log is made: appended in pieces, read back in pieces."""

from collections.abc import Iterator
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

Array = NDArray[Any]


class ScratchColumns:
    """Equally long columns, each a file of bare values.

    Args:
        folder: where the files lie; it is made.
        names: some of `EVENT_COLUMNS`.

    Rows are appended inside `with`, and read behind it.
    """

    def __init__(self, folder: Path, names: tuple[str, ...]) -> None:
        folder.mkdir()
        self.names = names
        self.n_rows = 0
        self._folder = folder
        self._files = {name: (folder / name).open("wb") for name in names}

    def append(self, columns: dict[str, Array]) -> None:
        """Add rows; every column is there and has the same length."""
        for name, file in self._files.items():
            # Not `tofile`, which does not say that the disk is full.
            file.write(np.ascontiguousarray(columns[name], dtype=EVENT_COLUMNS[name]).data)
        self.n_rows += len(columns[self.names[0]])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End the writing; the columns can be read from now on."""
        for file in self._files.values():
            file.close()

    def blocks(
        self, names: tuple[str, ...], n_rows: int = _BLOCK_ROWS
    ) -> Iterator[dict[str, Array]]:
        """All rows of some columns in blocks of at most `n_rows`."""
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
        path = self._folder / name
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            for block in self.blocks((name,)):
                file.write(codes[block[name]].astype(EVENT_COLUMNS[name]).data)
        part.replace(path)

    def remove(self) -> None:
        """Delete the files."""
        for name in self.names:
            (self._folder / name).unlink()
        self._folder.rmdir()
