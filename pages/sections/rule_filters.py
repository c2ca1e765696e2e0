"""The filters of the Rules page; they act at once on what was mined."""

from dataclasses import replace

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.sections.chance import choose_held, choose_level
from pages.sections.rule_mining import MinedRules
from pages.shared import cached_results
from seqrec.mining.list_filters import items_within
from seqrec.mining.rule_findings import RuleFilter, SideFilter, filter_rules, take_rules
from seqrec.mining.tables import RuleTable
from seqrec.translation.texts import tr

_LONGEST = 6


def choose_shown(mined: MinedRules) -> tuple[RuleTable, float]:
    """The rules that pass the filters, most beyond chance first, and the level of chance."""
    wanted = _choose_filter(mined)
    level, hide = choose_level("rules")
    share = mined.summary.min_count / max(1, mined.summary.n_units)
    held = choose_held(mined.rules.held, share, "rules")
    wanted = replace(wanted, level=level if hide else None, held_support=held)
    rules = mined.rules
    if st.toggle(
        tr("Hide redundant rules"),
        key="rules-lean",
        bind="query-params",
        help=tr(
            "A rule is redundant where one with fewer items in the if has the same then and at "
            "least its confidence."
        ),
    ):
        mask = cached_results.redundant(mined.folder, rules, in_order=mined.words.in_order)
        rules = take_rules(rules, np.flatnonzero(~mask))
    return filter_rules(rules, wanted), level


def _choose_filter(mined: MinedRules) -> RuleFilter:
    confidence, lift, longest = _choose_limits()
    rules = mined.rules
    within = items_within(rules.antecedents, rules.consequents)
    places = st.columns(2)
    has_if = _choose_items(places[0], mined, within, tr("Items in the if"), "if")
    has_then = _choose_items(places[1], mined, within, tr("Items in the then"), "then")
    with st.expander(tr("More items to require or to leave out")):
        places = st.columns(2)
        has = _choose_items(places[0], mined, within, tr("Anywhere in the rule"), "any")
        lacks = _choose_items(places[1], mined, within, tr("Nowhere in the rule"), "none")
        lacks_if = _choose_items(places[0], mined, within, tr("Not in the if"), "not-if")
        lacks_then = _choose_items(places[1], mined, within, tr("Not in the then"), "not-then")
    return RuleFilter(
        confidence / 100,
        lift,
        SideFilter(has, lacks),
        SideFilter(has_if, lacks_if),
        SideFilter(has_then, lacks_then),
        longest,
    )


def _choose_limits() -> tuple[int, float, int]:
    places = st.columns(3)
    confidence = places[0].slider(
        tr("Minimum confidence (%)"), 10, 100, 30, 5, key="rules-confidence", bind="query-params"
    )
    lift = places[1].number_input(
        tr("Minimum lift (times chance)"),
        0.0,
        value=1.0,
        step=0.5,
        key="rules-lift",
        bind="query-params",
    )
    longest = places[2].slider(
        tr("Items in all, at most"), 2, _LONGEST, _LONGEST, key="rules-items", bind="query-params"
    )
    return confidence, lift, longest


def _choose_items(
    place: DeltaGenerator, mined: MinedRules, items: list[int], said: str, name: str
) -> tuple[int, ...]:
    chosen = place.multiselect(
        said,
        items,
        format_func=lambda item: str(mined.titles[item]),
        key=f"rules-{name}-{mined.key}",
        bind="query-params",
        placeholder=tr("any") if name in ("if", "then", "any") else tr("none"),
    )
    return tuple(chosen)
