"""Runs the pattern search inside limits of results, work and memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from seqrec.mining import limits as limits_module
from seqrec.mining import (
    pattern_kernels,
    rest_kernels,
    trie_kernels,
    window_kernels,
)
from seqrec.mining.conditions import ItemFilter, PatternKind
from seqrec.mining.limits import UNBOUNDED_LENGTH, Control, Found, Limits
from seqrec.mining.parallel import Grow, ThreadSearch, count_cores, grow_all
from seqrec.mining.rest_kernels import Search
from seqrec.mining.units import Units
from seqrec.mining.window_kernels import WindowSearch

# Postings beside the events: 64 MiB, more than any search of a log with few events has taken.
_SPARE_POSTINGS = 2**24
# Nodes that are looked at for every result, at most.
_NODES_PER_RESULT = 4
_STACK = 2**20
# Share of its limits that tells where a search is going.
_TRIED = 0.5
# So many patterns take less time to mark than to check each by its histories.
_FEW_RESULTS = 200_000
# Counts for the check of maximality: 12 MiB.
_CELLS = 2**20
_KINDS = {
    PatternKind.ALL: trie_kernels.ALL,
    PatternKind.CLOSED: trie_kernels.CLOSED,
    PatternKind.MAXIMAL: trie_kernels.MAXIMAL,
}


@dataclass(frozen=True)
class _Task:
    """A search with the codes of the frequent items; rare ones come first.

    Many units of a frequent item then have short rests.
    """

    units: Units
    limits: Limits
    control: Control
    item_of_code: NDArray[np.int32]

    @property
    def codes(self) -> NDArray[np.int32]:
        """Code of each item id, -1 for a rare one; (n_items + 1,)."""
        codes = np.full(self.units.n_items + 1, -1, dtype=np.int32)
        codes[self.item_of_code] = np.arange(len(self.item_of_code), dtype=np.int32)
        return codes

    @property
    def counts(self) -> NDArray[np.int64]:
        """Units that hold each code."""
        return self.units.counts[self.item_of_code]


def search_sequences(units: Units, limits: Limits, control: Control | None = None) -> Found:
    """Every pattern of `limits.kind` that at least `limits.min_count` units hold.

    The threads share the events and take first items one after the other; the result does not
    depend on their number. Where there are few patterns, the closed and maximal ones are marked
    among all; else branches without any are dropped.
    """
    if limits.items.contains:
        units = units.holding(limits.items.contains)
    frequent = np.flatnonzero(units.counts >= limits.min_count)
    item_of_code = frequent[np.argsort(units.counts[frequent], kind="stable")].astype(np.int32)
    task = _Task(units, limits, control or Control(), item_of_code)
    if limits.near.any:
        return _run(task, window_kernels.grow_windows, _prepare_windows(task))
    if limits.kind is not PatternKind.ALL and not limits.top:
        found = _mark_few(task)
        if found is not None:
            return found
    return _run(task, pattern_kernels.grow, _prepare(task))


def _mark_few(task: _Task) -> Found | None:
    """Closed or maximal patterns by marking them among all; None where all are too many."""
    limits = task.limits
    every = replace(
        limits,
        kind=PatternKind.ALL,
        max_results=min(_FEW_RESULTS, limits.max_results),
        min_length=1,
        # What is one longer than the longest may be as frequent.
        max_length=limits.max_length + 1,
        items=ItemFilter(),
        beyond=None,
    )
    search = replace(task, limits=every)
    found = _run(search, pattern_kernels.grow, _prepare(search))
    if found.over_limit:
        return None
    if found.complete:
        trie_kernels.mark_kind(found.trie, limit_slots(limits), _wanted(task))
    else:
        found.trie[:, 2] = -np.abs(found.trie[:, 2])
    return found


def _run(task: _Task, grow: Grow, make: Callable[[NDArray[np.int64]], ThreadSearch]) -> Found:
    n_threads = max(1, min(task.control.n_threads or count_cores(), len(task.item_of_code)))
    progress = np.zeros((n_threads, trie_kernels.N_SLOTS), dtype=np.int64)
    searches = [make(own) for own in progress]
    lift = partial(_lift, task, searches, progress)
    trie = grow_all(grow, searches, task.counts, task.control, progress, lift)
    status = int(progress[:, trie_kernels.STATUS].max())
    work = int(progress[:, trie_kernels.WORK].sum())
    max_results = int(searches[0].limits[trie_kernels.MAX_RESULTS])
    return Found(trie, task.item_of_code, status, work, max_results)


def _lift(task: _Task, searches: Sequence[ThreadSearch], progress: NDArray[np.int64]) -> None:
    """Let a search that has tried half of its limits go on where it is on its way to its end."""
    limits, beyond, done = task.limits, task.limits.beyond, task.control.progress
    if beyond is None or done == 0:
        return
    found, work = (int(progress[:, at].sum()) for at in (trie_kernels.N_RESULTS, trie_kernels.WORK))
    if max(found / limits.max_results, work / limits.max_work) < _TRIED or found == 0:
        return
    if found / done <= beyond.max_results and work / done <= beyond.likely_work:
        for search in searches:
            search.limits[trie_kernels.MAX_RESULTS] = beyond.max_results
            search.limits[trie_kernels.MAX_WORK] = beyond.max_work


def _prepare(task: _Task) -> Callable[[NDArray[np.int64]], Search]:
    """Makes the arrays of one thread; all share the events."""
    units, limits = task.units, task.limits
    twins = np.zeros(len(task.counts), dtype=np.int64)
    if units.twins is not None:
        twins[:] = units.twins[task.item_of_code]
    histories = units.items, units.bounds
    longest_run = _longest_run(limits)
    data = rest_kernels.encode_histories(histories, task.codes, task.counts, twins, longest_run)
    n_events, n_codes = len(data[0]), len(task.counts)
    longest = int(np.diff(units.bounds).max(initial=0))

    def make(own: NDArray[np.int64]) -> Search:
        # Untouched pages of a fresh array take no memory, so that the limits can be given whole.
        return Search(
            *data,
            limits=limit_slots(limits),
            own=own,
            trie=_empty_trie(task),
            wanted=_wanted(task),
            at_count=np.zeros(units.n_units + 2, dtype=np.int64),
            stack=np.empty((_STACK + 4 * n_codes, rest_kernels.N_FIELDS), dtype=np.int64),
            postings=np.empty(4 * n_events + _SPARE_POSTINGS, dtype=np.int32),
            copies=np.empty((2 * n_events + 1, 2), dtype=np.int32),
            names=np.empty(8 * n_codes + 1024, dtype=np.int32),
            counts=np.zeros(n_codes, dtype=np.int32),
            listed=np.empty((n_codes, 2), dtype=np.int32),
            tally=np.zeros((n_codes, rest_kernels.N_COLUMNS), dtype=np.int64),
            masks=np.zeros((n_codes, 3), dtype=np.int64),
            cells=np.zeros((max(n_codes, _CELLS), 3), dtype=np.int32),
            path=np.empty((longest + 1, 3), dtype=np.int64),
            twins=twins,
        )

    return make


def _longest_run(limits: Limits) -> int:
    """Events of one item in a row that tell all: one more than a result can hold.

    The one more is what closed patterns are compared with. Where all patterns of any length are
    wanted, the parts of a longer one would not fit into memory together with it.
    """
    longest = limits.max_length
    every = limits.kind is PatternKind.ALL and limits.min_length == 1
    # Not where `_mark_few` asks for one more: what it drops need not fit.
    if every and limits.items == ItemFilter() and longest == UNBOUNDED_LENGTH:
        longest = isqrt(2 * limits_module.MAX_ITEMS)
    return longest + 1


def _prepare_windows(task: _Task) -> Callable[[NDArray[np.int64]], WindowSearch]:
    """As `_prepare`, for limits of gap and span."""
    units, n_codes = task.units, len(task.item_of_code)
    data = window_kernels.encode_events(units.items, units.bounds, task.codes, n_codes)

    def make(own: NDArray[np.int64]) -> WindowSearch:
        return WindowSearch(
            data[0],
            units.times_s,
            *data[1:],
            unit_counts=task.counts,
            limits=limit_slots(task.limits),
            own=own,
            trie=_empty_trie(task),
            wanted=_wanted(task),
            at_count=np.zeros(units.n_units + 2, dtype=np.int64),
            stack=np.empty((_STACK + 4 * n_codes, window_kernels.N_FIELDS), dtype=np.int64),
            places=np.empty((4 * len(data[0]) + _SPARE_POSTINGS, 3), dtype=np.int32),
            tally=np.zeros((n_codes, window_kernels.N_COLUMNS), dtype=np.int64),
            touched=np.empty(n_codes, dtype=np.int64),
        )

    return make


def _empty_trie(task: _Task) -> NDArray[np.int32]:
    n_rows = _NODES_PER_RESULT * task.limits.most_results + len(task.item_of_code)
    return np.empty((n_rows, 3), dtype=np.int32)


def limit_slots(limits: Limits) -> NDArray[np.int64]:
    """Limits as the kernels read them; see `trie_kernels`."""
    slots = np.zeros(trie_kernels.N_LIMITS, dtype=np.int64)
    slots[trie_kernels.MIN_COUNT] = limits.min_count
    slots[trie_kernels.MIN_LENGTH] = limits.min_length
    slots[trie_kernels.MAX_LENGTH] = limits.max_length
    slots[trie_kernels.MAX_RESULTS] = limits.max_results
    slots[trie_kernels.MAX_WORK] = limits.max_work
    slots[trie_kernels.KIND] = _KINDS[limits.kind]
    slots[trie_kernels.TOP] = limits.top
    near = (limits.near.max_gap, limits.near.max_gap_s, limits.near.max_span_s)
    slots[trie_kernels.MAX_GAP :] = [-1 if limit is None else limit for limit in near]
    items = limits.items
    slots[trie_kernels.WANTED] = (
        (1 << len(items.contains)) - 1
        | (trie_kernels.STARTS if items.starts_with else 0)
        | (trie_kernels.ENDS if items.ends_with else 0)
    )
    return slots


def _wanted(task: _Task) -> NDArray[np.int64]:
    """Bits by code of the items that a pattern must contain, start with or end with."""
    items, codes = task.limits.items, task.codes
    wanted = np.zeros(len(task.item_of_code), dtype=np.int64)
    bits = [(item, 1 << place) for place, item in enumerate(items.contains)]
    bits += [(item, trie_kernels.STARTS) for item in items.starts_with]
    bits += [(item, trie_kernels.ENDS) for item in items.ends_with]
    for item, bit in bits:
        # An item that is rare, or not of this log, has no code: no pattern holds it.
        if item < len(codes) and codes[item] >= 0:
            wanted[codes[item]] |= bit
    return wanted
