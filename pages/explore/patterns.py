"""Patterns: what recurs, in order?"""

from dataclasses import replace
from pathlib import Path

import streamlit as st

from pages.shared import cached
from pages.shared.mining import choose_min_count, need_log, need_result, show_table
from seqrec.figures.patterns import draw_patterns
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.config import PatternConfig
from seqrec.mining.findings import (
    describe_pattern,
    filter_patterns,
    items_within,
    pattern_frame,
)
from seqrec.mining.store import MiningSummary, read_summary
from seqrec.mining.tables import PatternTable

LONGEST = 10
N_BARS = 15
OPEN = PatternConfig(min_length=2, max_length=LONGEST)


def choose(log: BehaviourLog, opening: MiningSummary) -> tuple[PatternConfig, bool]:
    """The controls that need mining, and whether *Mine* was pressed."""
    with st.form("patterns-form"):
        left, right = st.columns([3, 2])
        with left:
            key = f"patterns-min-{log.log_id}"
            min_count = choose_min_count(opening.n_units, opening.min_count, OPEN, key)
        shortest, longest = right.slider(
            "Length (items)", 1, LONGEST, (2, LONGEST), key="patterns-length", bind="query-params"
        )
        mine = st.form_submit_button("Mine", type="primary", key="patterns-mine")
    return PatternConfig(min_count, shortest, longest), mine


def show(log: BehaviourLog, folder: Path) -> None:
    """The filters that need no mining, the answer in words, figure and table."""
    titles, patterns, summary = (
        cached.catalogue(log).titles,
        cached.patterns(folder),
        read_summary(folder),
    )
    if len(patterns.items) == 0:
        st.info(
            f"No pattern occurs in {summary.min_count:,} of {summary.n_units:,} users. The most "
            f"frequent item occurs in {summary.highest_count:,}: lower the minimum support below "
            "that, or allow shorter patterns."
        )
        return
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    items = left.multiselect(
        "Patterns with all of these items",
        items_within(patterns.items),
        format_func=lambda item: str(titles[item]),
        key=f"patterns-items-{log.log_id}",
    )
    distinct = right.toggle("Different items only", key="patterns-distinct", bind="query-params")
    shown = filter_patterns(patterns, tuple(items), distinct=distinct)
    if len(shown.items) == 0:
        st.info("None of the patterns has these items: choose fewer.")
        return
    draw(shown, log, summary)


def draw(shown: PatternTable, log: BehaviourLog, summary: MiningSummary) -> None:
    """Answer, key figures, bars and table of the patterns that are left."""
    titles = cached.catalogue(log).titles
    st.text(f"The most frequent: {describe_pattern(shown, 0, titles)}.")
    places = st.columns(4)
    places[0].metric("Patterns", f"{len(shown.items):,}", border=True)
    places[1].metric("Longest (items)", int(shown.items.lengths.max()), border=True)
    places[2].metric("Highest (users)", f"{shown.counts[0]:,}", border=True)
    places[3].metric("Minimum (users)", f"{summary.min_count:,}", border=True)
    figure = draw_patterns(shown, titles, N_BARS)
    n_bars = min(N_BARS, len(shown.items))
    st.subheader(f"The {n_bars} most frequent of {len(shown.items):,} patterns")
    st.plotly_chart(figure, key="patterns-figure", alt=f"Bars of the support of {n_bars} patterns")
    row = show_table(pattern_frame(shown, titles), "patterns", "patterns-table")
    if row is not None:
        st.text(f"{describe_pattern(shown, row, titles)}.")


st.title("Patterns")
st.write("Items that many users have in the same order, whatever lies between them.")
current = need_log()
opening_folder = need_result(current, OPEN, f"patterns-min-{current.log_id}")
first = read_summary(opening_folder)
config, pressed = choose(current, first)
if config == replace(OPEN, min_count=first.min_count):
    show(current, opening_folder)
else:
    show(current, need_result(current, config, f"patterns-min-{current.log_id}", again=pressed))
