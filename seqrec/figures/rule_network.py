"""Network of the Rules page: sides of rules as nodes, rules as arrows."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from seqrec.figures.style import OKABE_ITO, label, styled
from seqrec.mining.rule_findings import take_rules
from seqrec.mining.rule_measures import RuleMeasure, measure_rules
from seqrec.mining.tables import RuleTable

MAX_ARROWS = 40
_HEIGHT_PX = 560
_LABEL_LENGTH = 22
_ROUNDS = 250
_SEED = 0
_GREY = "rgba(138, 143, 152, 0.8)"


def draw_network(rules: RuleTable, titles: NDArray[np.object_]) -> go.Figure:
    """Arrows from if to then of the first `MAX_ARROWS` rules; thicker: higher confidence."""
    shown = take_rules(rules, np.arange(min(MAX_ARROWS, len(rules.n_both))))
    before, after = list(shown.antecedents), list(shown.consequents)
    sides = list(dict.fromkeys([*before, *after]))
    place = {side: row for row, side in enumerate(sides)}
    arrows = np.array([[place[a], place[b]] for a, b in zip(before, after, strict=True)])
    points = lay_out(len(sides), arrows)
    names = [" + ".join(label(str(titles[i]), _LABEL_LENGTH) for i in side) for side in sides]
    full = [" + ".join(label(str(titles[i]), 60) for i in side) for side in sides]
    nodes = go.Scatter(
        x=points[:, 0],
        y=points[:, 1],
        mode="markers+text",
        text=names,
        textposition="bottom center",
        textfont_size=11,
        marker={"size": 12, "color": OKABE_ITO[0], "line": {"width": 0}},
        hovertext=full,
        hovertemplate="%{hovertext}<extra></extra>",
    )
    figure = styled(go.Figure([nodes, _middles(shown, points, arrows, full)]), "", "", _HEIGHT_PX)
    confidence = measure_rules(shown, RuleMeasure.CONFIDENCE)
    for (source, target), share in zip(arrows, confidence, strict=True):
        figure.add_annotation(
            x=points[target, 0],
            y=points[target, 1],
            ax=points[source, 0],
            ay=points[source, 1],
            xref="x",
            yref="y",
            axref="x",
            ayref="y",
            text="",
            showarrow=True,
            arrowhead=2,
            arrowsize=1,
            arrowwidth=1 + 3 * float(np.nan_to_num(share)),
            arrowcolor=_GREY,
            standoff=8,
            startstandoff=8,
        )
    figure.update_layout(showlegend=False)
    figure.update_xaxes(visible=False, range=[-0.12, 1.12])
    return figure.update_yaxes(visible=False, range=[-0.12, 1.08])


def lay_out(n_nodes: int, arrows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Places in the unit square, joined nodes near each other (Fruchterman & Reingold 1991).

    Args:
        n_nodes: number of nodes, from 1.
        arrows: rows of source and target; (n, 2).

    Returns:
        Shape (n_nodes, 2); the same for the same input.
    """
    places = np.random.default_rng(_SEED).random((n_nodes, 2))
    pull = np.zeros((n_nodes, n_nodes))
    pull[arrows[:, 0], arrows[:, 1]] = pull[arrows[:, 1], arrows[:, 0]] = 1
    ideal = 1 / np.sqrt(n_nodes)
    for reach in np.linspace(0.1, 0.002, _ROUNDS):
        apart = places[:, np.newaxis] - places[np.newaxis]
        distance = np.maximum(np.linalg.norm(apart, axis=2), 1e-6)
        force = ideal**2 / distance**2 - pull * distance / ideal  # per unit of `apart`
        # A weak pull to the middle keeps parts that nothing joins on the page.
        moves = (apart * force[:, :, np.newaxis]).sum(axis=1) - 0.5 * (places - 0.5)
        length = np.maximum(np.linalg.norm(moves, axis=1, keepdims=True), 1e-9)
        places = places + moves / length * np.minimum(length, reach)
    low, high = places.min(axis=0), places.max(axis=0)
    return np.where(high > low, (places - low) / np.maximum(high - low, 1e-9), 0.5)


def _middles(
    rules: RuleTable, points: NDArray[np.float64], arrows: NDArray[np.int64], full: list[str]
) -> go.Scatter:
    """Invisible points in the middle of the arrows that say what the rule says."""
    middle = points[arrows].mean(axis=1)
    confidence = measure_rules(rules, RuleMeasure.CONFIDENCE)
    lift = measure_rules(rules, RuleMeasure.LIFT)
    said = [
        f"{full[a]}<br>→ {full[b]}<br>{RuleMeasure.CONFIDENCE.say(share)}, "
        f"{RuleMeasure.LIFT.say(times)} (n = {count:,})"
        for (a, b), share, times, count in zip(arrows, confidence, lift, rules.n_both, strict=True)
    ]
    return go.Scatter(
        x=middle[:, 0],
        y=middle[:, 1],
        mode="markers",
        marker={"size": 14, "color": "rgba(0, 0, 0, 0)"},
        hovertext=said,
        hovertemplate="%{hovertext}<extra></extra>",
    )
