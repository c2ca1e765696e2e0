"""The Patterns page: its filters, and the answer in words, bars and a table."""

import streamlit as st

from pages.shared import cached
from pages.shared.mining import show_figures, show_table
from seqrec.figures.patterns import draw_patterns
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.findings import (
    PatternFilter,
    describe_pattern,
    filter_patterns,
    pattern_frame,
)
from seqrec.mining.list_filters import items_within
from seqrec.mining.store import MiningSummary
from seqrec.mining.tables import PatternTable

N_BARS = 15


def choose_shown(log: BehaviourLog, patterns: PatternTable) -> PatternTable:
    """The patterns that pass the filters; they act at once on what was mined."""
    titles, items = cached.catalogue(log).titles, items_within(patterns.items)
    sides: list[tuple[int, ...]] = []
    for place, name, said in zip(
        st.columns(3),
        ("contain", "start", "end"),
        ("Contain all of", "Start with one of", "End with one of"),
        strict=True,
    ):
        chosen = place.multiselect(
            said,
            items,
            format_func=lambda item: str(titles[item]),
            key=f"patterns-{name}-{log.log_id}",
            bind="query-params",
            placeholder="any items",
        )
        sides.append(tuple(chosen))
    distinct = st.toggle("Different items only", key="patterns-distinct", bind="query-params")
    return filter_patterns(patterns, PatternFilter(sides[0], sides[1], sides[2], distinct=distinct))


def say_nothing_mined(summary: MiningSummary) -> None:
    """Why nothing was found, and what would change it."""
    st.info(
        f"No pattern occurs in {summary.min_count:,} of {summary.n_units:,} users. The most "
        f"frequent item occurs in {summary.highest_count:,}: lower the minimum support below "
        "that, or allow shorter patterns."
    )


def draw_shown(shown: PatternTable, log: BehaviourLog, summary: MiningSummary) -> int | None:
    """Answer, key figures, bars and table of the patterns that are left; the selected row."""
    titles = cached.catalogue(log).titles
    st.text(f"The most frequent: {describe_pattern(shown, 0, titles)}.")
    show_figures(
        {
            "Patterns": f"{len(shown.items):,}",
            "Longest (items)": f"{shown.items.lengths.max()}",
            "Highest (users)": f"{shown.counts[0]:,}",
            "Minimum (users)": f"{summary.min_count:,}",
        }
    )
    figure = draw_patterns(shown, titles, N_BARS)
    n_bars = min(N_BARS, len(shown.items))
    st.subheader(f"The {n_bars} most frequent of {len(shown.items):,} patterns")
    st.plotly_chart(figure, key="patterns-figure", alt=f"Bars of the support of {n_bars} patterns")
    return show_table(pattern_frame(shown, titles), "patterns", "patterns-table")
