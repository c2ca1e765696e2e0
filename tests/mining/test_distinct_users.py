from itertools import chain

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pages.shared.tables import Published
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.conditions import NearLimits, Scope
from seqrec.mining.config import ItemsetConfig, PatternConfig
from seqrec.mining.distinct_users import (
    users_of_itemsets,
    users_of_patterns,
    users_of_rules,
)
from seqrec.mining.itemsets import mine_itemsets
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.rules import derive_rules
from tests import oracles

Sessions = list[list[int]]
USERS = st.lists(
    st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=5), min_size=1, max_size=3),
    min_size=1,
    max_size=5,
)


def of_sessions(users: list[Sessions]) -> SequenceDatabase:
    """Users with several sessions each, one behind the other."""
    database = SequenceDatabase.from_histories([list(chain(*sessions)) for sessions in users])
    lengths = [len(session) for sessions in users for session in sessions]
    return SequenceDatabase(
        **{**vars(database), "session_ids": np.repeat(np.arange(len(lengths)), lengths)}
    )


@settings(max_examples=60, deadline=None)
@given(USERS)
def test_users_of_itemsets_and_rules_equal_their_definition(users: list[Sessions]) -> None:
    database = of_sessions(users)
    itemsets = mine_itemsets(database, ItemsetConfig(1))

    def n_users(items: tuple[int, ...]) -> int:
        return sum(any(set(items) <= set(session) for session in sessions) for sessions in users)

    assert users_of_itemsets(database, itemsets).tolist() == [n_users(i) for i in itemsets.items]
    rules = derive_rules(itemsets, 0.0, itemsets.n_transactions)
    sides = zip(rules.antecedents, rules.consequents, strict=True)
    assert users_of_rules(database, rules).tolist() == [n_users((*a, *b)) for a, b in sides]


@settings(max_examples=60, deadline=None)
@given(USERS)
def test_users_of_patterns_by_session_equal_their_definition(users: list[Sessions]) -> None:
    database = of_sessions(users)
    config = PatternConfig(1, max_length=3, scope=Scope(by_session=True))
    patterns = mine_patterns(database, config)
    expected = [
        sum(any(oracles.holds(session, pattern) for session in sessions) for sessions in users)
        for pattern in patterns.items
    ]
    assert users_of_patterns(database, patterns, config).tolist() == expected


def test_users_of_patterns_keep_to_the_limits_of_gaps() -> None:
    # The second user has something between the two items in each session.
    database = of_sessions([[[1, 2], [1, 2]], [[1, 3, 2], [1, 3, 2]], [[1, 2]]])
    config = PatternConfig(1, 2, near=NearLimits(max_gap=0), scope=Scope(by_session=True))
    patterns = mine_patterns(database, config)
    counted = zip(
        patterns.items,
        patterns.counts.tolist(),
        users_of_patterns(database, patterns, config).tolist(),
        strict=True,
    )
    assert ((1, 2), 3, 2) in list(counted)


def test_users_of_patterns_by_history_are_their_counts() -> None:
    database = of_sessions([[[1, 2], [1, 2]], [[1], [2]]])
    patterns = mine_patterns(database, PatternConfig(1))
    counts = users_of_patterns(database, patterns, PatternConfig(1))
    assert counts.tolist() == patterns.counts.tolist()


def test_frequent_itemset_of_one_user_is_held_back() -> None:
    database = of_sessions([[[1, 2]] * 5, [[3]], [[3]]])
    itemsets = mine_itemsets(database, ItemsetConfig(2))
    users = users_of_itemsets(database, itemsets)
    rows = Published(users, 2).pick(len(users))
    assert list(itemsets.items.take(rows)) == [(3,)]
    assert len(users) - len(rows) == 3
