"""Figure of the Patterns page."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from seqrec.figures.style import OKABE_ITO, label, styled
from seqrec.mining.measures import support
from seqrec.mining.tables import PatternTable

_ROW_PX = 38
_AXIS_PX = 70
_LABEL_LENGTH = 52
_LEAST_LENGTH = 9


def draw_patterns(
    patterns: PatternTable, titles: NDArray[np.object_], n_bars: int = 15
) -> go.Figure:
    """Horizontal bars of the first patterns of a table, the first on top, named above each bar.

    Raises:
        ValueError: the table is empty.
    """
    lists = list(patterns.items.take(np.arange(min(n_bars, len(patterns.items)))))
    counts = patterns.counts[: len(lists)]
    shares = support(counts, patterns.n_histories)
    top = float(shares.max())
    bars = go.Bar(
        x=shares,
        y=np.arange(len(lists)),
        width=0.42,
        orientation="h",
        marker_color=OKABE_ITO[0],
        text=[f"{count:,}" for count in counts],
        textposition="outside",
        textfont_size=12,
        hovertext=["<br>→ ".join(label(str(titles[i]), 80) for i in items) for items in lists],
        hovertemplate="%{hovertext}<br>%{x:.1%} of users (n = %{text})<extra></extra>",
    )
    title = f"Support (share of {patterns.n_histories:,} users; number: users)"
    figure = styled(go.Figure(bars), title, "", _AXIS_PX + _ROW_PX * len(lists))
    for row, items in enumerate(lists):
        # Names beside the bars would leave no room for them on a telephone.
        figure.add_annotation(
            x=0,
            y=row - 0.22,
            text=_short(items, titles),
            xref="paper",
            showarrow=False,
            xanchor="left",
            yanchor="bottom",
            align="left",
        )
    figure.update_xaxes(tickformat=".1~%", range=[0, top * 1.12], nticks=6, tickangle=0)
    return figure.update_yaxes(range=[len(lists) - 0.6, -0.8], visible=False)


def _short(items: tuple[int, ...], titles: NDArray[np.object_]) -> str:
    # Every item gets its share of the label, so that the last one is not cut off whole.
    each = max(_LEAST_LENGTH, _LABEL_LENGTH // len(items) - 3)
    return " → ".join(label(str(titles[item]), each) for item in items)
