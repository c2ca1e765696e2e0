import numpy as np
import pytest

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.config import ItemsetConfig, PatternConfig, SequentialRuleConfig
from seqrec.mining.itemsets import mine_itemsets
from seqrec.mining.next_steps import derive_next_steps
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.rule_findings import (
    RuleFilter,
    RuleWords,
    SideFilter,
    as_rules,
    describe_rule,
    filter_rules,
    rule_frame,
    tell_next_steps,
)
from seqrec.mining.rules import derive_rules
from seqrec.mining.sequential_rules import mine_sequential_rules
from seqrec.mining.tables import RuleTable

TITLES = np.array(["", "tea", "milk", "jam"], dtype=object)
SESSIONS = [[1, 2], [1, 2], [1, 2], [1, 3], [2, 2], [3], [3], [3]]
WORDS = RuleWords()


@pytest.fixture
def rules() -> RuleTable:
    database = SequenceDatabase.from_histories(SESSIONS)
    return derive_rules(mine_itemsets(database, ItemsetConfig(1)), 0.0, len(SESSIONS))


def pairs(rules: RuleTable) -> set[tuple[tuple[int, ...], tuple[int, ...]]]:
    return set(zip(rules.antecedents, rules.consequents, strict=True))


def test_rule_reads_as_a_sentence(rules: RuleTable):
    shown = filter_rules(
        rules, RuleFilter(antecedent=SideFilter((1,)), consequent=SideFilter((2,)))
    )
    assert describe_rule(shown, 0, TITLES, WORDS) == (
        "75% of sessions with tea also have milk, 1.5 times more than chance (n = 3 of 4 sessions)"
    )


def test_rule_below_chance_says_so(rules: RuleTable):
    shown = filter_rules(
        rules, RuleFilter(antecedent=SideFilter((1,)), consequent=SideFilter((3,)))
    )
    assert "also have jam, 0.50 times what chance gives" in describe_rule(shown, 0, TITLES, WORDS)


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
    leverage = rule_frame(filter_rules(rules, RuleFilter()), TITLES, WORDS)["Leverage"].tolist()
    assert leverage == sorted(leverage, reverse=True)


def test_frame_of_rules_holds_titles_counts_and_measures(rules: RuleTable):
    frame = rule_frame(
        filter_rules(rules, RuleFilter(antecedent=SideFilter((1,)), consequent=SideFilter((2,)))),
        TITLES,
        WORDS,
    )
    row = frame.iloc[0]
    assert (row["If a session has"], row["it also has"]) == ("tea", "milk")
    assert row["Sessions with both"] == 3
    assert row["Confidence"] == pytest.approx(0.75)
    assert row["Lift"] == pytest.approx(1.5)


def test_empty_tables_stay_tables(rules: RuleTable):
    nothing = filter_rules(rules, RuleFilter(min_lift=99))
    assert rule_frame(nothing, TITLES, WORDS).empty
    assert len(filter_rules(nothing, RuleFilter(antecedent=SideFilter((1,)))).n_both) == 0


def test_next_steps_are_rules_that_tell_the_order():
    database = SequenceDatabase.from_histories([[1, 2, 3], [1, 3, 2], [2, 1], [3]])
    patterns = mine_patterns(database, PatternConfig(1, max_length=3))
    rules = tell_next_steps(patterns, derive_next_steps(patterns))
    counts = (rules.n_both, rules.n_antecedent, rules.n_consequent)
    found = dict(
        zip(
            zip(rules.antecedents, rules.consequents, strict=True),
            zip(*(one.tolist() for one in counts), strict=True),
            strict=True,
        )
    )
    assert found[(1,), (2,)] == (2, 3, 3)
    assert found[(1, 2), (3,)] == (1, 2, 3)
    assert rules.n_transactions == 4
    words = RuleWords("users", later=True, in_order=True, within=" within 2 days")
    row = list(rules.antecedents).index((1, 2))
    assert describe_rule(rules, row, TITLES, words) == (
        "50% of users with tea, then milk later have jam within 2 days, 0.667 times what chance "
        "gives in any order (n = 1 of 2 users)"
    )
    assert list(rule_frame(rules, TITLES, words))[:2] == ["If a user has", "it later has"]
    assert "tea → milk" in rule_frame(rules, TITLES, words)["If a user has"].tolist()


def test_sequential_rules_are_rules_of_items_in_any_order():
    database = SequenceDatabase.from_histories([[1, 2, 3], [2, 1, 3], [3]])
    found = as_rules(mine_sequential_rules(database, SequentialRuleConfig(2, 0.5)))
    row = list(zip(found.antecedents, found.consequents, strict=True)).index(((1, 2), (3,)))
    words = RuleWords("users", later=True)
    assert describe_rule(found, row, TITLES, words) == (
        "100% of users with tea and milk later have jam, 1 times what chance gives in any order "
        "(n = 2 of 2 users)"
    )
