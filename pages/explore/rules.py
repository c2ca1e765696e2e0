"""Rules: if A, then what?"""

from dataclasses import replace
from pathlib import Path

import streamlit as st

from pages.sections.rule_filters import choose_filter
from pages.sections.rule_pictures import draw_picture
from pages.sections.rules import draw_answer, draw_itemsets, draw_table, say_nothing_mined
from pages.shared import cached
from pages.shared.mining import choose_min_count, need_log, need_result
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.config import Engine, ItemsetConfig
from seqrec.mining.findings import filter_rules
from seqrec.mining.store import MiningSummary, read_summary

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


def show(log: BehaviourLog, folder: Path) -> None:
    """The filters that need no mining, the answer in words, picture and table."""
    rules, summary = cached.rules(folder), read_summary(folder)
    if len(rules.n_both) == 0:
        say_nothing_mined(summary)
        return
    shown = filter_rules(rules, choose_filter(log, rules))
    if len(shown.n_both) == 0:
        st.info(
            f"None of the {len(rules.n_both):,} rules passes: lower confidence or lift, or "
            "choose fewer items."
        )
        return
    draw_answer(shown, log, summary)
    draw_table(draw_picture(shown, log), log)


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
draw_itemsets(current, result)
