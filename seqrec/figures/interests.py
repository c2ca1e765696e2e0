"""Figures of interests: one user's profile, and whose first interest is what."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from seqrec.figures.patterns import short_pattern
from seqrec.figures.style import OKABE_ITO, label, styled, write_names
from seqrec.mining.interest_config import Kind
from seqrec.translation.texts import mark, tr

_ROW_PX = 38
_AXIS_PX = 70
_COLOURS = {Kind.PATTERN: OKABE_ITO[0], Kind.CATEGORY: OKABE_ITO[2]}
_SHARES = {
    Kind.PATTERN: mark("Share of the user's interest in patterns"),
    Kind.CATEGORY: mark("Share of the user's interest in categories"),
}


@dataclass(frozen=True)
class InterestBars:
    """What bars stand for, the longest first.

    Attributes:
        lists: item ids of each, or category ids.
        titles: by item id, or by category id.
        shares: length of each bar, 0 to 1; (n,).
        notes: what stands beside each bar, short.
        kind: what they are.
    """

    lists: list[tuple[int, ...]]
    titles: NDArray[np.object_]
    shares: NDArray[np.float64]
    notes: list[str]
    kind: Kind


def draw_profile(bars: InterestBars, n_bars: int = 12) -> go.Figure:
    """Bars of a user's heaviest interests of one kind.

    Raises:
        ValueError: there is none.
    """
    return _draw_bars(bars, tr(_SHARES[bars.kind]), n_bars)


def draw_firsts(bars: InterestBars, n_users: int, n_bars: int = 12) -> go.Figure:
    """Bars of how many users' heaviest interest each label is.

    Args:
        bars: the labels.
        n_users: users who show any; the denominator of the shares.
        n_bars: bars at most.

    Raises:
        ValueError: there is none.
    """
    title = tr("Share of {n:,} users who show any (number: users)", n=n_users)
    return _draw_bars(bars, title, n_bars)


def _draw_bars(bars: InterestBars, title: str, n_bars: int) -> go.Figure:
    lists, shares = bars.lists[:n_bars], bars.shares[:n_bars]
    drawn = go.Bar(
        x=shares,
        y=np.arange(len(lists)),
        width=0.42,
        orientation="h",
        marker_color=_COLOURS[bars.kind],
        text=bars.notes[:n_bars],
        textposition="outside",
        textfont_size=12,
        hovertext=["<br>→ ".join(label(str(bars.titles[i]), 80) for i in one) for one in lists],
        hovertemplate="%{hovertext}<br>%{x:.1%} (%{text})<extra></extra>",
    )
    figure = styled(go.Figure(drawn), title, "", _AXIS_PX + _ROW_PX * len(lists))
    write_names(figure, [short_pattern(one, bars.titles) for one in lists])
    top = float(shares.max())
    figure.update_xaxes(tickformat=".1~%", range=[0, top * 1.45], nticks=5, tickangle=0)
    return figure.update_yaxes(range=[len(lists) - 0.6, -0.8], visible=False)
