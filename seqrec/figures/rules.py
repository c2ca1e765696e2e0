"""Scatter and heatmap of the Rules page."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from seqrec.figures.style import VIRIDIS, label, styled
from seqrec.mining.evidence import LEVEL, MAYBE
from seqrec.mining.rule_findings import take_rules
from seqrec.mining.rule_measures import RuleMeasure, measure_rules
from seqrec.mining.tables import RuleTable
from seqrec.translation.texts import tr

MAX_POINTS = 2_000
MAX_SIDES = 20
_HEIGHT_PX = 420
_ROW_PX = 30
_AXES_PX = 190
_TICKS = np.array([0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000])
_LONG_LABEL = 44
_SIDE_LABEL = 24


@dataclass(frozen=True)
class RuleAxes:
    """Which measure stands where in the scatter, what is counted, and the level of chance."""

    x: RuleMeasure = RuleMeasure.SUPPORT
    y: RuleMeasure = RuleMeasure.CONFIDENCE
    colour: RuleMeasure = RuleMeasure.LIFT
    unit: str = "sessions"
    level: float = LEVEL


def draw_rules(
    rules: RuleTable, titles: NDArray[np.object_], axes: RuleAxes | None = None
) -> go.Figure:
    """Scatter of the first `MAX_POINTS` rules; no point where a measure is undefined.

    A rule that chance may explain is an open circle.
    """
    axes = axes or RuleAxes()
    shown = take_rules(rules, np.arange(min(MAX_POINTS, len(rules.n_both))))
    x, y, colour = (measure_rules(shown, which) for which in (axes.x, axes.y, axes.colour))
    points = go.Scatter(
        x=x,
        y=y,
        mode="markers",
        marker={
            **_colours(colour, axes.colour),
            "symbol": _symbols(shown, axes.level),
            "size": 8,
            "opacity": 0.8,
        },
        text=_names(shown, titles),
        customdata=_hover(shown, axes),
        hovertemplate="%{text}<br>%{customdata}<extra></extra>",
    )
    figure = styled(
        go.Figure(points),
        _axis(axes.x, rules, axes.unit),
        _axis(axes.y, rules, axes.unit),
        _HEIGHT_PX,
    )
    for update, which in ((figure.update_xaxes, axes.x), (figure.update_yaxes, axes.y)):
        update(tickformat=which.tick_format)
    if axes.y is RuleMeasure.CONFIDENCE:
        figure.update_yaxes(range=[0, 1.04])
    return figure.update_layout(dragmode="select")


def draw_rule_heatmap(rules: RuleTable, titles: NDArray[np.object_]) -> go.Figure:
    """Lift of if x then for the sides that come first in a table; empty where there is no rule."""
    before, after = list(rules.antecedents), list(rules.consequents)
    rows = list(dict.fromkeys(before))[:MAX_SIDES]
    columns = list(dict.fromkeys(after))[:MAX_SIDES]
    lift = measure_rules(rules, RuleMeasure.LIFT)
    cells = np.full((len(rows), len(columns)), np.nan)
    row_of = {side: place for place, side in enumerate(rows)}
    column_of = {side: place for place, side in enumerate(columns)}
    for one, other, value in zip(before, after, lift, strict=True):
        if one in row_of and other in column_of:
            cells[row_of[one], column_of[other]] = value
    look = _colours(cells, RuleMeasure.LIFT)
    heatmap = go.Heatmap(
        z=look["color"],
        text=np.where(np.isnan(cells), "", np.char.mod("%.1f", cells)),
        texttemplate="%{text}",
        colorscale=look["colorscale"],
        colorbar={**look["colorbar"], "orientation": "h", "y": -0.02, "yanchor": "top"},
        xgap=1,
        ygap=1,
        hovertext=[[f"{_side(a, titles)}<br>→ {_side(b, titles)}" for b in columns] for a in rows],
        hovertemplate="%{hovertext}<br>" + tr("lift {value}", value="%{text}") + "<extra></extra>",
    )
    height = _AXES_PX + _ROW_PX * len(rows) + 4 * max(map(len, _short(columns, titles)))
    figure = styled(go.Figure(heatmap), tr("Then"), tr("If"), height)
    figure.update_xaxes(
        tickvals=list(range(len(columns))),
        ticktext=_short(columns, titles),
        side="top",
        tickangle=-60,
        showgrid=False,
    )
    return figure.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=_short(rows, titles),
        autorange="reversed",
        showgrid=False,
    )


def _colours(values: NDArray[np.float64], which: RuleMeasure) -> dict[str, Any]:
    bar: dict[str, Any] = {"title": tr(which), "thickness": 12}
    if which is not RuleMeasure.LIFT:
        bar["tickformat"] = which.tick_format
        return {"color": values, "colorscale": list(VIRIDIS), "colorbar": bar}
    # A few rules far above the others would leave one colour for the rest: a logarithmic scale.
    bar |= {"tickvals": np.log10(_TICKS), "ticktext": [f"{tick:g}" for tick in _TICKS]}
    powers = np.log10(np.maximum(values, 1e-6))
    return {"color": powers, "colorscale": list(VIRIDIS), "colorbar": bar}


def _symbols(rules: RuleTable, level: float) -> list[str]:
    if rules.chance is None:
        return ["circle"] * len(rules.n_both)
    verdicts = rules.chance.verdicts(level)
    return ["circle-open" if verdict == MAYBE else "circle" for verdict in verdicts]


def _axis(which: RuleMeasure, rules: RuleTable, unit: str) -> str:
    if which is RuleMeasure.SUPPORT:
        return tr("Support (share of {n:,} {units})", n=rules.n_transactions, units=tr(unit))
    if which is RuleMeasure.CONFIDENCE:
        return tr("Confidence (share of the {units} with the if)", units=tr(unit))
    return tr(which)


def _hover(rules: RuleTable, axes: RuleAxes) -> list[str]:
    shown = dict.fromkeys(
        (RuleMeasure.CONFIDENCE, RuleMeasure.LIFT, RuleMeasure.SUPPORT, axes.x, axes.y, axes.colour)
    )
    columns = [[which.say(value) for value in measure_rules(rules, which)] for which in shown]
    return [
        f"{', '.join(said)} (n = {count:,})"
        for *said, count in zip(*columns, rules.n_both, strict=True)
    ]


def _names(rules: RuleTable, titles: NDArray[np.object_]) -> list[str]:
    sides = zip(rules.antecedents, rules.consequents, strict=True)
    return [f"{_side(before, titles)}<br>→ {_side(after, titles)}" for before, after in sides]


def _short(sides: list[tuple[int, ...]], titles: NDArray[np.object_]) -> list[str]:
    return [
        " + ".join(label(str(titles[item]), max(8, _SIDE_LABEL // len(side))) for item in side)
        for side in sides
    ]


def _side(items: tuple[int, ...], titles: NDArray[np.object_]) -> str:
    return " + ".join(label(str(titles[item]), _LONG_LABEL) for item in items)
