"""Patterns: what recurs, in order?"""

from dataclasses import replace
from pathlib import Path

import streamlit as st

from pages.sections.pattern_contrast import draw_groups
from pages.sections.pattern_controls import OPEN, choose_mining, choose_scope, control_key
from pages.sections.pattern_detail import choose_pattern, draw_pattern
from pages.sections.patterns import choose_shown, draw_shown, say_nothing_mined
from pages.shared import cached
from pages.shared.mining import need_log, need_result
from pages.shared.session import show_refusal
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.config import PatternConfig
from seqrec.mining.store import read_summary


def show(log: BehaviourLog, config: PatternConfig, folder: Path) -> None:
    """The filters that need no mining, the answer, and one pattern in detail."""
    patterns, summary = cached.patterns(folder), read_summary(folder)
    if len(patterns.items) == 0:
        say_nothing_mined(summary, config)
        return
    shown = choose_shown(log, config, patterns)
    if len(shown.items) == 0:
        st.info("None of the patterns passes these filters: choose fewer items.")
        return
    selected = draw_shown(shown, log, config, summary)
    st.subheader("One pattern: who, when, how long")
    row = choose_pattern(
        shown, selected, cached.level_titles(log, by_category=config.scope.by_category)
    )
    draw_pattern(log, config, shown, row)
    draw_groups(log, config, shown)


st.title("Patterns")
st.write("What many users have in the same order.")
current = need_log()
base = replace(OPEN, scope=choose_scope(current, "patterns"))
control = control_key(current, base.scope, "patterns")
opening_folder = need_result(current, base, control)
first = read_summary(opening_folder)
with show_refusal():
    wanted, pressed = choose_mining(current, base, first)
    if wanted == replace(base, min_count=first.min_count):
        show(current, base, opening_folder)
    else:
        show(current, wanted, need_result(current, wanted, control, again=pressed))
