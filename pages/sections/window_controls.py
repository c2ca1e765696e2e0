"""The Patterns page's windows: runs of items right after each other (n-grams)."""

import streamlit as st

from pages.sections.pattern_controls import control_key
from pages.shared.mining import choose_min_count
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.conditions import NearLimits, Scope
from seqrec.mining.config import NgramConfig, PatternConfig, support_grid
from seqrec.mining.store import MiningSummary
from seqrec.translation.texts import tr

_WIDEST = 6
_RARER = 5
# How an n-gram is looked for in one history: each item right after the one before.
AS_PATTERN = NearLimits(max_gap=0)


def choose_windows(
    log: BehaviourLog, scope: Scope, opening: MiningSummary
) -> tuple[NgramConfig, bool]:
    """Width, step and minimum support of the windows, and whether *Mine* was pressed."""
    with st.form("windows-form"):
        places = st.columns([3, 1, 1])
        with places[0]:
            key = control_key(log, scope, "windows")
            counted = PatternConfig(scope=scope)
            # N-grams are rarer than sequences with anything between their items.
            few = next(
                count
                for count in support_grid(opening.n_units)
                if count >= min(2, opening.n_units) and count >= opening.min_count / _RARER
            )
            min_count = choose_min_count(opening.n_units, few, counted, key)
        width = places[1].slider(
            tr("Width (items)"), 1, _WIDEST, 2, key="windows-width", bind="query-params"
        )
        step = places[2].number_input(
            tr("Step (events)"),
            1,
            value=1,
            key="windows-step",
            bind="query-params",
            help=tr("From the start of a window to that of the next."),
        )
        mine = st.form_submit_button(tr("Mine"), type="primary", key="windows-mine")
    return NgramConfig(width, step, min_count, scope), mine
