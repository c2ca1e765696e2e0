"""Rules as an analyst reads them: filtered, with titles, in words."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seqrec.mining import measures
from seqrec.mining.evidence import LEVEL, MAYBE, HeldPatterns, HeldRules
from seqrec.mining.findings import Titles, held_column, join_titles
from seqrec.mining.list_filters import hold_all, hold_none
from seqrec.mining.next_steps import derive_next_steps
from seqrec.mining.rule_measures import measure_all
from seqrec.mining.tables import (
    ItemLists,
    NextSteps,
    PatternTable,
    RuleTable,
    SequentialRuleTable,
)
from seqrec.translation.texts import mark, tr


@dataclass(frozen=True)
class RuleWords:
    """How rules are told.

    Attributes:
        unit: what is counted, plural.
        later: whether the then comes after the if.
        in_order: whether the items of the if come in their order.
        within: how soon the then comes, in words (" within 2 days"); "" for no limit.
    """

    unit: str = "sessions"
    later: bool = False
    in_order: bool = False
    within: str = ""

    @property
    def columns(self) -> tuple[str, str]:
        """Headings of the two sides."""
        first = mark("If a user has") if self.unit == "users" else mark("If a session has")
        return first, mark("it later has") if self.later else mark("it also has")


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
        level: share of false discoveries that is accepted, so that what chance explains is left
            out; None lets it pass. What was not tested stays.
        held_support: share of the held-out users or sessions that must hold it; 0 for any.
    """

    min_confidence: float = 0.0
    min_lift: float = 0.0
    anywhere: SideFilter = SideFilter()
    antecedent: SideFilter = SideFilter()
    consequent: SideFilter = SideFilter()
    max_length: int | None = None
    level: float | None = None
    held_support: float = 0.0


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
    if wanted.level is not None and rules.chance is not None:
        keep &= rules.chance.verdicts(wanted.level) != MAYBE
    if rules.held is not None:
        keep &= rules.held.n_both >= wanted.held_support * rules.held.n_transactions
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
        n_users=None if rules.n_users is None else rules.n_users[rows],
        chance=rules.chance and rules.chance.take(rows),
        held=rules.held and rules.held.take(rows),
    )


def tell_next_steps(patterns: PatternTable, steps: NextSteps) -> RuleTable:
    """The rules "the rest, later the last item" of patterns, counted in histories or sessions."""
    lists = patterns.items.take(steps.rows)
    is_last = np.zeros(len(lists.items), dtype=np.bool_)
    is_last[lists.offsets[1:] - 1] = True
    rows = np.arange(len(lists) + 1, dtype=np.int64)
    return RuleTable(
        antecedents=ItemLists(lists.items[~is_last], lists.offsets - rows),
        consequents=ItemLists(lists.items[is_last], rows),
        n_both=steps.n_both,
        n_antecedent=steps.n_antecedent,
        n_consequent=steps.n_consequent,
        n_transactions=patterns.n_histories,
        chance=patterns.chance and patterns.chance.take(steps.rows),
    )


def hold_next_steps(patterns: PatternTable, held: HeldPatterns) -> HeldRules:
    """The held-out counts of `tell_next_steps`, from those of all patterns, row by row."""
    steps = derive_next_steps(replace(patterns, counts=held.counts))
    return HeldRules(steps.n_both, steps.n_antecedent, steps.n_consequent, held.n_histories)


def as_rules(found: SequentialRuleTable) -> RuleTable:
    """Sequential rules as a table of rules, counted in histories or sessions."""
    return RuleTable(
        found.antecedents,
        found.consequents,
        found.n_both,
        found.n_antecedent,
        found.n_consequent,
        found.n_histories,
    )


def rule_frame(
    rules: RuleTable, titles: Titles, words: RuleWords, level: float = LEVEL
) -> pd.DataFrame:
    """One row a rule, with titles, every measure, the counts, and what speaks for it.

    Args:
        rules: the rows.
        titles: by item id, or by category id.
        words: how a rule is told.
        level: share of false discoveries that is accepted.
    """
    if_column, then_column = words.columns
    with_both, with_if, with_then = (
        (mark("Users with both"), mark("Users with the if"), mark("Users with the then"))
        if words.unit == "users"
        else (
            mark("Sessions with both"),
            mark("Sessions with the if"),
            mark("Sessions with the then"),
        )
    )
    return pd.DataFrame(
        {
            if_column: join_titles(rules.antecedents, titles, " → " if words.in_order else " + "),
            then_column: join_titles(rules.consequents, titles, " + "),
            **{which.value: values for which, values in measure_all(rules).items()},
            with_both: rules.n_both,
            with_if: rules.n_antecedent,
            with_then: rules.n_consequent,
            **_held_columns(rules, words.unit),
            **_chance_columns(rules, level),
        }
    )


def _held_columns(rules: RuleTable, unit: str) -> dict[str, NDArray[Any]]:
    if rules.held is None:
        return {}
    counts = (rules.held.n_both, rules.held.n_antecedent)
    return {
        mark("Held-out confidence"): measures.confidence(*counts),
        mark("Held-out lift"): measures.lift(
            *counts, rules.held.n_consequent, rules.held.n_transactions
        ),
        held_column(unit): rules.held.n_both,
    }


def _chance_columns(rules: RuleTable, level: float) -> dict[str, NDArray[Any]]:
    if rules.chance is None:
        return {}
    return {
        mark("Verdict"): rules.chance.verdicts(level),
        mark("Adjusted p"): rules.chance.adjusted,
    }


def describe_rule(rules: RuleTable, row: int, titles: Titles, words: RuleWords) -> str:
    """One rule as a sentence."""
    one = take_rules(rules, np.array([row]))
    confidence = measures.confidence(one.n_both, one.n_antecedent)[0]
    lift = measures.lift(one.n_both, one.n_antecedent, one.n_consequent, one.n_transactions)[0]
    steps, both = tr(", then "), tr(" and ")
    said = {
        "before": join_titles(one.antecedents, titles, steps if words.in_order else both)[0],
        "after": join_titles(one.consequents, titles, both)[0],
        "confidence": confidence,
        "times": _times(lift, words),
        "n": one.n_both[0],
        "total": one.n_antecedent[0],
        "units": tr(words.unit),
    }
    if words.later:
        return tr(
            "{confidence:.0%} of {units} with {before} later have {after}{within}, {times} "
            "(n = {n:,} of {total:,} {units})",
            **said,
            within=words.within,
        )
    return tr(
        "{confidence:.0%} of {units} with {before} also have {after}, {times} "
        "(n = {n:,} of {total:,} {units})",
        **said,
    )


def _times(lift: float, words: RuleWords) -> str:
    if words.later:
        return tr("{lift:,.3g} times what chance gives in any order", lift=lift)
    if lift >= 1:
        return tr("{lift:,.1f} times more than chance", lift=lift)
    return tr("{lift:.2f} times what chance gives", lift=lift)
