"""How many distinct users are behind each mined result: a count of sessions may be of one user."""

import numpy as np
from numpy.typing import NDArray

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import holder_kernels
from seqrec.mining.conditions import NearLimits
from seqrec.mining.config import PatternConfig
from seqrec.mining.levels import Level
from seqrec.mining.tables import ItemLists, ItemsetTable, PatternTable, RuleTable
from seqrec.mining.units import Units, choose_units

UserCounts = NDArray[np.int64]


def users_of_itemsets(database: SequenceDatabase, itemsets: ItemsetTable) -> UserCounts:
    """Distinct users with a session that holds each itemset; (n,)."""
    return count_owners(database, itemsets.items, database.session_user_rows())


def users_of_rules(database: SequenceDatabase, rules: RuleTable) -> UserCounts:
    """Distinct users with a session that holds both sides of each association rule; (n,)."""
    sets, row_of_rule = _unions(rules)
    return count_owners(database, sets, database.session_user_rows())[row_of_rule]


def users_of_patterns(
    database: SequenceDatabase,
    patterns: PatternTable,
    config: PatternConfig,
    level: Level | None = None,
) -> UserCounts:
    """Distinct users with a history or session that holds each pattern; (n,).

    Args:
        database: the histories that were mined.
        patterns: what was mined from them.
        config: scope and limits that the patterns were mined with.
        level: categories of the items, wanted by `config.scope.by_category`.
    """
    if not config.scope.by_session:
        return patterns.counts.copy()
    units = choose_units(database, config.scope, level)
    return count_unit_owners(units, patterns.items, config.near, database.session_user_rows())


def count_unit_owners(
    units: Units, patterns: ItemLists, near: NearLimits, owners: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Distinct owners with a unit that holds each pattern in order, within the limits; (n,).

    Args:
        units: histories or sessions.
        patterns: item ids in order.
        near: limits of gap and span.
        owners: whose each unit is, rising: the user row, or the unit itself.
    """
    counts = np.zeros(len(patterns), dtype=np.int64)
    if len(counts):
        events = (units.items, units.times_s, units.bounds, owners)
        index = holder_kernels.index_holders(units.items, units.bounds, units.counts)
        lists = _arrays(patterns)
        holder_kernels.count_users_of_patterns(events, lists, index, limit_slots(near), counts)
    return counts


def count_owners(
    database: SequenceDatabase, sets: ItemLists, owners: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Distinct owners with a session that holds all of each set; (n,).

    Args:
        database: the events with their sessions.
        sets: ids rising in each.
        owners: whose each session is, rising: the user row, or the session itself.
    """
    counts = np.zeros(len(sets), dtype=np.int64)
    if len(counts):
        units = Units.transactions(database)
        unit = np.repeat(np.arange(units.n_units), np.diff(units.bounds))
        rising = units.items[np.lexsort((units.items, unit))]
        index = holder_kernels.index_holders(rising, units.bounds, units.counts)
        sessions = (rising, units.bounds, owners)
        holder_kernels.count_users_of_sets(sessions, _arrays(sets), index, counts)
    return counts


def join_sides(rules: RuleTable) -> ItemLists:
    """The items of both sides of each rule, ids rising."""
    sides = (rules.antecedents, rules.consequents)
    rows = np.concatenate([np.repeat(np.arange(len(side)), side.lengths) for side in sides])
    items = np.concatenate([side.items for side in sides])
    lengths = sides[0].lengths + sides[1].lengths
    offsets = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
    return ItemLists(items[np.lexsort((items, rows))], offsets)


def _unions(rules: RuleTable) -> tuple[ItemLists, NDArray[np.int64]]:
    """The distinct sets of both sides and the set of each rule."""
    unions = join_sides(rules)
    lengths = unions.lengths
    # Short sets are padded with 0, which is no item, so that equal sets are equal rows.
    padded = np.zeros((len(lengths), int(lengths.max(initial=1))), dtype=np.int32)
    padded[np.arange(padded.shape[1]) < lengths[:, np.newaxis]] = unions.items
    _, first, row_of_rule = np.unique(_as_text(padded), return_index=True, return_inverse=True)
    return unions.take(first), row_of_rule


def _as_text(rows: NDArray[np.int32]) -> NDArray[np.void]:
    """Each row as one value of bytes: to sort them costs a tenth of sorting by columns."""
    return np.ascontiguousarray(rows).view(f"V{rows.shape[1] * rows.itemsize}").ravel()


def _arrays(lists: ItemLists) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    return np.array(lists.items, dtype=np.int32), np.array(lists.offsets, dtype=np.int64)


def limit_slots(near: NearLimits) -> tuple[int, int, int]:
    """Most events between, most seconds between, most seconds in all; -1 for no limit."""
    most = (near.max_gap, near.max_gap_s, near.max_span_s)
    gap, gap_s, span_s = (-1 if limit is None else limit for limit in most)
    return gap, gap_s, span_s
