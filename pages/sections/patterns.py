"""The Patterns page: its filters, and the answer in words, bars and a table."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from pages.sections.chance import choose_held, choose_level, name_test, say_chance
from pages.sections.pattern_controls import level_key
from pages.shared import cached
from pages.shared.mining import say_not_all, show_figures
from pages.shared.tables import Published, Rows, show_table
from seqrec.figures.patterns import draw_patterns
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.config import PatternConfig, name_units
from seqrec.mining.findings import (
    PatternFilter,
    describe_pattern,
    filter_patterns,
    pattern_frame,
    say_between,
    take_patterns,
)
from seqrec.mining.list_filters import items_within
from seqrec.mining.occurrence_findings import say_duration
from seqrec.mining.store import MiningSummary
from seqrec.mining.tables import PatternTable

N_BARS = 15
MAX_TIMED = 200


def choose_shown(
    log: BehaviourLog, config: PatternConfig, patterns: PatternTable
) -> tuple[PatternTable, float]:
    """The patterns that pass the filters, and the level of chance; both act at once."""
    titles = cached.scope_titles(log, config.scope)
    kind = level_key(config.scope)
    sides: list[tuple[int, ...]] = []
    for place, name, said in zip(
        st.columns(3),
        ("contain", "start", "end"),
        ("Contain all of", "Start with one of", "End with one of"),
        strict=True,
    ):
        chosen = place.multiselect(
            said,
            items_within(patterns.items),
            format_func=lambda item: str(titles[item]),
            key=f"patterns-{name}-{kind}{log.log_id}",
            bind="query-params",
            placeholder="any",
        )
        sides.append(tuple(chosen))
    distinct = st.toggle("Without repeats", key="patterns-distinct", bind="query-params")
    telling = patterns.redundant is not None and st.toggle(
        "Hide generalisations that say no more",
        key="patterns-telling",
        bind="query-params",
        help="A pattern with a category that is exactly as frequent as one with an item of it in "
        "its place.",
    )
    level, hide = choose_level("patterns")
    share = patterns.min_count / max(1, patterns.n_histories)
    held = choose_held(patterns.held, share, "patterns")
    wanted = PatternFilter(
        sides[0],
        sides[1],
        sides[2],
        distinct=distinct,
        level=level if hide else None,
        held_support=held,
        telling=telling,
    )
    return filter_patterns(patterns, wanted), level


def say_nothing_mined(summary: MiningSummary, config: PatternConfig) -> None:
    """Why nothing was found, and what would change it."""
    units = name_units(summary.n_units, config)
    st.info(
        f"No pattern occurs in {summary.min_count:,} of {units}. The most frequent item occurs in "
        f"{summary.highest_count:,}: lower the minimum support below that, allow shorter patterns, "
        "or more room between their items."
    )


def draw_shown(
    shown: PatternTable,
    log: BehaviourLog,
    config: PatternConfig,
    summary: MiningSummary,
    level: float,
) -> int | None:
    """Answer, key figures, bars and table of the patterns that are left; the selected row."""
    titles = cached.scope_titles(log, config.scope)
    unit = "sessions" if config.scope.by_session else "users"
    say_not_all(summary, "patterns")
    st.text(
        f"The most frequent: {describe_pattern(shown, 0, titles, unit, say_between(config.near))}."
    )
    show_figures(
        {
            "Patterns": f"{len(shown.items):,}",
            "Longest (items)": f"{shown.items.lengths.max()}",
            f"Highest ({unit})": f"{shown.counts[0]:,}",
            f"Minimum ({unit})": f"{summary.min_count:,}",
        }
    )
    say_chance(shown.chance, level, "patterns", name_test(config.near))
    n_bars = min(N_BARS, len(shown.items))
    st.subheader(f"The {n_bars} most frequent of {len(shown.items):,} patterns")
    st.plotly_chart(
        draw_patterns(shown, titles, unit, N_BARS, level),
        key="patterns-figure",
        alt=f"Bars of the support of {n_bars} patterns",
    )
    published = Published.of_counts(log, shown.counts, unit)
    frame_of = partial(pattern_frame, titles=titles, unit=unit, level=level)
    table = Rows(len(shown.items), partial(_build, shown, frame_of, _measure(log, config, shown)))
    return show_table(table, "patterns", "patterns-table", published=published)


def _measure(log: BehaviourLog, config: PatternConfig, shown: PatternTable) -> list[str]:
    """How long the first patterns take, where the analyst wants to know."""
    n_timed = min(MAX_TIMED, len(shown.items))
    if not log.has_clock or not st.toggle(
        f"Time from first to last item (of the {n_timed} most frequent)",
        key="patterns-times",
        bind="query-params",
    ):
        return []
    timed = take_patterns(shown, np.arange(n_timed))
    return [say_duration(median_s) for median_s in cached.spans(log, config, tuple(timed.items))]


def _build(
    shown: PatternTable,
    frame_of: Callable[[PatternTable], pd.DataFrame],
    times: list[str],
    rows: NDArray[np.int64],
) -> pd.DataFrame:
    frame = frame_of(take_patterns(shown, rows))
    if times:
        frame["Median time"] = [times[row] if row < len(times) else "" for row in rows]
    return frame
