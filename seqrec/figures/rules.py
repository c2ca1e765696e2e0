"""Figure of the Rules page."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from seqrec.figures.style import VIRIDIS, label, styled
from seqrec.mining import measures
from seqrec.mining.findings import take_rules
from seqrec.mining.tables import RuleTable

MAX_POINTS = 2_000
_HEIGHT_PX = 420
_TICKS = np.array([0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000])


def draw_rules(rules: RuleTable, titles: NDArray[np.object_]) -> go.Figure:
    """Scatter of support and confidence, coloured by lift; the first `MAX_POINTS` of a table."""
    shown = take_rules(rules, np.arange(min(MAX_POINTS, len(rules.n_both))))
    lift = measures.lift(shown.n_both, shown.n_antecedent, shown.n_consequent, shown.n_transactions)
    # A few rules far above the others would leave one colour for the rest: a logarithmic scale.
    points = go.Scatter(
        x=measures.support(shown.n_both, shown.n_transactions),
        y=measures.confidence(shown.n_both, shown.n_antecedent),
        mode="markers",
        marker={
            "color": np.log10(np.maximum(lift, 1e-6)),
            "colorscale": list(VIRIDIS),
            "size": 8,
            "opacity": 0.8,
            "colorbar": {
                "title": "Lift",
                "tickvals": np.log10(_TICKS),
                "ticktext": [f"{tick:g}" for tick in _TICKS],
                "thickness": 12,
            },
        },
        text=_names(shown, titles),
        customdata=np.column_stack([lift, shown.n_both]),
        hovertemplate=(
            "%{text}<br>confidence %{y:.0%}, lift %{customdata[0]:.1f}, "
            "support %{x:.2%} (n = %{customdata[1]:,})<extra></extra>"
        ),
    )
    figure = styled(
        go.Figure(points),
        f"Support (share of {rules.n_transactions:,} sessions)",
        "Confidence (share of the sessions with the if)",
        _HEIGHT_PX,
    )
    figure.update_xaxes(tickformat=".1~%")
    return figure.update_yaxes(tickformat=".0%", range=[0, 1.04])


def _names(rules: RuleTable, titles: NDArray[np.object_]) -> list[str]:
    sides = zip(rules.antecedents, rules.consequents, strict=True)
    return [f"{_side(before, titles)}<br>→ {_side(after, titles)}" for before, after in sides]


def _side(items: tuple[int, ...], titles: NDArray[np.object_]) -> str:
    return " + ".join(label(str(titles[item])) for item in items)
