"""Pictures of the Recommend page."""

import pandas as pd
import plotly.graph_objects as go

from seqrec.figures.style import OKABE_ITO, label, styled
from seqrec.translation.texts import tr

_ROW_PX = 26
_AXES_PX = 90
_TITLE_LENGTH = 32
_TEXT_SHARE = 0.12  # of the axis, for the number beside a bar


def draw_reasons(frame: pd.DataFrame) -> go.Figure:
    """Bars of the score drop without each event, the largest effect on top.

    Args:
        frame: columns Event (number), Item and Score drop without it.
    """
    drops = frame["Score drop without it"]
    names = [
        f"#{event} {label(str(item), _TITLE_LENGTH)}"
        for event, item in zip(frame["Event"], frame["Item"], strict=True)
    ]
    bars = go.Bar(
        x=drops,
        y=names,
        orientation="h",
        text=[f"{drop:+.3g}" for drop in drops],
        textposition="outside",
        cliponaxis=False,
        # Never colour alone: the sign stands beside each bar.
        marker={"color": [OKABE_ITO[0] if drop > 0 else OKABE_ITO[5] for drop in drops]},
        hovertemplate="%{y}: %{x:.3f}<extra></extra>",
    )
    height_px = _AXES_PX + _ROW_PX * max(len(frame), 2)
    figure = styled(go.Figure(bars), tr("Score drop without the event"), "", height_px)
    figure.update_yaxes(autorange="reversed")
    low, high = min(0.0, drops.min()), max(0.0, drops.max())
    room = _TEXT_SHARE * (high - low)
    figure.update_xaxes(range=[low - room * (low < 0), high + room])
    return figure
