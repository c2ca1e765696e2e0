import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.conditions import NearLimits
from seqrec.mining.config import ItemsetConfig, PatternConfig
from seqrec.mining.holdout import keep_users, recount_patterns, recount_rules, split_users
from seqrec.mining.itemsets import mine_itemsets
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.rules import derive_rules
from seqrec.mining.significance import judge_rules
from tests.mining.test_distinct_users import USERS, Sessions, of_sessions
from tests.mining.test_patterns import as_dict
from tests.mining.test_rules import as_dict as rules_as_dict


@given(USERS, st.integers(0, 5))
def test_halves_part_the_users_and_their_sessions(users: list[Sessions], seed: int) -> None:
    database = of_sessions(users)
    halves = split_users(database, seed)
    assert [half.n_users for half in halves] == [(len(users) + 1) // 2, len(users) // 2]
    histories = [half.history(row).tolist() for half in halves for row in range(half.n_users)]
    assert sorted(histories) == sorted(
        database.history(row).tolist() for row in range(database.n_users)
    )
    assert sum(half.n_sessions for half in halves) == database.n_sessions


@settings(max_examples=50, deadline=None)
@given(USERS)
def test_recounted_on_the_same_log_nothing_changes(users: list[Sessions]) -> None:
    database = of_sessions(users)
    itemsets = mine_itemsets(database, ItemsetConfig(1))
    rules = derive_rules(itemsets, 0.0, itemsets.n_transactions)
    assert rules_as_dict(recount_rules(database, rules)) == rules_as_dict(rules)
    for near in (NearLimits(), NearLimits(max_gap=1)):
        config = PatternConfig(1, max_length=3, near=near)
        patterns = mine_patterns(database, config)
        assert as_dict(recount_patterns(database, patterns, config)) == as_dict(patterns)


def test_other_users_have_their_own_counts() -> None:
    database = of_sessions([[[1, 2], [1, 2]], [[1, 2], [2, 1], [3]]])
    first = keep_users(database, np.array([True, False]))
    other = keep_users(database, np.array([False, True]))
    config = PatternConfig(1, min_length=2, max_length=2)
    patterns = mine_patterns(first, config)
    assert as_dict(recount_patterns(other, patterns, config)) == {
        (1, 2): 1, (2, 1): 1, (1, 1): 1, (2, 2): 1,
    }  # fmt: skip
    itemsets = mine_itemsets(first, ItemsetConfig(1))
    rules = recount_rules(other, derive_rules(itemsets, 0.0, itemsets.n_transactions))
    assert rules_as_dict(rules)[(1,), (2,)] == (2, 2, 2)
    assert rules.n_transactions == 3


def test_rules_chosen_for_their_counts_do_not_hold_on_other_users() -> None:
    false = 0
    for seed in range(20):
        held = np.random.default_rng(seed).random((600, 12)) < 0.3
        baskets = [(np.flatnonzero(row) + 1).tolist() for row in held if row.any()]
        first, other = split_users(SequenceDatabase.from_histories(baskets), seed)
        itemsets = mine_itemsets(first, ItemsetConfig(8))
        rules = recount_rules(other, derive_rules(itemsets, 0.4, itemsets.n_transactions))
        false += bool(judge_rules(rules, None).discoveries().any())
    assert false <= 1
