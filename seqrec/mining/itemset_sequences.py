"""Sequences of itemsets: sets of items that recur session after session.

A pattern of items tells which item comes after which. Here the items of one session are a set
without order, and a pattern is a list of sets: "tea and milk in one session, bread in a later one".
The two are different problems, with different counts.
"""

import logging
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec.errors import OverLimitError
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import element_kernels, trie_kernels
from seqrec.mining.config import MAX_RESULTS, ItemsetSequenceConfig, check_against_log
from seqrec.mining.element_kernels import ElementSearch
from seqrec.mining.levels import Level
from seqrec.mining.limits import Control, Found
from seqrec.mining.parallel import count_cores, grow_all
from seqrec.mining.tables import ItemLists, ItemsetSequenceTable, by_count
from seqrec.mining.units import Units, choose_units
from seqrec.translation.texts import mark, tr

logger = logging.getLogger(__name__)

# About a minute of one core.
MAX_WORK = 20_000_000_000
_SPARE_PLACES = 2**24
_STACK = 2**20


def mine_itemset_sequences(
    database: SequenceDatabase,
    config: ItemsetSequenceConfig,
    control: Control | None = None,
    level: Level | None = None,
) -> ItemsetSequenceTable:
    """Sequences of itemsets that at least `config.min_count` histories hold, by falling count.

    A history holds one where its sets lie in as many of the user's sessions, each set within one
    session, in this order. Sessions that overlap are ordered by their first event.

    Args:
        database: the histories with their sessions.
        config: minimum count, most items, scope.
        control: lets another thread watch and cancel.
        level: categories of the items, wanted by `config.scope.by_category`.

    Raises:
        ConfigError: the minimum count is above the number of histories.
        OverLimitError: the search was cancelled. Where a limit of results, work or memory ended it,
            the table holds what was found before, each with its whole count, and says so.
    """
    units = choose_units(database, config.scope, level)
    check_against_log(config, units.n_units)
    task = _encode(units, config)
    found = _search(task, config, control or Control())
    if not found.complete and not found.over_limit:
        raise OverLimitError(
            tr(
                "{reason} after {n:,} sequences; raise the minimum support or allow fewer items",
                reason=tr(found.reason),
                n=found.n_results,
            )
        )
    logger.info("%s sequences of itemsets in %s histories", found.n_results, units.n_units)
    return _tabulate(task, found)


@dataclass(frozen=True)
class _Task:
    """Events (code, unit, session) with the frequent items' codes, rare ones first."""

    units: Units
    item_of_code: NDArray[np.int32]
    events: NDArray[np.int32]

    @property
    def n_codes(self) -> int:
        return len(self.item_of_code)


def _encode(units: Units, config: ItemsetSequenceConfig) -> _Task:
    frequent = np.flatnonzero(units.counts >= config.min_count)
    item_of_code = frequent[np.argsort(units.counts[frequent], kind="stable")].astype(np.int32)
    codes = np.full(units.n_items + 1, -1, dtype=np.int32)
    codes[item_of_code] = np.arange(len(item_of_code), dtype=np.int32)
    unit = np.repeat(np.arange(units.n_units), np.diff(units.bounds))
    rows = np.column_stack([codes[units.items], unit, units.session_ids])
    rows = rows[rows[:, 0] >= 0]
    # By unit, session and code; each code once a session.
    rows = rows[np.lexsort((rows[:, 0], rows[:, 2], rows[:, 1]))]
    new = np.any(np.diff(rows, axis=0, prepend=-1) != 0, axis=1)
    end = np.full((1, 3), -1)
    return _Task(units, item_of_code, np.concatenate([rows[new], end]).astype(np.int32))


def _search(task: _Task, config: ItemsetSequenceConfig, control: Control) -> Found:
    codes = task.events[:-1, 0]
    firsts = np.argsort(codes, kind="stable").astype(np.int32)
    ends = np.cumsum(np.bincount(codes, minlength=task.n_codes))
    bounds = np.concatenate([np.zeros(1, dtype=np.int64), ends])[: task.n_codes + 1]
    counts = task.units.counts[task.item_of_code]
    limits = np.zeros(trie_kernels.N_LIMITS, dtype=np.int64)
    limits[trie_kernels.MIN_COUNT] = config.min_count
    limits[trie_kernels.MAX_LENGTH] = config.max_length
    limits[trie_kernels.MAX_RESULTS] = MAX_RESULTS
    limits[trie_kernels.MAX_WORK] = MAX_WORK

    def make(own: NDArray[np.int64]) -> ElementSearch:
        # Untouched pages of a fresh array take no memory, so that the limits can be given whole.
        return ElementSearch(
            events=task.events,
            firsts=firsts,
            bounds=bounds,
            unit_counts=counts,
            limits=limits.copy(),
            own=own,
            trie=np.empty((MAX_RESULTS + 2 * task.n_codes, 3), dtype=np.int32),
            stack=np.empty((_STACK, element_kernels.N_FIELDS), dtype=np.int64),
            places=np.empty(4 * len(task.events) + _SPARE_PLACES, dtype=np.int32),
            tally=np.zeros((2 * task.n_codes, element_kernels.N_COLUMNS), dtype=np.int64),
            touched=np.empty(2 * task.n_codes, dtype=np.int64),
        )

    n_threads = max(1, min(control.n_threads or count_cores(), task.n_codes))
    progress = np.zeros((n_threads, trie_kernels.N_SLOTS), dtype=np.int64)
    searches = [make(own) for own in progress]
    trie = grow_all(element_kernels.grow_elements, searches, counts, control, progress)
    status = int(progress[:, trie_kernels.STATUS].max())
    work = int(progress[:, trie_kernels.WORK].sum())
    return Found(trie, np.arange(2 * task.n_codes, dtype=np.int32), status, work)


def _tabulate(task: _Task, found: Found) -> ItemsetSequenceTable:
    rows = np.arange(len(found.trie))[:MAX_RESULTS]
    codes = found.unroll(rows, partial=True)
    counts = found.trie[: len(codes), 2].astype(np.int64)
    stopped_by = found.reason
    if not stopped_by and len(codes) < len(found.trie):
        stopped_by = mark("the results passed their limit of memory")
    order = by_count(codes, counts)
    codes = codes.take(order)
    items = task.item_of_code[codes.items % max(task.n_codes, 1)]
    return ItemsetSequenceTable(
        items=ItemLists(items, codes.offsets),
        joins=codes.items >= task.n_codes,
        counts=counts[order],
        n_histories=task.units.n_units,
        stopped_by=stopped_by,
    )
