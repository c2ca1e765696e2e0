"""Patterns: what recurs, in order?"""

from dataclasses import replace
from pathlib import Path

import streamlit as st

from pages.sections.patterns import choose_shown, draw_shown, say_nothing_mined
from pages.shared import cached
from pages.shared.mining import choose_min_count, need_log, need_result
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.config import PatternConfig
from seqrec.mining.findings import describe_pattern
from seqrec.mining.store import MiningSummary, read_summary

LONGEST = 10
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
    """The filters that need no mining, the answer, and the pattern that was chosen."""
    patterns, summary = cached.patterns(folder), read_summary(folder)
    if len(patterns.items) == 0:
        say_nothing_mined(summary)
        return
    shown = choose_shown(log, patterns)
    if len(shown.items) == 0:
        st.info("None of the patterns has these items: choose fewer.")
        return
    row = draw_shown(shown, log, summary)
    if row is not None:
        st.text(f"{describe_pattern(shown, row, cached.catalogue(log).titles)}.")


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
