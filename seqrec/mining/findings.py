"""Mined tables as an analyst reads them: filtered, with titles, in words."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seqrec.mining import measures
from seqrec.mining.list_filters import end_with, hold_all, hold_none, repeat_items, start_with
from seqrec.mining.rule_measures import RuleMeasure, measure_rules
from seqrec.mining.tables import ItemLists, ItemsetTable, PatternTable, RuleTable

Titles = NDArray[np.object_]


@dataclass(frozen=True)
class SideFilter:
    """Item ids that a side of a rule must hold, all of them, and those that it must not hold."""

    required: tuple[int, ...] = ()
    excluded: tuple[int, ...] = ()

    def passes(self, *sides: ItemLists) -> NDArray[np.bool_]:
        """Whether the sides together hold what is required and nothing excluded; (n,)."""
        keep = np.ones(len(sides[0]), dtype=np.bool_)
        for item in self.required:
            keep &= np.any([hold_all(side, (item,)) for side in sides], axis=0)
        for side in sides:
            keep &= hold_none(side, self.excluded)
        return keep


@dataclass(frozen=True)
class RuleFilter:
    """Which of the mined rules are wanted.

    Attributes:
        min_confidence: share, 0 to 1.
        min_lift: times more than chance, from 0.
        anywhere, antecedent, consequent: what the whole rule, its if and its then must hold.
        max_length: items in a rule at most; None sets no limit.
    """

    min_confidence: float = 0.0
    min_lift: float = 0.0
    anywhere: SideFilter = SideFilter()
    antecedent: SideFilter = SideFilter()
    consequent: SideFilter = SideFilter()
    max_length: int | None = None


@dataclass(frozen=True)
class PatternFilter:
    """Which of the mined patterns are wanted.

    Attributes:
        contains: item ids, all of them anywhere in the pattern.
        starts_with: item ids, one of them first; empty for any.
        ends_with: item ids, one of them last; empty for any.
        min_length, max_length: items in the pattern; None sets no limit.
        distinct: whether no item may occur twice.
    """

    contains: tuple[int, ...] = ()
    starts_with: tuple[int, ...] = ()
    ends_with: tuple[int, ...] = ()
    min_length: int = 1
    max_length: int | None = None
    distinct: bool = False


def filter_rules(rules: RuleTable, wanted: RuleFilter) -> RuleTable:
    """The wanted rules, those that explain the most sessions beyond chance (leverage) first."""
    counts = (rules.n_both, rules.n_antecedent, rules.n_consequent)
    keep = measures.confidence(rules.n_both, rules.n_antecedent) >= wanted.min_confidence
    keep &= measures.lift(*counts, rules.n_transactions) >= wanted.min_lift
    keep &= wanted.anywhere.passes(rules.antecedents, rules.consequents)
    keep &= wanted.antecedent.passes(rules.antecedents)
    keep &= wanted.consequent.passes(rules.consequents)
    if wanted.max_length is not None:
        keep &= rules.antecedents.lengths + rules.consequents.lengths <= wanted.max_length
    # Leverage times the squared number of transactions: whole numbers, so that ties are ties.
    beyond = rules.n_both * rules.n_transactions - rules.n_antecedent * rules.n_consequent
    rows = np.flatnonzero(keep)
    return take_rules(rules, rows[np.argsort(-beyond[rows], kind="stable")])


def take_rules(rules: RuleTable, rows: NDArray[np.int64]) -> RuleTable:
    """Some rules, in the order of `rows`."""
    return RuleTable(
        antecedents=rules.antecedents.take(rows),
        consequents=rules.consequents.take(rows),
        n_both=rules.n_both[rows],
        n_antecedent=rules.n_antecedent[rows],
        n_consequent=rules.n_consequent[rows],
        n_transactions=rules.n_transactions,
    )


def filter_patterns(patterns: PatternTable, wanted: PatternFilter) -> PatternTable:
    """The wanted patterns, in the order that they have."""
    lengths = patterns.items.lengths
    keep = hold_all(patterns.items, wanted.contains)
    keep &= start_with(patterns.items, wanted.starts_with)
    keep &= end_with(patterns.items, wanted.ends_with)
    keep &= lengths >= wanted.min_length
    if wanted.max_length is not None:
        keep &= lengths <= wanted.max_length
    if wanted.distinct:
        keep &= ~repeat_items(patterns.items)
    return take_patterns(patterns, np.flatnonzero(keep))


def take_patterns(patterns: PatternTable, rows: NDArray[np.int64]) -> PatternTable:
    """Some patterns, in the order of `rows`."""
    return replace(patterns, items=patterns.items.take(rows), counts=patterns.counts[rows])


def rule_frame(rules: RuleTable, titles: Titles) -> pd.DataFrame:
    """One row a rule, with titles and every measure."""
    return pd.DataFrame(
        {
            "If a session has": _joined(rules.antecedents, titles, " + "),
            "it also has": _joined(rules.consequents, titles, " + "),
            **{which.value: measure_rules(rules, which) for which in RuleMeasure},
            "Sessions with both": rules.n_both,
            "Sessions with the if": rules.n_antecedent,
            "Sessions with the then": rules.n_consequent,
        }
    )


def pattern_frame(patterns: PatternTable, titles: Titles, unit: str = "users") -> pd.DataFrame:
    """One row a pattern, with titles, count and support; `unit` is what is counted, plural."""
    return pd.DataFrame(
        {
            "Pattern": _joined(patterns.items, titles, " → "),
            "Items": patterns.items.lengths,
            unit.capitalize(): patterns.counts,
            "Support": measures.support(patterns.counts, patterns.n_histories),
        }
    )


def itemset_frame(itemsets: ItemsetTable, titles: Titles) -> pd.DataFrame:
    """One row an itemset, with titles, count and support, the most frequent first."""
    return pd.DataFrame(
        {
            "Itemset": _joined(itemsets.items, titles, " + "),
            "Items": itemsets.items.lengths,
            "Sessions": itemsets.counts,
            "Support": measures.support(itemsets.counts, itemsets.n_transactions),
        }
    )


def describe_rule(rules: RuleTable, row: int, titles: Titles) -> str:
    """One rule as a sentence."""
    one = take_rules(rules, np.array([row]))
    confidence = measures.confidence(one.n_both, one.n_antecedent)[0]
    lift = measures.lift(one.n_both, one.n_antecedent, one.n_consequent, one.n_transactions)[0]
    before = _joined(one.antecedents, titles, " and ")[0]
    after = _joined(one.consequents, titles, " and ")[0]
    return (
        f"{confidence:.0%} of sessions with {before} also hold {after}, {_times(lift)} "
        f"(n = {one.n_both[0]:,} of {one.n_antecedent[0]:,} sessions)"
    )


def describe_pattern(patterns: PatternTable, row: int, titles: Titles, unit: str = "users") -> str:
    """One pattern as a sentence; `unit` is what is counted, plural."""
    items = patterns.items.take(np.array([row]))
    path = _joined(items, titles, ", later ")[0]
    share = patterns.counts[row] / patterns.n_histories
    return (
        f"{share:.1%} of {unit} had {path} (n = {patterns.counts[row]:,} of "
        f"{patterns.n_histories:,} {unit})"
    )


def _times(lift: float) -> str:
    if lift >= 1:
        return f"{lift:,.1f} times more than chance"
    return f"{lift:.2f} times what chance gives"


def _joined(lists: ItemLists, titles: Titles, between: str) -> list[str]:
    return [between.join(str(titles[item]) for item in items) for items in lists]
