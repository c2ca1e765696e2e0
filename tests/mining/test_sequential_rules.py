import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.errors import ConfigError, OverLimitError
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import measures
from seqrec.mining.config import SequentialRuleConfig
from seqrec.mining.limits import Control
from seqrec.mining.sequential_rules import mine_sequential_rules
from seqrec.mining.tables import SequentialRuleTable
from tests import oracles
from tests.mining.conftest import ReadBenchmark
from tests.mining.test_patterns import HISTORIES


def as_dict(rules: SequentialRuleTable) -> dict[oracles.Sides, tuple[int, ...]]:
    sides = [
        (tuple(sorted(before)), tuple(sorted(after)))
        for before, after in zip(rules.antecedents, rules.consequents, strict=True)
    ]
    counts = (rules.n_both, rules.n_antecedent, rules.n_consequent, rules.n_together)
    numbers = zip(*(column.tolist() for column in counts), strict=True)
    return dict(zip(sides, numbers, strict=True))


@settings(max_examples=200, deadline=None)
@given(
    HISTORIES,
    st.integers(1, 4),
    st.sampled_from([0.0, 0.3, 0.5, 1.0]),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
)
def test_sequential_rules_equal_their_definition(
    histories: list[list[int]], min_count: int, min_confidence: float, most: tuple[int, int]
) -> None:
    min_count = min(min_count, len(histories))
    database = SequenceDatabase.from_histories(histories)
    config = SequentialRuleConfig(min_count, min_confidence, *most)
    expected = oracles.sequential_rules(histories, min_count, min_confidence, most)
    assert as_dict(mine_sequential_rules(database, config)) == expected


def test_a_rule_tells_what_comes_after_whatever_the_order_before() -> None:
    database = SequenceDatabase.from_histories([[1, 2, 3], [2, 1, 3], [3, 1, 2], [3]])
    rules = mine_sequential_rules(database, SequentialRuleConfig(2, 0.6))
    found = as_dict(rules)
    # 1 and 2 are held by three histories, two of them have 3 later; 3 is held by four.
    assert found[(1, 2), (3,)] == (2, 3, 4, 3)
    row = list(found).index(((1, 2), (3,)))
    counts = (rules.n_both, rules.n_antecedent, rules.n_consequent)
    assert measures.confidence(*counts[:2])[row] == pytest.approx(2 / 3)
    assert measures.lift(*counts, rules.n_histories)[row] == pytest.approx(2 / 3)


def test_rules_do_not_depend_on_the_number_of_threads() -> None:
    histories = [[1, 2, 3, 4, 5, 1, 2], [2, 3, 1, 5, 4], [5, 4, 3, 2, 1], [1, 3, 5, 2, 4]] * 3
    database = SequenceDatabase.from_histories(histories)
    one, three = (
        mine_sequential_rules(database, SequentialRuleConfig(3, 0.2), Control(n_threads=n))
        for n in (1, 3)
    )
    assert list(one.antecedents) == list(three.antecedents)
    assert list(one.consequents) == list(three.consequents)
    assert one.n_both.tolist() == three.n_both.tolist()


def test_no_frequent_item_gives_no_rule() -> None:
    database = SequenceDatabase.from_histories([[1], [2]])
    assert as_dict(mine_sequential_rules(database, SequentialRuleConfig(2))) == {}


def test_cancelled_search_for_rules_says_so() -> None:
    control = Control()
    control.cancel()
    database = SequenceDatabase.from_histories([[1, 2], [1, 2]])
    with pytest.raises(OverLimitError, match=r"was cancelled after .* raise the minimum support"):
        mine_sequential_rules(database, SequentialRuleConfig(1), control)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: SequentialRuleConfig(0), "support is 0"),
        (lambda: SequentialRuleConfig(1, 1.5), "confidence is 1.5; it is a share"),
        (lambda: SequentialRuleConfig(1, max_antecedent=0), "antecedent holds 0 items at most"),
        (lambda: SequentialRuleConfig(1, max_consequent=21), "consequent holds 21 items at most"),
    ],
)
def test_choices_out_of_range_are_refused(make, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        make()


def test_support_above_the_number_of_histories_is_refused() -> None:
    database = SequenceDatabase.from_histories([[1], [2]])
    with pytest.raises(ConfigError, match=r"3 users, but the log has 2"):
        mine_sequential_rules(database, SequentialRuleConfig(3))


def test_number_of_sequential_rules_equals_that_of_other_miners(
    read_benchmark: ReadBenchmark,
) -> None:
    database = read_benchmark("sequences/leviathan.spmf.txt.gz")
    rules = mine_sequential_rules(database, SequentialRuleConfig(117, 0.5, 20, 20))
    assert len(rules.n_both) == 6_510
