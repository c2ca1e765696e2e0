"""The flat arrays that mining and training share, memory-mapped from disk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

_ARRAYS = ("items", "times_s", "offsets", "session_ids", "event_ids")
_PIECES: dict[str, type[np.generic]] = {
    "items": np.int32,
    "times_s": np.int64,
    "session_ids": np.int64,
    "event_ids": np.int16,
}


@dataclass(frozen=True)
class SequenceDatabase:
    """The histories of all users, one behind the other; the arrays are never written to.

    Attributes:
        items: item ids from 1 (0 is padding), oldest first in each history; int32, (n_events,).
        times_s: Unix seconds of each event; int64, (n_events,).
        offsets: history of user row u is `items[offsets[u]:offsets[u + 1]]`; int64, (n_users + 1,).
        session_ids: number of each event's session, from 0 in the order of users and of first
            events; never shared by two users, but sessions of one user may overlap in time;
            int64, (n_events,).
        event_ids: index into the log's event types; int16, (n_events,).
        n_items: number of distinct items V - 1; ids run from 1 to n_items.
        fingerprint: of the log that the arrays come from.
        has_clock: whether times are clock times; otherwise only their order means something.
    """

    items: NDArray[np.int32]
    times_s: NDArray[np.int64]
    offsets: NDArray[np.int64]
    session_ids: NDArray[np.int64]
    event_ids: NDArray[np.int16]
    n_items: int
    fingerprint: str
    has_clock: bool = True

    @property
    def n_events(self) -> int:
        """Number of events of all users."""
        return len(self.items)

    @property
    def n_users(self) -> int:
        """Number of histories."""
        return len(self.offsets) - 1

    @property
    def n_sessions(self) -> int:
        """Number of sessions of all users."""
        return int(self.session_ids.max(initial=-1)) + 1

    def history(self, user_row: int) -> NDArray[np.int32]:
        """Item ids of one user, oldest first."""
        return self.items[self.offsets[user_row] : self.offsets[user_row + 1]]

    def session_user_rows(self) -> NDArray[np.int64]:
        """User row of each session, rising: sessions are numbered by user; (n_sessions,)."""
        users = np.zeros(self.n_sessions, dtype=np.int64)
        users[self.session_ids] = np.repeat(np.arange(self.n_users), np.diff(self.offsets))
        return users

    def keep_events(self, keep: NDArray[np.bool_]) -> Self:
        """The same users with some of their events, in memory; a history may become empty."""
        before = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(keep)])
        return replace(
            self,
            items=np.asarray(self.items)[keep],
            times_s=np.asarray(self.times_s)[keep],
            session_ids=np.asarray(self.session_ids)[keep],
            event_ids=np.asarray(self.event_ids)[keep],
            offsets=before[np.asarray(self.offsets)],
        )

    @classmethod
    def from_histories(
        cls, histories: Sequence[Sequence[int]], fingerprint: str = "in-memory"
    ) -> Self:
        """A database of plain lists of item ids; events are a second apart, one session a user."""
        lengths = np.array([len(history) for history in histories], dtype=np.int64)
        items = np.array([item for history in histories for item in history], dtype=np.int32)
        return cls(
            items=items,
            times_s=np.arange(len(items), dtype=np.int64),
            offsets=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)]),
            session_ids=np.repeat(np.cumsum(lengths > 0) - 1, lengths).astype(np.int64),
            event_ids=np.zeros(len(items), dtype=np.int16),
            n_items=int(items.max(initial=0)),
            fingerprint=fingerprint,
        )

    def save(self, folder: Path) -> None:
        """Write one `.npy` file an array."""
        for name in _ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name), allow_pickle=False)

    @classmethod
    def load(cls, folder: Path, n_items: int, fingerprint: str, *, has_clock: bool = True) -> Self:
        """Map the arrays of a folder into memory, read-only."""
        arrays = {
            name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            for name in _ARRAYS
        }
        return cls(**arrays, n_items=n_items, fingerprint=fingerprint, has_clock=has_clock)


class SequenceWriter:
    """Writes the arrays of a database piece by piece, as `SequenceDatabase.save` would whole.

    Args:
        folder: where the `.npy` files go.
        offsets: where each user's events begin; (n_users + 1,).
    """

    def __init__(self, folder: Path, offsets: NDArray[np.int64]) -> None:
        np.save(folder / "offsets.npy", offsets.astype(np.int64), allow_pickle=False)
        self._n_events = int(offsets[-1])
        self._n_written = 0
        self._files = {}
        for name, kind in _PIECES.items():
            file = (folder / f"{name}.npy").open("wb")
            header = {
                "descr": np.lib.format.dtype_to_descr(np.dtype(kind)),
                "fortran_order": False,
                "shape": (self._n_events,),
            }
            np.lib.format.write_array_header_1_0(file, header)
            self._files[name] = file

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            file.close()

    @property
    def share(self) -> float:
        """Share of the events that is written."""
        return self._n_written / self._n_events

    def append(self, columns: Mapping[str, NDArray[Any]]) -> None:
        """Write events behind the ones before.

        Args:
            columns: `item_id`, `time_us`, `session_id` and `event_id`, sorted by user and time.
        """
        pieces = {
            "items": columns["item_id"],
            "times_s": columns["time_us"] // 1_000_000,
            "session_ids": columns["session_id"],
            "event_ids": columns["event_id"],
        }
        for name, values in pieces.items():
            self._files[name].write(np.ascontiguousarray(values, dtype=_PIECES[name]).data)
        self._n_written += len(pieces["items"])
