import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.config import ItemsetConfig, PatternConfig
from seqrec.mining.itemsets import mine_itemsets
from seqrec.mining.next_steps import derive_next_steps
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.redundancy import find_redundant
from seqrec.mining.rule_findings import tell_next_steps
from seqrec.mining.rules import derive_rules
from seqrec.mining.tables import ItemLists, RuleTable
from tests import oracles

HISTORIES = st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=6), min_size=1, max_size=8)


def slow_redundant(rules: RuleTable, *, in_order: bool) -> list[bool]:
    rows = list(
        zip(
            rules.antecedents,
            rules.consequents,
            (rules.n_both / rules.n_antecedent).tolist(),
            strict=True,
        )
    )

    def explains(shorter: tuple[int, ...], longer: tuple[int, ...]) -> bool:
        if len(shorter) >= len(longer):
            return False
        return oracles.holds(longer, shorter) if in_order else set(shorter) <= set(longer)

    return [
        any(explains(b, before) and a == after and c >= sure - 1e-12 for b, a, c in rows)
        for before, after, sure in rows
    ]


@settings(deadline=None)
@given(HISTORIES)
def test_a_rule_is_redundant_where_a_shorter_one_is_as_sure(histories: list[list[int]]):
    itemsets = mine_itemsets(SequenceDatabase.from_histories(histories), ItemsetConfig(1))
    rules = derive_rules(itemsets, 0.0, len(histories))
    assert find_redundant(rules).tolist() == slow_redundant(rules, in_order=False)


@settings(deadline=None)
@given(HISTORIES)
def test_a_shorter_rule_in_order_keeps_the_order(histories: list[list[int]]):
    database = SequenceDatabase.from_histories(histories)
    patterns = mine_patterns(database, PatternConfig(1, max_length=3))
    rules = tell_next_steps(patterns, derive_next_steps(patterns))
    assert find_redundant(rules, in_order=True).tolist() == slow_redundant(rules, in_order=True)


def test_items_in_any_order_are_the_same_items():
    before = ItemLists.from_lists([[2, 1], [2], [1, 2]])
    after = ItemLists.from_lists([[3], [3], [4]])
    ones = np.ones(3, dtype=np.int64)
    rules = RuleTable(before, after, ones, ones, ones, 1)
    assert find_redundant(rules).tolist() == [True, False, False]


def test_no_rules_are_none():
    nothing = ItemLists.from_lists([])
    none = np.zeros(0, dtype=np.int64)
    assert len(find_redundant(RuleTable(nothing, nothing, none, none, none, 0))) == 0
