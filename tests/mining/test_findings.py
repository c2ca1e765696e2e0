import numpy as np
import pytest

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.config import ItemsetConfig, PatternConfig
from seqrec.mining.findings import (
    PatternFilter,
    RuleFilter,
    SideFilter,
    describe_pattern,
    describe_rule,
    filter_patterns,
    filter_rules,
    itemset_frame,
    pattern_frame,
    rule_frame,
)
from seqrec.mining.itemsets import mine_itemsets
from seqrec.mining.list_filters import items_within
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.rules import derive_rules
from seqrec.mining.tables import PatternTable, RuleTable

TITLES = np.array(["", "tea", "milk", "jam"], dtype=object)
SESSIONS = [[1, 2], [1, 2], [1, 2], [1, 3], [2, 2], [3], [3], [3]]


@pytest.fixture
def rules() -> RuleTable:
    database = SequenceDatabase.from_histories(SESSIONS)
    return derive_rules(mine_itemsets(database, ItemsetConfig(1)), 0.0, len(SESSIONS))


@pytest.fixture
def patterns() -> PatternTable:
    return mine_patterns(SequenceDatabase.from_histories(SESSIONS), PatternConfig(1, 2))


def pairs(rules: RuleTable) -> set[tuple[tuple[int, ...], tuple[int, ...]]]:
    return set(zip(rules.antecedents, rules.consequents, strict=True))


def test_rule_reads_as_a_sentence(rules: RuleTable):
    shown = filter_rules(
        rules, RuleFilter(antecedent=SideFilter((1,)), consequent=SideFilter((2,)))
    )
    assert describe_rule(shown, 0, TITLES) == (
        "75% of sessions with tea also hold milk, 1.5 times more than chance (n = 3 of 4 sessions)"
    )


def test_rule_below_chance_says_so(rules: RuleTable):
    shown = filter_rules(
        rules, RuleFilter(antecedent=SideFilter((1,)), consequent=SideFilter((3,)))
    )
    assert "also hold jam, 0.50 times what chance gives" in describe_rule(shown, 0, TITLES)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (RuleFilter(min_confidence=0.75), {((1,), (2,)), ((2,), (1,))}),
        (RuleFilter(min_lift=1.0), {((1,), (2,)), ((2,), (1,))}),
        (RuleFilter(antecedent=SideFilter((3,))), {((3,), (1,))}),
        (RuleFilter(consequent=SideFilter((3,))), {((1,), (3,))}),
        (RuleFilter(antecedent=SideFilter((1, 2))), set()),
        (RuleFilter(anywhere=SideFilter((1, 2))), {((1,), (2,)), ((2,), (1,))}),
        (RuleFilter(anywhere=SideFilter(excluded=(2,))), {((1,), (3,)), ((3,), (1,))}),
        (RuleFilter(antecedent=SideFilter(excluded=(1, 2))), {((3,), (1,))}),
        (RuleFilter(consequent=SideFilter((2,), excluded=(2,))), set()),
        (RuleFilter(max_length=1), set()),
    ],
)
def test_filter_keeps_the_wanted_rules(rules: RuleTable, wanted: RuleFilter, expected: set):
    assert pairs(filter_rules(rules, wanted)) == expected


def test_rules_most_beyond_chance_come_first(rules: RuleTable):
    leverage = rule_frame(filter_rules(rules, RuleFilter()), TITLES)["Leverage"].tolist()
    assert leverage == sorted(leverage, reverse=True)


def test_frame_of_rules_holds_titles_counts_and_measures(rules: RuleTable):
    frame = rule_frame(
        filter_rules(rules, RuleFilter(antecedent=SideFilter((1,)), consequent=SideFilter((2,)))),
        TITLES,
    )
    row = frame.iloc[0]
    assert (row["If a session has"], row["it also has"]) == ("tea", "milk")
    assert row["Sessions with both"] == 3
    assert row["Confidence"] == pytest.approx(0.75)
    assert row["Lift"] == pytest.approx(1.5)


def test_pattern_reads_as_a_sentence(patterns: PatternTable):
    assert describe_pattern(patterns, 0, TITLES) == (
        "37.5% of users had tea, later milk (n = 3 of 8 users)"
    )


def test_patterns_are_filtered_by_item_and_repetition(patterns: PatternTable):
    assert set(patterns.items) == {(1, 2), (1, 3), (2, 2)}
    assert set(filter_patterns(patterns, PatternFilter((2,))).items) == {(1, 2), (2, 2)}
    assert set(filter_patterns(patterns, PatternFilter(distinct=True)).items) == {(1, 2), (1, 3)}
    assert items_within(patterns.items) == [1, 2, 3]


def test_frame_of_patterns_holds_titles_counts_and_support(patterns: PatternTable):
    row = pattern_frame(patterns, TITLES).iloc[0]
    assert (row["Pattern"], row["Items"], row["Users"]) == ("tea → milk", 2, 3)
    assert row["Support"] == pytest.approx(3 / 8)


def test_empty_tables_stay_tables(rules: RuleTable):
    nothing = filter_rules(rules, RuleFilter(min_lift=99))
    assert rule_frame(nothing, TITLES).empty
    assert len(filter_rules(nothing, RuleFilter(antecedent=SideFilter((1,)))).n_both) == 0


def test_an_itemset_shows_its_titles_count_and_support() -> None:
    database = SequenceDatabase.from_histories([[1, 2], [2, 1], [1]])
    frame = itemset_frame(mine_itemsets(database, ItemsetConfig(2)), np.array(["", "A", "B"]))
    rows = dict(zip(frame["Itemset"], frame["Sessions"], strict=True))
    assert rows == {"A": 3, "B": 2, "A + B": 2}
    assert frame["Support"].max() == 1.0
