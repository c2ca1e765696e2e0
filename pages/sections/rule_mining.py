"""The controls of the Rules page that need mining, and what was mined."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.sections.chance import MEETING_TEST, ORDER_TEST
from pages.sections.engine_controls import choose_spark
from pages.sections.pattern_controls import choose_near, choose_scope, control_key
from pages.shared import cached, cached_results
from pages.shared.mining import choose_min_count, need_result, show_sizes
from pages.shared.tables import Published
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.conditions import NearLimits
from seqrec.mining.config import (
    CountedConfig,
    Engine,
    ItemsetConfig,
    PatternConfig,
    SequentialRuleConfig,
)
from seqrec.mining.occurrence_findings import say_duration
from seqrec.mining.rule_findings import RuleWords
from seqrec.mining.store import MiningSummary, read_summary
from seqrec.mining.tables import RuleTable
from seqrec.translation.texts import mark, tr

OPEN_TOGETHER = ItemsetConfig()
OPEN_LATER = PatternConfig(min_length=1, max_length=3)
_LATER = "rules-later"


@dataclass(frozen=True)
class MinedRules:
    """The rules of a finished result, and how they are told.

    Attributes:
        rules: all of them.
        titles: by item id, or by category id.
        words: how a rule is told.
        summary: of the result.
        folder: of the result.
        key: for widgets whose options depend on the items.
        log: that was mined; its privacy says what may leave the page.
        test: how the rules are tested against chance, in words.
    """

    rules: RuleTable
    titles: NDArray[np.object_]
    words: RuleWords
    summary: MiningSummary
    folder: Path
    key: str
    log: BehaviourLog
    test: str = MEETING_TEST

    def published(self, shown: RuleTable) -> Published:
        """Which of some rules may leave the page."""
        if shown.n_users is not None:
            return Published(shown.n_users, self.log.privacy.min_users)
        return Published.of_counts(self.log, shown.n_both, self.words.unit)


def mine_together(log: BehaviourLog) -> MinedRules:
    """Association rules over sessions.

    Raises:
        ConfigError: the address of Spark is none, or two engines are chosen.
    """
    key = f"rules-min-{log.log_id}"
    opening = need_result(log, OPEN_TOGETHER, key)
    first = read_summary(opening)
    with st.form("rules-form"):
        places = st.columns([3, 1, 1])
        with places[0]:
            min_count = choose_min_count(first.n_units, first.min_count, OPEN_TOGETHER, key)
            known = cached_results.itemsets(opening)
            several = known.counts[known.items.lengths > 1]
            show_sizes(several, first, "sessions", mark("itemsets"))
        longest = places[1].slider(
            tr("Items in a rule at most"), 2, 6, 4, key="rules-length", bind="query-params"
        )
        engine = places[2].selectbox(
            tr("Counted by"), list(Engine), format_func=tr, key="rules-engine", bind="query-params"
        )
        spark_url = choose_spark("rules")
        again = st.form_submit_button(tr("Mine"), type="primary", key="rules-mine")
    config = ItemsetConfig(
        min_count, longest, engine=engine or Engine.EMBEDDED, spark_url=spark_url
    )
    folder = opening
    if config != replace(OPEN_TOGETHER, min_count=first.min_count):
        folder = need_result(log, config, key, again=again)
    titles = cached.level_titles(log, by_category=False)
    return MinedRules(
        cached_results.tested_rules(folder),
        titles,
        RuleWords(),
        read_summary(folder),
        folder,
        log.log_id,
        log,
    )


def mine_later(log: BehaviourLog) -> MinedRules:
    """Sequential rules: some items in order, and later another.

    Raises:
        ConfigError: two choices exclude each other.
    """
    base = replace(OPEN_LATER, scope=choose_scope(log, _LATER))
    key = control_key(log, base.scope, _LATER)
    opening = need_result(log, base, key)
    first = read_summary(opening)
    with st.form("rules-later-form"):
        left, right = st.columns([3, 2])
        with left:
            min_count = choose_min_count(first.n_units, first.min_count, base, key)
            unit = "sessions" if base.scope.by_session else "users"
            show_sizes(cached_results.patterns(opening).counts, first, unit)
        longest = right.slider(
            tr("Items in a rule at most"), 2, 6, 3, key="rules-later-length", bind="query-params"
        )
        with st.expander(tr("How soon after each other, and in which order")):
            near = choose_near(log, _LATER)
            any_order = st.toggle(
                tr("Items of a side in any order (without limits of gap and time)"),
                key="rules-later-any-order",
                bind="query-params",
            )
        again = st.form_submit_button(tr("Mine"), type="primary", key="rules-later-mine")
    config: CountedConfig = replace(base, min_count=min_count, max_length=longest, near=near)
    if any_order:
        near, most = NearLimits(), longest - 1
        config = SequentialRuleConfig(
            min_count, OPEN_TOGETHER.min_confidence, most, most, base.scope
        )
    folder = opening
    if config != replace(base, min_count=first.min_count):
        folder = need_result(log, config, key, again=again)
    return MinedRules(
        cached_results.sequential_rules(folder) if any_order else cached_results.next_steps(folder),
        cached.level_titles(log, by_category=base.scope.by_category),
        RuleWords(unit, later=True, in_order=not any_order, within=_within(near)),
        read_summary(folder),
        folder,
        f"{'category-' if base.scope.by_category else ''}{log.log_id}",
        log,
        ORDER_TEST,
    )


def _within(near: NearLimits) -> str:
    limits_s = [limit for limit in (near.max_gap_s, near.max_span_s) if limit is not None]
    if limits_s:
        return tr(" within {time}", time=say_duration(min(limits_s)))
    if near.max_gap is None:
        return ""
    return tr(" with at most {n} other events between", n=near.max_gap)
