"""Pictures of the Evaluation page."""

import pandas as pd
import plotly.graph_objects as go

from seqrec.figures.style import OKABE_ITO, label, styled
from seqrec.translation.texts import tr

_ROW_PX = 34
_AXES_PX = 90
_TRADE_PX = 420


def draw_trade(frame: pd.DataFrame, x: str, y: str) -> go.Figure:
    """A point a model: what its lists are like against how good they are.

    Args:
        frame: columns Model and those of the axes.
        x: column of what the lists are like, named with its unit.
        y: column of how good they are.
    """
    points = go.Scatter(
        x=frame[x],
        y=frame[y],
        mode="markers+text",
        text=[label(tr(str(name))) for name in frame["Model"]],
        textposition="top center",
        marker={"size": 11, "color": OKABE_ITO[0]},
        cliponaxis=False,
        hovertemplate="%{text}<br>" + f"{tr(x)} %{{x:.3f}}<br>{tr(y)} %{{y:.4f}}<extra></extra>",
    )
    figure = styled(go.Figure(points), tr(x), tr(y), _TRADE_PX)
    figure.update_layout(margin={"t": 32, "r": 48})
    return figure


def draw_differences(frame: pd.DataFrame, base: str) -> go.Figure:
    """Each model's NDCG@10 beside the base's: a point, and a bar of the 95 % interval.

    A filled point is a difference that the interval is sure of, an open one is not.

    Args:
        frame: columns Model, Ratio, Low, High and Sure, as `at_k.compare_all` gives them.
        base: the model that all are compared with.
    """
    points = go.Scatter(
        x=100 * frame["Ratio"],
        y=[label(tr(str(name))) for name in frame["Model"]],
        mode="markers",
        error_x={
            "type": "data",
            "symmetric": False,
            "array": 100 * (frame["High"] - frame["Ratio"]),
            "arrayminus": 100 * (frame["Ratio"] - frame["Low"]),
            "color": OKABE_ITO[0],
        },
        marker={
            "size": 10,
            "color": OKABE_ITO[0],
            "symbol": ["circle" if sure else "circle-open" for sure in frame["Sure"]],
        },
        hovertemplate="%{y}: %{x:+.1f} %<extra></extra>",
    )
    height_px = _AXES_PX + _ROW_PX * max(len(frame), 2)
    title = tr("NDCG@10 against {base} (%)", base=label(tr(base)))
    figure = styled(go.Figure(points), title, "", height_px)
    figure.update_yaxes(autorange="reversed")
    figure.add_vline(0, line={"color": OKABE_ITO[5], "dash": "dot"})
    return figure
