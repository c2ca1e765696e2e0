import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mlxtend.frequent_patterns import association_rules
from scipy.stats import chi2_contingency
from scipy.stats.contingency import association

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.config import ItemsetConfig
from seqrec.mining.itemsets import mine_itemsets
from seqrec.mining.rule_measures import RuleMeasure, measure_all, measure_rules
from seqrec.mining.rules import derive_rules
from seqrec.mining.tables import ItemLists, RuleTable
from tests.mining.measure_oracle import DEFINITIONS, table

MLXTEND = {
    "support": RuleMeasure.SUPPORT,
    "confidence": RuleMeasure.CONFIDENCE,
    "lift": RuleMeasure.LIFT,
    "representativity": RuleMeasure.REPRESENTATIVITY,
    "leverage": RuleMeasure.LEVERAGE,
    "conviction": RuleMeasure.CONVICTION,
    "zhangs_metric": RuleMeasure.ZHANG,
    "jaccard": RuleMeasure.JACCARD,
    "certainty": RuleMeasure.CERTAINTY,
    "kulczynski": RuleMeasure.KULCZYNSKI,
    "antecedent support": RuleMeasure.COVERAGE,
    "consequent support": RuleMeasure.PREVALENCE,
}
# What mlxtend writes where a measure has no value.
UNDEFINED_IN_MLXTEND = {
    RuleMeasure.CONVICTION: np.inf,
    RuleMeasure.ZHANG: 0.0,
    RuleMeasure.CERTAINTY: 0.0,
}
SESSIONS = st.lists(st.lists(st.integers(1, 5), min_size=2, max_size=5), min_size=2, max_size=12)


def rule(both: int, before: int, after: int, n_all: int) -> RuleTable:
    counts = (np.array([count]) for count in (both, before, after))
    return RuleTable(ItemLists.from_lists([[1]]), ItemLists.from_lists([[2]]), *counts, n_all)


# 10 sessions; the if in 4, the then in 5, both in 4: confidence 1.
RULE = rule(4, 4, 5, 10)


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int, int, int]:
    n_all = draw(st.integers(2, 60))
    before, after = draw(st.integers(1, n_all)), draw(st.integers(1, n_all))
    both = draw(st.integers(max(1, before + after - n_all), min(before, after)))
    return both, before, after, n_all


@pytest.mark.parametrize(
    ("which", "expected", "said"),
    [
        (RuleMeasure.SUPPORT, 0.4, "support 40.00%"),
        (RuleMeasure.CONFIDENCE, 1.0, "confidence 100.00%"),
        (RuleMeasure.LIFT, 2.0, "lift 2"),
        (RuleMeasure.LEVERAGE, 0.2, "leverage 0.2"),
        (RuleMeasure.CONVICTION, np.nan, "conviction undefined"),
        (RuleMeasure.KULCZYNSKI, 0.9, "kulczynski 0.9"),
        (RuleMeasure.IMBALANCE, 0.2, "imbalance ratio 0.2"),
    ],
)
def test_a_measure_has_a_value_or_says_that_it_is_undefined(
    which: RuleMeasure, expected: float, said: str
):
    value = measure_rules(RULE, which)[0]
    assert value == pytest.approx(expected, nan_ok=True)
    assert which.say(value) == said


def test_every_measure_has_a_definition_a_column_and_a_meaning():
    assert set(DEFINITIONS) == set(RuleMeasure)
    assert {len(measure_rules(RULE, which)) for which in RuleMeasure} == {1}
    assert all(which.meaning.endswith(".") for which in RuleMeasure)


@settings(max_examples=300, deadline=None)
@given(counts())
def test_measures_equal_their_definitions(case: tuple[int, int, int, int]) -> None:
    found = measure_all(rule(*case))
    for which, define in DEFINITIONS.items():
        value = found[which][0]
        try:
            expected = define(table(*case))
        except (ZeroDivisionError, ValueError):
            # Either undefined, or defined by its limit where the oracle's form divides by zero.
            assert np.isnan(value) or np.isfinite(value)
            continue
        if np.isnan(value):
            assert abs(expected) > 1e9 or np.isnan(expected) or _is_rounding(which, case)
        else:
            assert value == pytest.approx(expected, rel=1e-7, abs=1e-7), which


def _is_rounding(which: RuleMeasure, case: tuple[int, int, int, int]) -> bool:
    """Whether a divisor that is zero in whole numbers is not in floats."""
    both, before, after, n_all = case
    edge = {0, n_all} & {before, after} or both in {before, after}
    return bool(edge) or both * n_all == before * after or which is RuleMeasure.STANDARDISED_LIFT


@settings(max_examples=60, deadline=None)
@given(SESSIONS)
def test_measures_equal_those_of_mlxtend(sessions: list[list[int]]) -> None:
    database = SequenceDatabase.from_histories(sessions)
    itemsets = mine_itemsets(database, ItemsetConfig(1, 5))
    frame = pd.DataFrame(
        {
            "itemsets": [frozenset(items) for items in itemsets.items],
            "support": itemsets.counts / len(sessions),
        }
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        theirs = association_rules(frame, metric="confidence", min_threshold=0.0)
    rules = derive_rules(itemsets, 0.0, len(sessions))
    sides = zip(rules.antecedents, rules.consequents, strict=True)
    place = {pair: row for row, pair in enumerate(sides)}
    pairs = zip(theirs["antecedents"], theirs["consequents"], strict=True)
    rows = [place[tuple(sorted(before)), tuple(sorted(after))] for before, after in pairs]
    assert len(rows) == len(place)
    assert set(MLXTEND) == set(theirs.columns) - {"antecedents", "consequents"}
    for column, which in MLXTEND.items():
        ours = measure_rules(rules, which)[rows]
        other = theirs[column].to_numpy(np.float64)
        defined = ~np.isnan(ours)
        # Its floats may miss the zero that is one, and give a huge number.
        unlike = np.abs(ours[defined] - other[defined]) > 1e-6 * np.maximum(1, abs(ours[defined]))
        assert not unlike.any(), which
        gone = other[~defined]
        expected = UNDEFINED_IN_MLXTEND.get(which)
        assert np.all((gone == expected) | (np.abs(gone) > 1e9) | np.isnan(gone)), which


def test_measures_of_a_table_equal_those_of_scipy() -> None:
    found = measure_all(rule(30, 50, 70, 200))
    square = np.array([[30, 20], [40, 110]])
    chi = chi2_contingency(square, correction=False).statistic
    assert found[RuleMeasure.CHI_SQUARED][0] == pytest.approx(chi)
    assert found[RuleMeasure.PHI][0] == pytest.approx(association(square, "cramer"))


def test_counts_that_contradict_each_other_warn_of_nothing() -> None:
    # A sequential rule: few histories have both in this order, though most have both.
    found = measure_all(rule(1, 9, 9, 10))
    assert found[RuleMeasure.CONFIDENCE][0] == pytest.approx(1 / 9)


def test_no_rules_have_no_values() -> None:
    nothing = RuleTable(
        *(ItemLists.from_lists([]),) * 2, *(np.zeros(0, dtype=np.int64),) * 3, n_transactions=0
    )
    assert {len(column) for column in measure_all(nothing).values()} == {0}


@pytest.mark.slow
def test_a_million_rules_have_all_measures_within_seconds() -> None:
    random = np.random.default_rng(0)
    n_rules = 1_000_000
    before, after = random.integers(50, 5_000, (2, n_rules))
    both = (np.minimum(before, after) * random.random(n_rules)).astype(np.int64)
    sides = ItemLists(np.ones(n_rules, dtype=np.int32), np.arange(n_rules + 1))
    rules = RuleTable(sides, sides, both, before, after, 50_000)
    started = time.process_time()
    assert len(measure_all(rules)) == len(RuleMeasure)
    # Half a second on a quiet core; the limit leaves room for a busy one.
    assert time.process_time() - started < 4
