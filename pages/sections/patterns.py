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
from seqrec.translation.texts import mark, tr

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
        (mark("Contain all of"), mark("Start with one of"), mark("End with one of")),
        strict=True,
    ):
        chosen = place.multiselect(
            tr(said),
            items_within(patterns.items),
            format_func=lambda item: str(titles[item]),
            key=f"patterns-{name}-{kind}{log.log_id}",
            bind="query-params",
            placeholder=tr("any"),
        )
        sides.append(tuple(chosen))
    distinct = st.toggle(tr("Without repeats"), key="patterns-distinct", bind="query-params")
    telling = patterns.redundant is not None and st.toggle(
        tr("Hide generalisations that say no more"),
        key="patterns-telling",
        bind="query-params",
        help=tr(
            "A pattern with a category that is exactly as frequent as one with an item of it in "
            "its place."
        ),
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
        tr(
            "No pattern occurs in {minimum:,} of {units}. The most frequent item occurs in "
            "{highest:,}: lower the minimum support below that, allow shorter patterns, or more "
            "room between their items.",
            minimum=summary.min_count,
            units=units,
            highest=summary.highest_count,
        )
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
    unit = mark("sessions") if config.scope.by_session else mark("users")
    say_not_all(summary, "patterns")
    said = describe_pattern(shown, 0, titles, unit, say_between(config.near))
    st.text(tr("The most frequent: {pattern}.", pattern=said))
    show_figures(
        {
            tr("Patterns"): f"{len(shown.items):,}",
            tr("Longest (items)"): f"{shown.items.lengths.max()}",
            tr("Highest ({units})", units=tr(unit)): f"{shown.counts[0]:,}",
            tr("Minimum ({units})", units=tr(unit)): f"{summary.min_count:,}",
        }
    )
    say_chance(shown.chance, level, "patterns", name_test(config.near))
    n_bars = min(N_BARS, len(shown.items))
    st.subheader(
        tr("The {n} most frequent of {total:,} patterns", n=n_bars, total=len(shown.items))
    )
    st.plotly_chart(
        draw_patterns(shown, titles, unit, N_BARS, level),
        key="patterns-figure",
        alt=tr("Bars of the support of {n} patterns", n=n_bars),
    )
    published = Published.of_counts(log, shown.counts, unit)

    def frame_of(patterns: PatternTable) -> pd.DataFrame:
        # Named anew for a file, which is written outside of a page, in English.
        return pattern_frame(patterns, cached.scope_titles(log, config.scope), unit, level)

    table = Rows(len(shown.items), partial(_build, shown, frame_of, _measure(log, config, shown)))
    return show_table(table, mark("patterns"), "patterns-table", published=published)


def _measure(log: BehaviourLog, config: PatternConfig, shown: PatternTable) -> list[float]:
    """Median seconds that the first patterns take, where the analyst wants to know."""
    n_timed = min(MAX_TIMED, len(shown.items))
    if not log.has_clock or not st.toggle(
        tr("Time from first to last item (of the {n} most frequent)", n=n_timed),
        key="patterns-times",
        bind="query-params",
    ):
        return []
    timed = take_patterns(shown, np.arange(n_timed))
    medians_s: list[float] = cached.spans(log, config, tuple(timed.items)).tolist()
    return medians_s


def _build(
    shown: PatternTable,
    frame_of: Callable[[PatternTable], pd.DataFrame],
    medians_s: list[float],
    rows: NDArray[np.int64],
) -> pd.DataFrame:
    frame = frame_of(take_patterns(shown, rows))
    if medians_s:
        frame[mark("Median time")] = [
            say_duration(medians_s[row]) if row < len(medians_s) else "" for row in rows
        ]
    return frame
