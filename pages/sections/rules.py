"""The Rules page: the answer in words, the table, and the itemsets behind it."""

from pathlib import Path

import numpy as np
import streamlit as st

from pages.shared import cached
from pages.shared.mining import show_figures
from pages.shared.tables import show_table
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.findings import describe_rule, itemset_frame, rule_frame
from seqrec.mining.rule_measures import RuleMeasure, measure_rules
from seqrec.mining.store import MiningSummary
from seqrec.mining.tables import RuleTable

_FIRST_MEASURES = [RuleMeasure.CONFIDENCE, RuleMeasure.LIFT, RuleMeasure.SUPPORT]


def say_nothing_mined(summary: MiningSummary) -> None:
    """Why nothing was found, and what would change it."""
    st.info(
        f"No two items occur together in {summary.min_count:,} of {summary.n_units:,} "
        f"sessions often enough. The most frequent item occurs in {summary.highest_count:,}: "
        "lower the minimum support below that."
    )


def draw_answer(shown: RuleTable, log: BehaviourLog, summary: MiningSummary) -> None:
    """The strongest rule in words, and the key figures."""
    st.text(f"Most beyond chance: {describe_rule(shown, 0, cached.catalogue(log).titles)}.")
    confidence = float(np.max(measure_rules(shown, RuleMeasure.CONFIDENCE)))
    lift = float(np.max(measure_rules(shown, RuleMeasure.LIFT)))
    show_figures(
        {
            f"Rules (of {summary.n_rules:,})": f"{len(shown.n_both):,}",
            "Highest confidence": f"{confidence:.0%}",
            "Highest lift": f"{lift:,.1f}",
            "Minimum (sessions)": f"{summary.min_count:,}",
        }
    )


def draw_table(shown: RuleTable, log: BehaviourLog) -> None:
    """The rules with the measures that the analyst chose; the selected one as a sentence."""
    titles = cached.catalogue(log).titles
    wanted = st.multiselect(
        "Measures in the table; the download holds all",
        list(RuleMeasure),
        default=_FIRST_MEASURES,
        key="rules-measures",
        bind="query-params",
    )
    hidden = [which.value for which in RuleMeasure if which not in wanted]
    row = show_table(rule_frame(shown, titles), "rules", "rules-table", hidden)
    if row is None:
        st.caption("Choose a row to read it as a sentence.")
    else:
        st.text(f"{describe_rule(shown, row, titles)}.")


def draw_itemsets(log: BehaviourLog, folder: Path) -> None:
    """The itemsets that the rules are derived from."""
    found = cached.itemsets(folder)
    if len(found.items) == 0:
        return
    with st.expander(f"The {len(found.items):,} frequent itemsets behind the rules"):
        st.caption(f"Sets of items that occur together, in {found.n_transactions:,} sessions.")
        show_table(itemset_frame(found, cached.catalogue(log).titles), "itemsets", "itemsets-table")
