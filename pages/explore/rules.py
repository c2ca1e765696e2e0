"""Rules: if A, then what?"""

from dataclasses import replace
from pathlib import Path

import streamlit as st

from pages.shared import cached
from pages.shared.mining import choose_min_count, need_log, need_result, show_table
from seqrec.figures.rules import MAX_POINTS, draw_rules
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.config import Engine, ItemsetConfig
from seqrec.mining.findings import (
    RuleFilter,
    describe_rule,
    filter_rules,
    itemset_frame,
    rule_frame,
)
from seqrec.mining.list_filters import items_within
from seqrec.mining.store import MiningSummary, read_summary
from seqrec.mining.tables import RuleTable

OPEN = ItemsetConfig()


def choose(log: BehaviourLog, opening: MiningSummary) -> tuple[ItemsetConfig, bool]:
    """The controls that need mining, and whether *Mine* was pressed."""
    with st.form("rules-form"):
        places = st.columns([3, 1, 1])
        with places[0]:
            key = f"rules-min-{log.log_id}"
            min_count = choose_min_count(opening.n_units, opening.min_count, OPEN, key)
        longest = places[1].slider(
            "Items in a rule at most",
            2,
            6,
            OPEN.max_length,
            key="rules-length",
            bind="query-params",
        )
        engine = places[2].selectbox("Counted by", list(Engine), key="rules-engine")
        mine = st.form_submit_button("Mine", type="primary", key="rules-mine")
    return ItemsetConfig(min_count, longest, engine=engine or OPEN.engine), mine


def choose_filter(log: BehaviourLog, rules: RuleTable) -> RuleFilter:
    """The controls that need no mining."""
    titles = cached.catalogue(log).titles
    places = st.columns(4)
    confidence = places[0].slider(
        "Minimum confidence (%)", 10, 100, 30, 5, key="rules-confidence", bind="query-params"
    )
    lift = places[1].number_input(
        "Minimum lift (times chance)",
        0.0,
        value=1.0,
        step=0.5,
        key="rules-lift",
        bind="query-params",
    )
    sides = []
    for place, name, lists in (
        (places[2], "if", rules.antecedents),
        (places[3], "then", rules.consequents),
    ):
        items = place.multiselect(
            f"Items in the {name}",
            items_within(lists),
            format_func=lambda item: str(titles[item]),
            key=f"rules-{name}-{log.log_id}",
        )
        sides.append(tuple(items))
    return RuleFilter(confidence / 100, lift, *sides)


def show(log: BehaviourLog, folder: Path) -> None:
    """The filters that need no mining, the answer in words, figure and table."""
    rules, summary = cached.rules(folder), read_summary(folder)
    if len(rules.n_both) == 0:
        st.info(
            f"No two items occur together in {summary.min_count:,} of {summary.n_units:,} "
            f"sessions often enough. The most frequent item occurs in {summary.highest_count:,}: "
            "lower the minimum support below that."
        )
        return
    shown = filter_rules(rules, choose_filter(log, rules))
    if len(shown.n_both) == 0:
        st.info(
            f"None of the {len(rules.n_both):,} rules passes: lower confidence or lift, or "
            "choose fewer items."
        )
        return
    draw(shown, log, summary)


def show_itemsets(log: BehaviourLog, folder: Path) -> None:
    """The itemsets that the rules are derived from."""
    found = cached.itemsets(folder)
    if len(found.items) == 0:
        return
    with st.expander(f"The {len(found.items):,} frequent itemsets behind the rules"):
        st.caption(f"Sets of items that occur together, in {found.n_transactions:,} sessions.")
        show_table(itemset_frame(found, cached.catalogue(log).titles), "itemsets", "itemsets-table")


def draw(shown: RuleTable, log: BehaviourLog, summary: MiningSummary) -> None:
    """Answer, key figures, scatter and table of the rules that are left."""
    titles = cached.catalogue(log).titles
    frame = rule_frame(shown, titles)
    st.text(f"Most beyond chance: {describe_rule(shown, 0, titles)}.")
    places = st.columns(4)
    places[0].metric(f"Rules (of {summary.n_rules:,})", f"{len(shown.n_both):,}", border=True)
    places[1].metric("Highest confidence", f"{frame['Confidence'].max():.0%}", border=True)
    places[2].metric("Highest lift", f"{frame['Lift'].max():,.1f}", border=True)
    places[3].metric("Minimum (sessions)", f"{summary.min_count:,}", border=True)
    n_points = min(MAX_POINTS, len(shown.n_both))
    st.subheader("Support, confidence and lift")
    if n_points < len(shown.n_both):
        st.caption(f"The {n_points:,} rules most beyond chance of {len(shown.n_both):,}.")
    st.plotly_chart(
        draw_rules(shown, titles), key="rules-figure", alt=f"Scatter of {n_points:,} rules"
    )
    row = show_table(frame, "rules", "rules-table")
    if row is not None:
        st.text(f"{describe_rule(shown, row, titles)}.")


st.title("Rules")
st.write("What a session with some items holds besides, more often than chance would have it.")
current = need_log()
opening_folder = need_result(current, OPEN, f"rules-min-{current.log_id}")
first = read_summary(opening_folder)
config, pressed = choose(current, first)
if config == replace(OPEN, min_count=first.min_count):
    result = opening_folder
else:
    result = need_result(current, config, f"rules-min-{current.log_id}", again=pressed)
show(current, result)
show_itemsets(current, result)
