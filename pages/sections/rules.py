"""The Rules page: the answer in words, and the table."""

import numpy as np
import streamlit as st

from pages.sections.rule_mining import MinedRules
from pages.shared.mining import show_figures
from pages.shared.tables import Rows, show_table
from seqrec.mining.rule_findings import describe_rule, rule_frame, take_rules
from seqrec.mining.rule_measures import RuleMeasure, measure_rules
from seqrec.mining.tables import RuleTable
from seqrec.translation.texts import mark, tr

_FIRST_MEASURES = [RuleMeasure.CONFIDENCE, RuleMeasure.LIFT, RuleMeasure.SUPPORT]


def say_nothing_mined(mined: MinedRules) -> None:
    """Why nothing was found, and what would change it."""
    summary = mined.summary
    st.info(
        tr(
            "No two items occur together in {minimum:,} of {n:,} {units} often enough. The most "
            "frequent item occurs in {highest:,}: lower the minimum support below that.",
            minimum=summary.min_count,
            n=summary.n_units,
            units=tr(mined.words.unit),
            highest=summary.highest_count,
        )
    )


def draw_answer(shown: RuleTable, mined: MinedRules) -> None:
    """The strongest rule in words, and the key figures."""
    said = describe_rule(shown, 0, mined.titles, mined.words)
    st.text(tr("Most beyond chance: {rule}.", rule=said))
    confidence = float(np.max(measure_rules(shown, RuleMeasure.CONFIDENCE)))
    lift = float(np.max(measure_rules(shown, RuleMeasure.LIFT)))
    show_figures(
        {
            tr("Rules (of {n:,})", n=len(mined.rules.n_both)): f"{len(shown.n_both):,}",
            tr("Highest confidence"): f"{confidence:.0%}",
            tr("Highest lift"): f"{lift:,.1f}",
            tr("Minimum ({units})", units=tr(mined.words.unit)): f"{mined.summary.min_count:,}",
        }
    )


def draw_table(shown: RuleTable, mined: MinedRules, level: float) -> None:
    """The rules with the measures that the analyst chose; the selected one as a sentence."""
    wanted = st.multiselect(
        tr("Measures in the table; the downloads hold all"),
        list(RuleMeasure),
        format_func=tr,
        default=_FIRST_MEASURES,
        key="rules-measures",
        bind="query-params",
    )
    hidden = [which.value for which in RuleMeasure if which not in wanted]
    table = Rows(
        len(shown.n_both),
        lambda rows: rule_frame(take_rules(shown, rows), mined.titles, mined.words, level),
    )
    row = show_table(table, mark("rules"), "rules-table", hidden, mined.published(shown))
    if row is None:
        st.caption(tr("Choose a row to read it as a sentence."))
    else:
        said = describe_rule(shown, row, mined.titles, mined.words)
        st.text(tr("{sentence}.", sentence=said))
