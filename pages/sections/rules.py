"""The Rules page: the answer in words, and the table."""

import numpy as np
import streamlit as st

from pages.sections.rule_mining import MinedRules
from pages.shared.mining import show_figures
from pages.shared.tables import Rows, show_table
from seqrec.mining.rule_findings import describe_rule, rule_frame, take_rules
from seqrec.mining.rule_measures import RuleMeasure, measure_rules
from seqrec.mining.tables import RuleTable

_FIRST_MEASURES = [RuleMeasure.CONFIDENCE, RuleMeasure.LIFT, RuleMeasure.SUPPORT]


def say_nothing_mined(mined: MinedRules) -> None:
    """Why nothing was found, and what would change it."""
    summary = mined.summary
    st.info(
        f"No two items occur together in {summary.min_count:,} of {summary.n_units:,} "
        f"{mined.words.unit} often enough. The most frequent item occurs in "
        f"{summary.highest_count:,}: lower the minimum support below that."
    )


def draw_answer(shown: RuleTable, mined: MinedRules) -> None:
    """The strongest rule in words, and the key figures."""
    said = describe_rule(shown, 0, mined.titles, mined.words)
    st.text(f"Most beyond chance: {said}.")
    confidence = float(np.max(measure_rules(shown, RuleMeasure.CONFIDENCE)))
    lift = float(np.max(measure_rules(shown, RuleMeasure.LIFT)))
    show_figures(
        {
            f"Rules (of {len(mined.rules.n_both):,})": f"{len(shown.n_both):,}",
            "Highest confidence": f"{confidence:.0%}",
            "Highest lift": f"{lift:,.1f}",
            f"Minimum ({mined.words.unit})": f"{mined.summary.min_count:,}",
        }
    )


def draw_table(shown: RuleTable, mined: MinedRules, level: float) -> None:
    """The rules with the measures that the analyst chose; the selected one as a sentence."""
    wanted = st.multiselect(
        "Measures in the table; the downloads hold all",
        list(RuleMeasure),
        default=_FIRST_MEASURES,
        key="rules-measures",
        bind="query-params",
    )
    hidden = [which.value for which in RuleMeasure if which not in wanted]
    table = Rows(
        len(shown.n_both),
        lambda rows: rule_frame(take_rules(shown, rows), mined.titles, mined.words, level),
    )
    row = show_table(table, "rules", "rules-table", hidden, mined.published(shown))
    if row is None:
        st.caption("Choose a row to read it as a sentence.")
    else:
        st.text(f"{describe_rule(shown, row, mined.titles, mined.words)}.")
