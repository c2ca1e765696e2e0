"""Figures of the Data page."""

import numpy as np
import plotly.graph_objects as go

from seqrec.figures.style import styled
from seqrec.log.profile import LogProfile

_N_BINS = 30
_N_POINTS = 200


def draw_events_per_day(profile: LogProfile) -> go.Figure:
    """Bars of the number of events a day; weeks where there are more than 180 days."""
    counts, first = profile.events_per_day, np.datetime64(profile.first_day, "D")
    step = 7 if len(counts) > 180 else 1  # noqa: PLR2004
    starts = np.arange(0, len(counts), step)
    bars = go.Bar(x=first + starts, y=np.add.reduceat(counts, starts), name="events")
    unit = "week" if step > 1 else "day"
    return styled(go.Figure(bars), f"Start of the {unit} (UTC)", f"Events a {unit}")


def draw_history_lengths(profile: LogProfile) -> go.Figure:
    """Histogram of the number of events a user, on a logarithmic length axis."""
    top = np.log10(max(int(profile.lengths.max()), 2) + 0.5)
    edges = np.unique(np.floor(np.logspace(0, top, _N_BINS + 1)).astype(np.int64))
    counts, _ = np.histogram(profile.lengths, bins=np.append(edges, edges[-1] + 1))
    ends = np.append(edges[1:] - 1, edges[-1])
    names = [
        f"{low:,}" if low >= high else f"{low:,}-{high:,}"
        for low, high in zip(edges, ends, strict=True)
    ]
    bars = go.Bar(x=names, y=counts, name="users")
    figure = styled(go.Figure(bars), "Events of a user", f"Users (of {len(profile.lengths):,})")
    return figure.update_xaxes(type="category")


def draw_long_tail(profile: LogProfile) -> go.Figure:
    """Curve: which share of events the most frequent share of items takes."""
    cumulated = np.cumsum(profile.item_counts) / profile.item_counts.sum()
    n_items = len(cumulated)
    places = np.unique(np.linspace(0, n_items - 1, min(n_items, _N_POINTS)).astype(np.int64))
    line = go.Scatter(x=(places + 1) / n_items, y=cumulated[places], mode="lines", fill="tozeroy")
    figure = styled(
        go.Figure(line),
        f"Most frequent items (share of {n_items:,})",
        f"Share of {int(profile.item_counts.sum()):,} events",
    )
    figure.update_xaxes(tickformat=".0%", range=[0, 1])
    return figure.update_yaxes(tickformat=".0%", range=[0, 1.02])
