"""Runs a compiled search on several threads, one first item after the other."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from seqrec.mining import kernels, trie_kernels
from seqrec.mining.limits import Control

# Pieces of work; many, so that no thread waits long for the last.
_N_PARTS = 64
# Progress of a search that is done.
_WHOLE = 1_000_000


class ThreadSearch(Protocol):
    """The arrays of one thread's search."""

    @property
    def own(self) -> NDArray[np.int64]:
        """The thread's row of progress."""

    @property
    def limits(self) -> NDArray[np.int64]:
        """What it may take; see `trie_kernels`."""

    @property
    def trie(self) -> NDArray[np.int32]:
        """What it has found."""


Arrays = TypeVar("Arrays", bound=ThreadSearch)
# The arrays, first codes from and to, the slots of a control, the progress of all threads.
Grow = Callable[[Any, tuple[int, int], NDArray[np.int64], NDArray[np.int64]], None]


@dataclass(frozen=True)
class _Piece(Generic[Arrays]):
    """A stretch of one thread's trie: what some first codes gave."""

    search: Arrays
    low: int
    high: int


def count_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def grow_all(
    grow: Grow,
    searches: Sequence[Arrays],
    counts: NDArray[np.int64],
    control: Control,
    progress: NDArray[np.int64],
    ended_part: Callable[[], None] = lambda: None,
) -> NDArray[np.int32]:
    """One trie of what follows from all first codes; it does not depend on the number of threads.

    Args:
        grow: the compiled search, which lets other threads run.
        searches: one a thread.
        counts: units that hold each code.
        control: told the progress, asked for the end.
        progress: one row a thread.
        ended_part: called after each stretch of first codes.
    """
    parts = _parts(counts)
    shares = _work_shares(parts, counts)
    control.slots[kernels.N_FIRST] = _WHOLE
    control.slots[kernels.N_FIRST_DONE] = 0
    todo = iter(enumerate(parts))
    pieces: list[_Piece[Arrays] | None] = [None] * len(parts)

    def work(search: Arrays, todo: Iterator[tuple[int, tuple[int, int]]]) -> None:
        # Taking from a list's iterator is one step of the interpreter: no two threads get the same.
        for number, codes in todo:
            low = int(search.own[trie_kernels.N_ROWS])
            grow(search, codes, control.slots, progress)
            pieces[number] = _Piece(search, low, int(search.own[trie_kernels.N_ROWS]))
            # What comes after the end of a search is passed over: it is not done.
            if search.own[trie_kernels.STATUS] == kernels.COMPLETE:
                control.slots[kernels.N_FIRST_DONE] += shares[number]
                ended_part()

    if len(searches) == 1:
        work(searches[0], todo)
    else:
        with ThreadPoolExecutor(len(searches)) as pool:
            for ended in [pool.submit(work, search, todo) for search in searches]:
                ended.result()
    return _joined([piece for piece in pieces if piece is not None])


def _parts(counts: NDArray[np.int64]) -> list[tuple[int, int]]:
    """First codes from and to, the most frequent first, of about equal numbers of postings."""
    n_codes = len(counts)
    falling = np.cumsum(counts[::-1])
    total = int(falling[-1]) if n_codes else 0
    cuts = np.flatnonzero(np.diff(falling * _N_PARTS // max(total, 1), prepend=0)) + 1
    ends = sorted({0, n_codes, *cuts.tolist()})
    return [(n_codes - high, n_codes - low) for low, high in pairwise(ends)]


def _work_shares(parts: list[tuple[int, int]], counts: NDArray[np.int64]) -> list[int]:
    """Work of each part, of `_WHOLE` in all.

    By the squares of the counts: a frequent item has many places, and many items after each.
    """
    squares = np.array([np.square(counts[low:high], dtype=np.float64).sum() for low, high in parts])
    before = np.concatenate([[0.0], np.cumsum(squares)])
    marks = np.round(_WHOLE * before / max(before[-1], 1.0)).astype(np.int64)
    return [int(share) for share in np.diff(marks)]


def _joined(pieces: Sequence[_Piece[Arrays]]) -> NDArray[np.int32]:
    """One trie of all pieces; parents are rows of the whole."""
    if len({id(piece.search) for piece in pieces}) == 1:
        # One thread wrote them in their order, one behind the other.
        return pieces[0].search.trie[: pieces[-1].high]
    whole = np.empty((sum(piece.high - piece.low for piece in pieces), 3), dtype=np.int32)
    end = 0
    for piece in pieces:
        rows = whole[end : end + piece.high - piece.low]
        rows[:] = piece.search.trie[piece.low : piece.high]
        if end != piece.low:
            rows[rows[:, 0] >= 0, 0] += end - piece.low
        end += len(rows)
    return whole
