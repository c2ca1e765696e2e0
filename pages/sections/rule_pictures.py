"""The pictures of the Rules page; what is selected in one, the table shows."""

from dataclasses import replace

import numpy as np
import streamlit as st

from pages.sections.rule_mining import MinedRules
from seqrec.figures.rule_network import MAX_ARROWS, draw_network
from seqrec.figures.rules import MAX_POINTS, MAX_SIDES, RuleAxes, draw_rule_heatmap, draw_rules
from seqrec.mining.rule_findings import take_rules
from seqrec.mining.rule_measures import RuleMeasure, measure_rules
from seqrec.mining.tables import RuleTable
from seqrec.translation.texts import mark, tr

SCATTER, HEATMAP, NETWORK = mark("Scatter"), mark("Heatmap"), mark("Network")
_N_STEPS = 200


def draw_picture(shown: RuleTable, mined: MinedRules, level: float) -> RuleTable:
    """The picture that the analyst chose; the rules selected in it, or all."""
    titles = mined.titles
    picture = st.segmented_control(
        tr("Picture"),
        [SCATTER, HEATMAP, NETWORK],
        default=SCATTER,
        required=True,
        format_func=tr,
        key="rules-picture",
        bind="query-params",
    )
    if picture == SCATTER:
        return _draw_scatter(shown, mined, level)
    if picture == HEATMAP:
        st.caption(
            tr("The first {n} ifs and thens of the table; colour and number: lift.", n=MAX_SIDES)
        )
        st.plotly_chart(
            draw_rule_heatmap(shown, titles),
            key="rules-heatmap",
            alt=tr("Heatmap of lift, if by then"),
        )
        return shown
    n_arrows = min(MAX_ARROWS, len(shown.n_both))
    st.caption(
        tr(
            "The first {n} rules of the table. An arrow leads from the if to the then; it is "
            "thicker where confidence is higher.",
            n=n_arrows,
        )
    )
    st.plotly_chart(
        draw_network(shown, titles),
        key="rules-network",
        alt=tr("Network of {n} rules", n=n_arrows),
    )
    return shown


def _draw_scatter(shown: RuleTable, mined: MinedRules, level: float) -> RuleTable:
    with st.expander(tr("Axes and ranges")):
        axes = replace(_choose_axes(mined.words.unit), level=level)
        shown = _narrow(_narrow(shown, axes.x), axes.y)
    n_points = min(MAX_POINTS, len(shown.n_both))
    if shown.chance is not None:
        st.caption(tr("An open circle: chance may explain the rule."))
    if n_points < len(shown.n_both):
        st.caption(
            tr(
                "The {shown:,} rules most beyond chance of {n:,}.",
                shown=n_points,
                n=len(shown.n_both),
            )
        )
    undefined = sum(int(np.isnan(measure_rules(shown, which)).sum()) for which in {axes.x, axes.y})
    if undefined:
        st.caption(
            tr("{n:,} rules have no point here: the measure is undefined for them.", n=undefined)
        )
    event = st.plotly_chart(
        draw_rules(shown, mined.titles, axes),
        key="rules-figure",
        on_select="rerun",
        selection_mode=("points", "box"),
        alt=tr(
            "Scatter of {n:,} rules: {up} by {across}",
            n=n_points,
            up=tr(axes.y),
            across=tr(axes.x),
        ),
    )
    rows = np.array(event["selection"]["point_indices"], dtype=np.int64)
    rows = np.unique(rows[rows < len(shown.n_both)])
    if len(rows) == 0:
        return shown
    st.caption(
        tr("{n:,} rules are selected in the scatter; the table shows them alone.", n=len(rows))
    )
    return take_rules(shown, rows)


def _choose_axes(unit: str) -> RuleAxes:
    names = list(RuleMeasure)
    chosen = [
        place.selectbox(
            tr(said),
            names,
            index=names.index(which),
            format_func=tr,
            key=f"rules-{key}",
            bind="query-params",
        )
        for place, said, key, which in zip(
            st.columns(3),
            (mark("Across"), mark("Up"), mark("Colour")),
            ("x", "y", "colour"),
            (RuleMeasure.SUPPORT, RuleMeasure.CONFIDENCE, RuleMeasure.LIFT),
            strict=True,
        )
    ]
    return RuleAxes(chosen[0], chosen[1], chosen[2], unit)


def _narrow(rules: RuleTable, which: RuleMeasure) -> RuleTable:
    """The rules whose measure lies in a chosen range: what a box in the scatter selects too."""
    values = measure_rules(rules, which)
    defined = values[np.isfinite(values)]
    if len(defined) == 0 or defined.min() == defined.max():
        return rules
    factor = 100.0 if which.is_share else 1.0
    low, high = float(defined.min() * factor), float(defined.max() * factor)
    chosen = st.slider(
        tr("{measure} from, to", measure=tr(which)) + (" (%)" if which.is_share else ""),
        low,
        high,
        (low, high),
        (high - low) / _N_STEPS,
        format="%.2f",
        key=f"rules-range-{which.name.lower()}",
        help=tr("Does the same as a box drawn in the scatter."),
    )
    if chosen == (low, high):
        return rules
    keep = (values * factor >= chosen[0]) & (values * factor <= chosen[1])
    return take_rules(rules, np.flatnonzero(keep))
