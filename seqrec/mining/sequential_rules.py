"""Sequential rules: what comes after some items, whatever their order among themselves."""

import logging
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec.errors import OverLimitError
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import entry_kernels, sequential_rule_kernels, trie_kernels
from seqrec.mining.config import MAX_RESULTS, SequentialRuleConfig, check_against_log
from seqrec.mining.entry_kernels import RuleSearch
from seqrec.mining.levels import Level
from seqrec.mining.limits import Control, Found
from seqrec.mining.parallel import count_cores, grow_all
from seqrec.mining.tables import ItemLists, SequentialRuleTable
from seqrec.mining.units import Units, choose_units
from seqrec.translation.texts import tr

logger = logging.getLogger(__name__)

# About a minute of one core.
MAX_WORK = 20_000_000_000
_SPARE_PLACES = 2**23
_STACK = 2**20
_NODES_PER_RESULT = 4


def mine_sequential_rules(
    database: SequenceDatabase,
    config: SequentialRuleConfig,
    control: Control | None = None,
    level: Level | None = None,
) -> SequentialRuleTable:
    """Rules "all of A, later all of B" over histories, the highest count first.

    A history holds the rule where every item of A has occurred before any needed item of B: the
    items of a side come in any order, no item stands on both. Unlike an association rule it needs
    no session; unlike a pattern it does not tell the order within a side.

    Args:
        database: the histories.
        config: minimum count and confidence, most items on a side.
        control: lets another thread watch and cancel.
        level: categories of the items, wanted by `config.scope.by_category`.

    Raises:
        ConfigError: the minimum count is above the number of histories.
        OverLimitError: a limit of results, work or memory, or the cancelling, ended the search.
    """
    units = choose_units(database, config.scope, level)
    check_against_log(config, units.n_units)
    task = _encode(units, config)
    found = _search(task, config, control or Control())
    if not found.complete:
        raise OverLimitError(
            tr(
                "{reason} after {n:,} rules; raise the minimum support or the minimum confidence, "
                "or allow fewer items on a side",
                reason=tr(found.reason),
                n=found.n_results,
            )
        )
    table = _tabulate(task, found)
    logger.info("%s sequential rules in %s histories", len(table.n_both), units.n_units)
    return table


@dataclass(frozen=True)
class _Task:
    units: Units
    item_of_code: NDArray[np.int32]
    arrays: tuple[
        NDArray[np.int32],
        NDArray[np.int64],
        NDArray[np.int32],
        NDArray[np.int32],
        NDArray[np.int64],
    ]

    @property
    def counts(self) -> NDArray[np.int64]:
        return self.units.counts[self.item_of_code]


def _encode(units: Units, config: SequentialRuleConfig) -> _Task:
    frequent = np.flatnonzero(units.counts >= config.min_count)
    item_of_code = frequent[np.argsort(units.counts[frequent], kind="stable")].astype(np.int32)
    codes = np.full(units.n_items + 1, -1, dtype=np.int32)
    codes[item_of_code] = np.arange(len(item_of_code), dtype=np.int32)
    arrays = entry_kernels.encode_entries(
        units.items, units.bounds, codes, units.counts[item_of_code]
    )
    return _Task(units, item_of_code, arrays)


def _search(task: _Task, config: SequentialRuleConfig, control: Control) -> Found:
    n_codes = len(task.item_of_code)
    n_threads = max(1, min(control.n_threads or count_cores(), n_codes))
    progress = np.zeros((n_threads, trie_kernels.N_SLOTS), dtype=np.int64)
    searches = [_make_search(task, config, own) for own in progress]
    grow = sequential_rule_kernels.grow_rules
    trie = grow_all(grow, searches, task.counts, control, progress)
    status = int(progress[:, trie_kernels.STATUS].max())
    work = int(progress[:, trie_kernels.WORK].sum())
    return Found(trie, np.arange(2 * n_codes, dtype=np.int32), status, work)


def _make_search(task: _Task, config: SequentialRuleConfig, own: NDArray[np.int64]) -> RuleSearch:
    # Untouched pages of a fresh array take no memory, so that the limits can be given whole.
    n_codes, n_entries = len(task.item_of_code), len(task.arrays[0])
    limits = np.zeros(trie_kernels.N_LIMITS, dtype=np.int64)
    limits[trie_kernels.MIN_COUNT] = config.min_count
    limits[trie_kernels.MAX_RESULTS] = MAX_RESULTS
    limits[trie_kernels.MAX_WORK] = MAX_WORK
    fields = entry_kernels.N_FIELDS
    return RuleSearch(
        *task.arrays,
        lengths=np.array([config.max_antecedent, config.max_consequent], dtype=np.int64),
        min_confidence=config.min_confidence,
        limits=limits,
        own=own,
        trie=np.empty((_NODES_PER_RESULT * MAX_RESULTS + n_codes, 3), dtype=np.int32),
        stack=np.empty((_STACK, fields), dtype=np.int64),
        places=np.empty((4 * n_entries + _SPARE_PLACES, 3), dtype=np.int32),
        then_stack=np.empty((_STACK, fields), dtype=np.int64),
        then_places=np.empty((4 * n_entries + _SPARE_PLACES, 3), dtype=np.int32),
        tally=np.zeros((n_codes, entry_kernels.N_COLUMNS), dtype=np.int64),
        touched=np.empty((2, n_codes), dtype=np.int64),
        path=np.empty(config.max_antecedent, dtype=np.int64),
    )


def _tabulate(task: _Task, found: Found) -> SequentialRuleTable:
    n_codes = len(task.item_of_code)
    trie = found.trie
    rows = np.flatnonzero(trie[:, 2] > 0)
    above = rows.copy()
    while len(above) and np.any(trie[above, 1] >= n_codes):
        above = np.where(trie[above, 1] >= n_codes, trie[above, 0], above)
    n_both, n_antecedent = trie[rows, 2].astype(np.int64), -trie[above, 2].astype(np.int64)
    order = np.lexsort((n_antecedent, -n_both))
    codes = found.unroll(rows[order])
    antecedents, consequents = _sides(codes, n_codes)
    both = ItemLists((codes.items % max(n_codes, 1)).astype(np.int32), codes.offsets)
    entries, bounds, _, holders, holder_bounds = task.arrays
    counted = (entries, bounds, holders, holder_bounds)
    n_consequent, n_together = (
        entry_kernels.count_together((lists.items, lists.offsets), counted)
        for lists in (consequents, both)
    )
    return SequentialRuleTable(
        antecedents=ItemLists(task.item_of_code[antecedents.items], antecedents.offsets),
        consequents=ItemLists(task.item_of_code[consequents.items], consequents.offsets),
        n_both=n_both[order],
        n_antecedent=n_antecedent[order],
        n_consequent=n_consequent,
        n_together=n_together,
        n_histories=task.units.n_units,
    )


def _sides(codes: ItemLists, n_codes: int) -> tuple[ItemLists, ItemLists]:
    """The codes of the antecedents and those of the consequents."""
    rows = np.repeat(np.arange(len(codes)), codes.lengths)
    sides = []
    for side in (0, 1):
        here = (codes.items >= n_codes) == bool(side)
        lengths = np.bincount(rows[here], minlength=len(codes))
        offsets = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
        sides.append(ItemLists(codes.items[here] - np.int32(side * n_codes), offsets))
    return sides[0], sides[1]
