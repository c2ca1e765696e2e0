"""Mined on some users, counted on the others: what was found because it was looked for is lost."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.config import PatternConfig
from seqrec.mining.distinct_users import count_owners, count_unit_owners, join_sides
from seqrec.mining.levels import Level
from seqrec.mining.tables import PatternTable, RuleTable
from seqrec.mining.units import choose_units


def split_users(
    database: SequenceDatabase, seed: int = 0
) -> tuple[SequenceDatabase, SequenceDatabase]:
    """Two halves of the users, drawn at random; the first has one more where they are odd."""
    order = np.random.default_rng(seed).permutation(database.n_users)
    first = order < (database.n_users + 1) // 2
    return keep_users(database, first), keep_users(database, ~first)


def keep_users(database: SequenceDatabase, keep: NDArray[np.bool_]) -> SequenceDatabase:
    """The histories of some users, their sessions numbered anew; item ids stay.

    Args:
        database: all users.
        keep: whether each user row stays; (n_users,).
    """
    lengths = np.diff(database.offsets)
    kept = database.keep_events(np.repeat(keep, lengths))
    _, session_ids = np.unique(kept.session_ids, return_inverse=True)
    offsets = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths[keep])])
    return replace(kept, session_ids=session_ids.astype(np.int64), offsets=offsets)


def recount_rules(database: SequenceDatabase, rules: RuleTable) -> RuleTable:
    """The same association rules, in the same order, with the counts of another log.

    `judge_rules(recounted, n_items=None)` tests them: they were chosen before these were seen.

    Args:
        database: other users, with the same item ids.
        rules: what was mined elsewhere.
    """
    sessions = np.arange(database.n_sessions)
    both = join_sides(rules)
    n_both, n_antecedent, n_consequent = (
        count_owners(database, sets, sessions)
        for sets in (both, rules.antecedents, rules.consequents)
    )
    return replace(
        rules,
        n_both=n_both,
        n_antecedent=n_antecedent,
        n_consequent=n_consequent,
        n_transactions=database.n_sessions,
        n_users=None,
    )


def recount_patterns(
    database: SequenceDatabase,
    patterns: PatternTable,
    config: PatternConfig,
    level: Level | None = None,
) -> PatternTable:
    """The same patterns, in the same order, with the counts of another log.

    Args:
        database: other users, with the same item ids.
        patterns: what was mined elsewhere.
        config: scope and limits that they were mined with.
        level: categories of the items, wanted by `config.scope.by_category`.
    """
    units = choose_units(database, config.scope, level)
    counts = count_unit_owners(units, patterns.items, config.near, np.arange(units.n_units))
    return replace(patterns, counts=counts, n_histories=units.n_units)
