from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, fisher_exact

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.config import ItemsetConfig, PatternConfig
from seqrec.mining.holder_kernels import index_holders
from seqrec.mining.itemsets import mine_itemsets
from seqrec.mining.order_kernels import shuffle_units
from seqrec.mining.order_significance import judge_patterns
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.rules import derive_rules
from seqrec.mining.significance import adjust, fisher, judge_rules
from seqrec.mining.tables import ItemLists, PatternTable, RuleTable
from seqrec.mining.units import Units
from tests import oracles

N_LOGS = 20
Log = list[list[int]]


def rule(both: int, before: int, after: int, n_all: int) -> RuleTable:
    one = ItemLists.from_lists([[1]])
    counts = (np.array([count]) for count in (both, before, after))
    return RuleTable(one, one, *counts, n_all)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 400))
def test_fishers_test_equals_scipys(both: int, only_a: int, only_b: int, none: int) -> None:
    n_all = both + only_a + only_b + none
    table = rule(both, both + only_a, both + only_b, n_all)
    expected = fisher_exact([[both, only_a], [only_b, none]], alternative="greater")
    assert fisher(table)[0] == pytest.approx(float(expected.pvalue), rel=1e-8, abs=1e-13)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_adjusted_p_values_of_one_layer_equal_scipys(p_values: list[float]) -> None:
    n_tests = np.full(len(p_values), float(len(p_values)))
    values = np.array(p_values)
    layers = np.full(len(values), 2)
    expected = false_discovery_control(values, method="by")
    assert adjust(values, layers, n_tests) == pytest.approx(expected, rel=1e-9)


def test_rules_of_independent_items_are_no_discoveries() -> None:
    false = 0
    for seed in range(N_LOGS):
        random = np.random.default_rng(seed)
        held = random.random((400, 12)) < 0.3
        baskets = [(np.flatnonzero(row) + 1).tolist() for row in held if row.any()]
        itemsets = mine_itemsets(SequenceDatabase.from_histories(baskets), ItemsetConfig(8))
        rules = derive_rules(itemsets, 0.0, itemsets.n_transactions)
        false += bool(judge_rules(rules, 12).discoveries().any())
    assert false <= 0.05 * N_LOGS


def test_planted_rule_is_a_discovery() -> None:
    baskets = [[1, 2]] * 40 + [[3]] * 200 + [[1], [2], [4]]
    itemsets = mine_itemsets(SequenceDatabase.from_histories(baskets), ItemsetConfig(1))
    rules = derive_rules(itemsets, 0.0, itemsets.n_transactions)
    assert judge_rules(rules, 4).discoveries().tolist() == [True, True]


def shuffled(seed: int, n_users: int = 300, n_items: int = 12) -> Log:
    """Histories of Zipf-like items; their order is random."""
    random = np.random.default_rng(seed)
    weights = 1 / np.arange(1, n_items + 1)
    items = np.arange(1, n_items + 1)
    lengths = random.integers(4, 12, n_users)
    return [random.choice(items, n, p=weights / weights.sum()).tolist() for n in lengths]


PLANTED = [(20, 21), (22, 23), (24, 25, 26), (27, 28), (29, 30)]


def with_planted(log: Log) -> Log:
    """The five patterns, each in 60 histories, their items at random places in order."""
    random = np.random.default_rng(99)
    for place, pattern in enumerate(PLANTED):
        for row in range(place * 60, place * 60 + 60):
            at = np.sort(random.integers(0, len(log[row]) + 1, len(pattern)))
            for shift, (index, item) in enumerate(zip(at, pattern, strict=True)):
                log[row].insert(int(index) + shift, item)
    return log


def discoveries(log: Log) -> set[tuple[int, ...]]:
    database = SequenceDatabase.from_histories(log)
    config = PatternConfig(20, max_length=3)
    patterns = mine_patterns(database, config)
    found = np.flatnonzero(judge_patterns(database, patterns, config).discoveries())
    return set(patterns.items.take(found))


def test_shuffled_logs_give_no_more_discoveries_than_the_level() -> None:
    false = sum(bool(discoveries(shuffled(seed))) for seed in range(N_LOGS))
    assert false <= 0.05 * N_LOGS


def test_all_five_planted_patterns_are_found() -> None:
    found = discoveries(with_planted(shuffled(7)))
    assert set(PLANTED) <= found
    # Else only what they bring with them: 24 comes early, so 24 before 1 is no chance either.
    planted = {item for pattern in PLANTED for item in pattern}
    assert all(planted & set(items) for items in found)


def test_one_item_alone_or_repeated_has_no_order() -> None:
    database = SequenceDatabase.from_histories([[1, 2, 1], [1, 2, 1]])
    patterns = mine_patterns(database, PatternConfig(1))
    judged = judge_patterns(database, patterns, PatternConfig(1))
    single = np.array([len(set(items)) == 1 for items in patterns.items])
    assert single.sum() == 3
    assert np.isnan(judged.p_values[single]).all()
    assert not np.isnan(judged.p_values[~single]).any()
    assert not judged.discoveries()[single].any()


def test_chance_of_an_order_of_two_is_a_half() -> None:
    database = SequenceDatabase.from_histories([[1, 2]] * 20 + [[2, 1]])
    config = PatternConfig(2, min_length=2)
    patterns = mine_patterns(database, config)
    # 22 of 2^21 outcomes have 20 or more in order.
    judged = judge_patterns(database, patterns, config)
    assert judged.p_values[0] == pytest.approx(22 / 2**21)


def test_shuffles_estimate_the_chance_of_three_with_repeats() -> None:
    """All orders of the events, listed: in how many does 1, 2, 1 occur?"""
    history = [1, 2, 1, 2, 3]
    ways = list(permutations(history))
    chance = sum(oracles.holds(way, (1, 2, 1)) for way in ways) / len(ways)
    units = Units.histories(SequenceDatabase.from_histories([sorted(history)]))
    index = index_holders(units.items, units.bounds, units.counts)
    lists = (np.array([1, 2, 1], dtype=np.int32), np.array([0, 3]))
    n_holders, _, share = shuffle_units((units.items, units.bounds), lists, index, 800, 1)
    assert n_holders[0] == 1
    # Three standard errors of 800 shuffles.
    assert share[0] == pytest.approx(chance, abs=0.053)


def test_chance_of_a_pair_that_repeats_is_exact() -> None:
    history = [1, 1, 2, 2, 2]
    ways = list(permutations(history))
    chance = sum(oracles.holds(way, (1, 2)) for way in ways) / len(ways)
    units = Units.histories(SequenceDatabase.from_histories([sorted(history)]))
    index = index_holders(units.items, units.bounds, units.counts)
    lists = (np.array([1, 2], dtype=np.int32), np.array([0, 2]))
    _, n_made, share = shuffle_units((units.items, units.bounds), lists, index, 100, 1)
    assert (n_made[0], share[0]) == (0, pytest.approx(chance))


def test_the_number_of_tests_of_very_long_patterns_does_not_overflow() -> None:
    history = list(range(1, 161))  # 160^160 sequences of as many items
    patterns = PatternTable(ItemLists.from_lists([history]), np.array([30]), 30)
    database = SequenceDatabase.from_histories([history] * 30)
    judged = judge_patterns(database, patterns, PatternConfig(30))
    assert np.isfinite(judged.adjusted).all()
