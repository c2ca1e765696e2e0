import numpy as np
import pytest

from seqrec.mining.rule_measures import RuleMeasure, measure_rules
from seqrec.mining.tables import ItemLists, RuleTable

# 10 sessions; the if in 4, the then in 5, both in 4: confidence 1.
RULE = RuleTable(
    ItemLists.from_lists([[1]]),
    ItemLists.from_lists([[2]]),
    np.array([4]),
    np.array([4]),
    np.array([5]),
    10,
)


@pytest.mark.parametrize(
    ("which", "expected", "said"),
    [
        (RuleMeasure.SUPPORT, 0.4, "support 40.00%"),
        (RuleMeasure.CONFIDENCE, 1.0, "confidence 100.00%"),
        (RuleMeasure.LIFT, 2.0, "lift 2"),
        (RuleMeasure.LEVERAGE, 0.2, "leverage 0.2"),
        (RuleMeasure.CONVICTION, np.nan, "conviction undefined"),
    ],
)
def test_a_measure_has_a_value_or_says_that_it_is_undefined(
    which: RuleMeasure, expected: float, said: str
):
    value = measure_rules(RULE, which)[0]
    assert value == pytest.approx(expected, nan_ok=True)
    assert which.say(value) == said


def test_every_measure_has_a_column_of_its_own():
    assert {len(measure_rules(RULE, which)) for which in RuleMeasure} == {1}
