"""Sorting all events of a log, some users at a time.

First each event goes to the file of its stretch of users; a stretch is then small enough to be put
in order in the processor's caches, two at once. So memory is bounded and the time linear whatever
the log's size. A log of one stretch needs no file.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from io import BufferedWriter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqrec.log.storing import sort_kernels
from seqrec.log.storing.behind import Behind
from seqrec.log.storing.record_kernels import Int32s, Int64s
from seqrec.log.storing.scratch import EVENT_COLUMNS, ScratchColumns

_MIN_STRETCH_EVENTS = 1 << 19
_MAX_STRETCHES = 256
_BLOCK_EVENTS = 1 << 17
_N_THREADS = 2

Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Numbers:
    """What the codes of one kind become.

    Attributes:
        by_code: its number, -1 where no event has the code.
        codes: code by number, from the first number on.
        counts: events by number, likewise.
    """

    by_code: Int32s
    codes: Int64s
    counts: Int64s


@dataclass(frozen=True)
class Stretches:
    """Events in any order, and all that decides where each goes.

    Attributes:
        events: at least one.
        users, items, types: numbers of users, items and event types.
        offsets: where each user's events begin; (n_users + 1,).
        gap_us: pause that ends a session where the events have none; -1 where a history is one.
    """

    events: ScratchColumns
    users: Numbers
    items: Numbers
    types: Numbers
    offsets: Int64s
    gap_us: int

    def sorted(self, folder: Path) -> Iterator[Columns]:
        """Columns of the log by user, time and place, those of some users after the other.

        Args:
            folder: made for the stretches, and removed.
        """
        bounds = self._cut()
        if len(bounds) == 1:
            blocks = [self._pack(block) for block in self.events.blocks(self.events.names)]
            yield self._sort(*bounds[0], np.concatenate(blocks))
            return
        self._part(bounds, folder)
        n_sessions = 0
        with ThreadPoolExecutor(_N_THREADS) as pool:
            for columns in self._sort_all(bounds, folder, pool):
                columns["session_id"] += n_sessions
                n_sessions = int(columns["session_id"].max()) + 1
                yield columns
        folder.rmdir()

    @property
    def _optional(self) -> list[str]:
        return [name for name in ("session_code", "value") if name in self.events.names]

    @property
    def _n_words(self) -> int:
        return sort_kernels.N_WORDS + len(self._optional)

    def _cut(self) -> list[tuple[int, int]]:
        """Ranges of users with few events, or of one user."""
        most = max(_MIN_STRETCH_EVENTS, self.events.n_rows // _MAX_STRETCHES)
        bounds = []
        begin, n_users = 0, len(self.offsets) - 1
        while begin < n_users:
            place = np.searchsorted(self.offsets, self.offsets[begin] + most, side="right")
            end = max(int(place) - 1, begin + 1)
            bounds.append((begin, end))
            begin = end
        return bounds

    def _part(self, bounds: list[tuple[int, int]], folder: Path) -> None:
        """Write each event to the file of its stretch, as words."""
        folder.mkdir()
        ends = np.array([end for _, end in bounds])
        stretches = np.searchsorted(ends, self.users.by_code, side="right").astype(np.int16)
        files = [(folder / str(place)).open("wb") for place in range(len(bounds))]
        try:
            # The words of a block are written while those of the next are made.
            with Behind() as behind:
                for block in self.events.blocks(self.events.names, _BLOCK_EVENTS):
                    words = self._pack(block)
                    parted = np.empty_like(words)
                    places = np.zeros(len(bounds) + 1, dtype=np.int64)
                    sort_kernels.part(words, stretches[block["user_code"]], places, parted)
                    behind.run(partial(_write_parts, parted, places, files))
        finally:
            for file in files:
                file.close()

    def _pack(self, block: Columns) -> Int64s:
        words = np.empty((len(block["place"]), self._n_words), dtype=np.int64)
        words[:, sort_kernels.USER] = self.users.by_code[block["user_code"]]
        words[:, sort_kernels.TIME] = block["time_us"]
        words[:, sort_kernels.PLACE] = block["place"]
        items = block["item_code"].astype(np.int64) << sort_kernels.EVENT_BITS
        words[:, sort_kernels.ITEM_EVENT] = items | block["event_code"]
        for place, name in enumerate(self._optional, start=sort_kernels.N_WORDS):
            words[:, place] = block[name].view(np.int64)
        return words

    def _sort_all(
        self, bounds: list[tuple[int, int]], folder: Path, pool: ThreadPoolExecutor
    ) -> Iterator[Columns]:
        """The stretches in order; as many threads as there are sort ahead."""
        running: deque[Future[Columns]] = deque()
        for place, (begin, end) in enumerate(bounds):
            running.append(pool.submit(self._sort_file, begin, end, folder / str(place)))
            if len(running) > _N_THREADS:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()

    def _sort_file(self, begin: int, end: int, path: Path) -> Columns:
        """The events of users `begin` to `end`, from the file of their stretch; it is removed."""
        given = np.fromfile(path, dtype=np.int64).reshape(-1, self._n_words)
        path.unlink()
        return self._sort(begin, end, given)

    def _sort(self, begin: int, end: int, given: Int64s) -> Columns:
        offsets = self.offsets[begin : end + 1] - self.offsets[begin]
        words = np.empty_like(given)
        sort_kernels.scatter(given, begin, offsets[:-1].copy(), words)
        del given
        sort_kernels.sort_stretches(offsets, words)
        columns: Columns = {
            "time_us": np.empty(len(words), dtype=np.int64),
            "place": np.empty(len(words), dtype=np.int64),
            "user_row": np.empty(len(words), dtype=np.int32),
            "item_id": np.empty(len(words), dtype=np.int32),
            "event_id": np.empty(len(words), dtype=np.int16),
        }
        numbers = self.items.by_code, self.types.by_code
        sort_kernels.split_words(words, *numbers, *columns.values())
        for place, name in enumerate(self._optional, start=sort_kernels.N_WORDS):
            columns[name] = words[:, place].copy().view(EVENT_COLUMNS[name])
        sessions = np.empty(len(words), dtype=np.int64)
        if "session_code" in columns:
            sort_kernels.number_sessions(offsets, columns["session_code"], sessions)
        else:
            sort_kernels.sessions_by_gap(offsets, columns["time_us"], self.gap_us, sessions)
        return {**columns, "session_id": sessions}


def _write_parts(words: Int64s, places: Int64s, files: list[BufferedWriter]) -> None:
    """Append to each file the words between its two places."""
    for place, file in enumerate(files):
        file.write(words[places[place] : places[place + 1]].data)
