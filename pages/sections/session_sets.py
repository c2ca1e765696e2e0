"""The Patterns page's session sets: sets of items that recur session after session."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.sections.pattern_controls import control_key
from pages.shared import cached, cached_results
from pages.shared.frame import RECOMMEND
from pages.shared.mining import choose_min_count, need_result, say_not_all, show_figures
from pages.shared.session import LOG_PARAMETER, USER_CONTROL
from pages.shared.tables import Published, Rows, show_table
from seqrec.figures.patterns import draw_itemset_sequences
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.conditions import Scope
from seqrec.mining.config import ItemsetSequenceConfig
from seqrec.mining.list_filters import items_within
from seqrec.mining.set_findings import (
    SetFilter,
    describe_sequence,
    filter_sequences,
    find_holders,
    name_sequences,
    sequence_frame,
    take_sequences,
)
from seqrec.mining.store import MiningSummary, read_summary
from seqrec.mining.tables import ItemsetSequenceTable
from seqrec.translation.texts import mark, tr

_N_BARS = 15
_MOST_ITEMS = 8
_MAX_OFFERED = 200
_MAX_USERS = 1_000


def view_session_sets(log: BehaviourLog, scope: Scope, opening: MiningSummary) -> None:
    """What to mine, and what was found; `opening` tells where the minimum support starts."""
    config, pressed = _choose(log, scope, opening)
    folder = need_result(log, config, control_key(log, scope, "sets"), again=pressed)
    _show(log, scope, cached_results.itemset_sequences(folder), read_summary(folder))


def _choose(
    log: BehaviourLog, scope: Scope, opening: MiningSummary
) -> tuple[ItemsetSequenceConfig, bool]:
    """Minimum support and length, and whether *Mine* was pressed."""
    with st.form("sets-form"):
        left, right = st.columns([3, 2])
        with left:
            key = control_key(log, scope, "sets")
            least = ItemsetSequenceConfig(1, scope=scope)
            min_count = choose_min_count(opening.n_units, opening.min_count, least, key)
        longest = right.slider(
            tr("Items in all sets, at most"),
            1,
            _MOST_ITEMS,
            4,
            key="sets-length",
            bind="query-params",
        )
        mine = st.form_submit_button(tr("Mine"), type="primary", key="sets-mine")
    return ItemsetSequenceConfig(min_count, longest, scope), mine


def _show(
    log: BehaviourLog, scope: Scope, mined: ItemsetSequenceTable, summary: MiningSummary
) -> None:
    """Filters that need no mining, the answer, bars, table, and who shows one sequence."""
    titles = cached.level_titles(log, by_category=scope.by_category)
    shown = filter_sequences(mined, _choose_filter(log, scope, mined, titles))
    if len(shown.counts) == 0:
        st.info(
            tr(
                "None of the {n:,} sequences of sets in {minimum:,} users or more passes these "
                "filters: choose fewer items or sets, or lower the minimum support.",
                n=len(mined.counts),
                minimum=summary.min_count,
            )
        )
        return
    say_not_all(summary, mark("sequences"))
    st.text(tr("The most frequent: {pattern}.", pattern=describe_sequence(shown, 0, titles)))
    show_figures(
        {
            tr("Sequences"): f"{len(shown.counts):,}",
            tr("Most items"): f"{shown.items.lengths.max()}",
            tr("Highest ({units})", units=tr("users")): f"{shown.counts[0]:,}",
            tr("Minimum ({units})", units=tr("users")): f"{summary.min_count:,}",
        }
    )
    few = take_sequences(shown, np.arange(min(_MAX_OFFERED, len(shown.counts))))
    names = name_sequences(few, titles)
    n_bars = min(_N_BARS, len(names))
    st.plotly_chart(
        draw_itemset_sequences(shown, names, _N_BARS),
        key="sets-figure",
        alt=tr("Bars of the support of {n} sequences of sets", n=n_bars),
    )
    published = Published.of_counts(log, shown.counts, "users")
    table = Rows(
        len(shown.counts), lambda rows: sequence_frame(take_sequences(shown, rows), titles)
    )
    selected = show_table(table, mark("sequences"), "sets-table", published=published)
    _draw_holders(log, scope, shown, _choose_row(names, selected))


def _choose_filter(
    log: BehaviourLog, scope: Scope, mined: ItemsetSequenceTable, titles: NDArray[np.object_]
) -> SetFilter:
    places = st.columns([3, 2, 2], vertical_alignment="bottom")
    contains = places[0].multiselect(
        tr("Contain all of"),
        items_within(mined.items),
        format_func=lambda item: str(titles[item]),
        key=f"sets-contain-{'category-' if scope.by_category else ''}{log.log_id}",
        bind="query-params",
        placeholder=tr("any"),
    )
    n_sets = places[1].slider(
        tr("Sessions, at least"), 1, _MOST_ITEMS, 2, key="sets-sessions", bind="query-params"
    )
    several = places[2].toggle(
        tr("Two items in one session"), key="sets-several", bind="query-params"
    )
    return SetFilter(tuple(contains), n_sets, n_sets, several)


def _choose_row(names: list[str], selected: int | None) -> int:
    st.subheader(tr("One sequence: who shows it"))
    if selected is not None:
        return selected
    row = st.selectbox(
        tr("Look at (or choose a row of the table)"),
        range(len(names)),
        format_func=names.__getitem__,
        key="sets-look",
    )
    return row or 0


def _draw_holders(log: BehaviourLog, scope: Scope, shown: ItemsetSequenceTable, row: int) -> None:
    titles = cached.level_titles(log, by_category=scope.by_category)
    st.text(tr("{sentence}.", sentence=describe_sequence(shown, row, titles)))
    database = cached.level_sequences(log, scope.event_ids, by_category=scope.by_category)
    rows = find_holders(database, shown.sets(row))[:_MAX_USERS]
    named = [str(user) for user in cached.users(log)[rows]]
    picker, link = st.columns([3, 2], vertical_alignment="bottom")
    user = picker.selectbox(
        tr("One of the {n:,} users who show it", n=shown.counts[row]), named, key="sets-user"
    )
    link.page_link(
        RECOMMEND,
        label=tr("See this user's history and recommendations"),
        icon=":material/person_search:",
        query_params={LOG_PARAMETER: log.log_id, USER_CONTROL: user},
    )
