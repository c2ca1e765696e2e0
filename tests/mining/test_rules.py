import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.errors import OverLimitError
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import measures, reference, rules
from seqrec.mining.config import ItemsetConfig
from seqrec.mining.itemsets import mine_itemsets
from seqrec.mining.rule_measures import RuleMeasure, measure_rules
from seqrec.mining.rules import derive_rules
from seqrec.mining.tables import ItemLists, ItemsetTable, RuleTable
from tests import oracles

SESSIONS = st.lists(st.lists(st.integers(1, 6), min_size=2, max_size=6), min_size=2, max_size=10)

Rules = dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[int, int, int]]


def as_dict(table: RuleTable) -> Rules:
    sides = zip(table.antecedents, table.consequents, strict=True)
    columns = (table.n_both, table.n_antecedent, table.n_consequent)
    counts = zip(*(column.tolist() for column in columns), strict=True)
    return dict(zip(sides, counts, strict=True))


def mine(sessions: list[list[int]], min_count: int = 1) -> ItemsetTable:
    return mine_itemsets(SequenceDatabase.from_histories(sessions), ItemsetConfig(min_count, 6))


@settings(max_examples=80, deadline=None)
@given(SESSIONS, st.integers(1, 3), st.sampled_from([0.0, 0.3, 0.5, 1.0]))
def test_rules_equal_their_definition_and_mlxtend(
    sessions: list[list[int]], min_count: int, min_confidence: float
) -> None:
    itemsets = mine(sessions, min(min_count, len(sessions)))
    mined = as_dict(derive_rules(itemsets, min_confidence, len(sessions)))
    plain = dict(zip(itemsets.items, itemsets.counts.tolist(), strict=True))
    assert mined == oracles.derive_rules(plain, min_confidence)
    if len(itemsets.items):
        assert mined == as_dict(reference.derive_rules(itemsets, min_confidence, len(sessions)))


def test_measures_equal_a_hand_count() -> None:
    table = derive_rules(mine([[1, 2], [1, 2], [1], [2], [3]]), 0.0, 5)
    row = next(i for i, rule in enumerate(as_dict(table)) if rule == ((1,), (2,)))
    both, before, after = table.n_both, table.n_antecedent, table.n_consequent
    assert (both[row], before[row], after[row]) == (2, 3, 3)
    assert measures.support(both, 5)[row] == pytest.approx(2 / 5)
    assert measures.confidence(both, before)[row] == pytest.approx(2 / 3)
    assert measures.lift(both, before, after, 5)[row] == pytest.approx((2 / 3) / (3 / 5))
    values = {which: measure_rules(table, which)[row] for which in RuleMeasure}
    assert values[RuleMeasure.LEVERAGE] == pytest.approx(2 / 5 - 9 / 25)
    assert values[RuleMeasure.CONVICTION] == pytest.approx(0.4 / (1 / 3))


def test_more_rules_than_the_limit_are_refused() -> None:
    with pytest.raises(OverLimitError, match="more than 2 rules with a confidence of 10%"):
        derive_rules(mine([[1, 2, 3]]), 0.1, 1, max_rules=2)


def test_more_splits_than_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MAX_CANDIDATES", 11)
    with pytest.raises(OverLimitError, match=r"up to 3 items split into 12 candidate rules"):
        derive_rules(mine([[1, 2, 3]]), 0.1, 1)


def test_table_without_an_itemsets_parts_is_an_error_of_the_caller() -> None:
    table = ItemsetTable(ItemLists.from_lists([[1, 2]]), np.array([3]), 5)
    with pytest.raises(ValueError, match="missing from the table"):
        derive_rules(table, 0.0, 5)
