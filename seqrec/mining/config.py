"""What to mine and how often it must occur; validated when made."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from seqrec.errors import ConfigError
from seqrec.mining.conditions import ItemFilter, NearLimits, PatternKind, Scope
from seqrec.mining.config_checks import (
    check_confidence,
    check_lengths,
    check_levels,
    check_min_count,
)
from seqrec.mining.spark.address import check_url
from seqrec.translation.texts import mark, tr

MAX_RESULTS = 2_000_000
MAX_ITEMSET_LENGTH = 20
_GRID_RATIO = 1.15


class Engine(StrEnum):
    """Who counts the itemsets."""

    EMBEDDED = mark("seqrec")
    MLXTEND = mark("mlxtend, the reference")


@dataclass(frozen=True)
class ItemsetConfig:
    """Which itemsets and rules are wanted.

    Attributes:
        min_count: transactions that must hold an itemset; None leaves the choice to the miner,
            which takes a number that gives about a thousand results.
        max_length: items in an itemset at most, 1 to 20.
        min_confidence: share (0 to 1) of the transactions with the antecedent that must hold the
            consequent too.
        engine: who counts.
        spark_url: Spark that counts instead; None for this machine.
        kind: all itemsets, those that no larger set equals in count (closed), or those that no
            larger frequent set contains (maximal). Both are said of all sizes: the maximum length
            then chooses among them. Rules need all itemsets: the other kinds give none.

    Raises:
        ConfigError: a number is outside its range, two choices exclude each other, or the URL is
            none of Spark.
    """

    min_count: int | None = None
    max_length: int = 4
    min_confidence: float = 0.1
    engine: Engine = Engine.EMBEDDED
    spark_url: str | None = None
    kind: PatternKind = PatternKind.ALL

    def __post_init__(self) -> None:
        """Check the ranges that do not depend on the log."""
        check_min_count(self.min_count)
        if not 1 <= self.max_length <= MAX_ITEMSET_LENGTH:
            raise ConfigError(
                tr(
                    "the maximum length is {n}; an itemset holds 1 to {most} items, choose a "
                    "length in that range",
                    n=self.max_length,
                    most=MAX_ITEMSET_LENGTH,
                )
            )
        check_confidence(self.min_confidence)
        check_url(self.spark_url)
        if self.kind is not PatternKind.ALL and self.engine is not Engine.EMBEDDED:
            raise ConfigError(
                tr(
                    "{kind} itemsets are counted by {engine} alone; choose it, or all itemsets",
                    kind=tr(self.kind),
                    engine=tr(Engine.EMBEDDED),
                )
            )


@dataclass(frozen=True)
class PatternConfig:
    """Which sequential patterns are wanted.

    Attributes:
        min_count: histories (or sessions) that must hold a pattern; None leaves the choice to the
            miner, which takes a number that gives about a thousand results, or 1 with `top`.
        min_length: items in a pattern at least, from 1.
        max_length: items in a pattern at most; None sets no limit.
        kind: all patterns, those that no longer pattern equals in count (closed), or those that no
            longer one contains (maximal). Both are said of the whole log: lengths and items then
            choose among the closed or maximal ones.
        top: only so many of the most frequent ones, and all ties at the last rank.
        near: how near to each other the items must lie.
        items: items that a pattern must hold; category ids with `scope.by_category`.
        scope: which events are looked at, where, and what they stand for.
        partial: whether a search that runs into a limit gives what it has found, else an error.
        spark_url: Spark that counts; None for this machine.

    Raises:
        ConfigError: a number is outside its range, two choices exclude each other, or the URL is
            none of Spark.
    """

    min_count: int | None = None
    min_length: int = 1
    max_length: int | None = None
    kind: PatternKind = PatternKind.ALL
    top: int | None = None
    near: NearLimits = field(default_factory=NearLimits)
    items: ItemFilter = field(default_factory=ItemFilter)
    scope: Scope = field(default_factory=Scope)
    partial: bool = False
    spark_url: str | None = None

    def __post_init__(self) -> None:
        """Check the ranges that do not depend on the log."""
        check_min_count(self.min_count)
        check_lengths(self.min_length, self.max_length)
        check_url(self.spark_url)
        if self.top is not None and self.top < 1:
            raise ConfigError(tr("the top {n} patterns are none; choose 1 or more", n=self.top))
        if self.top is not None and self.kind is PatternKind.MAXIMAL:
            raise ConfigError(
                tr(
                    "which patterns are maximal depends on the minimum support, which the top "
                    "patterns leave open; choose closed patterns, or a minimum support without a "
                    "top"
                )
            )
        if self.scope.both_levels and (self.near.any or self.kind is not PatternKind.ALL):
            raise ConfigError(
                tr(
                    "items and categories at once are mined as all patterns without limits of gap "
                    "or span; choose those, or items or categories alone"
                )
            )
        if self.near.any and self.kind is not PatternKind.ALL:
            raise ConfigError(
                tr(
                    "{kind} patterns are not defined under limits of gap or span, where a part of "
                    "a pattern may be rarer than the whole; choose all patterns, or no such limits",
                    kind=tr(self.kind),
                )
            )


@dataclass(frozen=True)
class SequentialRuleConfig:
    """Which sequential rules are wanted.

    Attributes:
        min_count: histories (or sessions) that must hold a rule.
        min_confidence: share (0 to 1) of the histories with all of the antecedent that must hold
            the consequent after it.
        max_antecedent: items in an antecedent at most.
        max_consequent: items in a consequent at most.
        scope: which events are looked at, where, and what they stand for.

    Raises:
        ConfigError: a number is outside its range.
    """

    min_count: int
    min_confidence: float = 0.5
    max_antecedent: int = 4
    max_consequent: int = 4
    scope: Scope = field(default_factory=Scope)

    def __post_init__(self) -> None:
        """Check the ranges that do not depend on the log."""
        check_min_count(self.min_count)
        check_confidence(self.min_confidence)
        check_levels(self.scope)
        for side, length in (
            (mark("antecedent"), self.max_antecedent),
            (mark("consequent"), self.max_consequent),
        ):
            if not 1 <= length <= MAX_ITEMSET_LENGTH:
                raise ConfigError(
                    tr(
                        "the {side} holds {n} items at most; choose 1 to {most}",
                        side=tr(side),
                        n=length,
                        most=MAX_ITEMSET_LENGTH,
                    )
                )


@dataclass(frozen=True)
class NgramConfig:
    """Which n-grams are wanted.

    Attributes:
        length: items in a window, 1 to 20.
        step: events from the start of a window to that of the next, from 1.
        min_count: histories (or sessions) that must hold an n-gram.
        scope: which events are looked at, where, and what they stand for.

    Raises:
        ConfigError: a number is outside its range.
    """

    length: int = 2
    step: int = 1
    min_count: int = 1
    scope: Scope = field(default_factory=Scope)

    def __post_init__(self) -> None:
        """Check the ranges that do not depend on the log."""
        check_min_count(self.min_count)
        check_levels(self.scope)
        if not 1 <= self.length <= MAX_ITEMSET_LENGTH:
            raise ConfigError(
                tr(
                    "a window of {n} items; choose 1 to {most}",
                    n=self.length,
                    most=MAX_ITEMSET_LENGTH,
                )
            )
        if self.step < 1:
            raise ConfigError(
                tr("a step of {n} events never moves on; choose 1 or more", n=self.step)
            )


@dataclass(frozen=True)
class ItemsetSequenceConfig:
    """Which sequences of itemsets are wanted.

    Attributes:
        min_count: histories that must hold a sequence.
        max_length: items in all sets of a sequence at most, from 1.
        scope: which events are looked at and what they stand for; not by session.

    Raises:
        ConfigError: a number is outside its range.
    """

    min_count: int
    max_length: int = 5
    scope: Scope = field(default_factory=Scope)

    def __post_init__(self) -> None:
        """Check the ranges that do not depend on the log."""
        check_min_count(self.min_count)
        check_lengths(1, self.max_length)
        check_levels(self.scope)
        if self.scope.by_session:
            raise ConfigError(
                tr("a session is one set of a sequence; look in whole histories instead")
            )


MiningConfig = ItemsetConfig | PatternConfig
CountedConfig = MiningConfig | SequentialRuleConfig | NgramConfig | ItemsetSequenceConfig


def name_units(count: int, config: CountedConfig) -> str:
    """A number with what `min_count` counts: "1 session", "1,200 users" (each has one history)."""
    by_user = not isinstance(config, ItemsetConfig) and not config.scope.by_session
    if count == 1:
        return tr("1 user") if by_user else tr("1 session")
    return tr("{n:,} users", n=count) if by_user else tr("{n:,} sessions", n=count)


def check_against_log(config: CountedConfig, n_units: int) -> None:
    """Check the minimum count against the log's number of sessions or histories.

    Raises:
        ConfigError: more is asked for than there is.
    """
    if config.min_count is not None and config.min_count > n_units:
        raise ConfigError(
            tr(
                "the minimum support is {units}, but the log has {n:,}; choose at most {n:,}",
                units=name_units(config.min_count, config),
                n=n_units,
            )
        )


def support_grid(n_units: int) -> tuple[int, ...]:
    """Minimum counts to choose from, rising from 1 to `n_units`, each about 15 % above the last."""
    n_steps = int(np.log(max(n_units, 1)) / np.log(_GRID_RATIO)) + 1
    shares = _GRID_RATIO ** -np.arange(n_steps, dtype=np.float64)
    return tuple(int(count) for count in np.unique([1, *np.ceil(n_units * shares), n_units]))
