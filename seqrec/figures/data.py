"""Figures of the Data page: lengths, long tail, events over time."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from seqrec.figures.style import styled
from seqrec.log.profiling.calendar import Calendar
from seqrec.log.profiling.distribution import Distribution
from seqrec.log.profiling.profile import LogProfile

_N_BINS = 30
_N_POINTS = 200
_MAX_DAY_BARS = 180


def draw_events_per_day(profile: LogProfile) -> go.Figure:
    """Bars of the number of events a day; weeks or months where there are more than 180 of them.

    Empty where the log has no clock.
    """
    calendar = profile.calendar
    if calendar is None:
        return styled(go.Figure(), "Day", "Events a day")
    unit, starts, counts = _count_bars(calendar)
    bars = go.Bar(x=starts, y=counts, name="events")
    return styled(go.Figure(bars), f"Start of the {unit} ({calendar.zone})", f"Events a {unit}")


def draw_history_lengths(profile: LogProfile) -> go.Figure:
    """Histogram of the number of events a user, on a logarithmic length axis."""
    return _draw_lengths(profile.lengths, "Events of a user", "Users")


def draw_session_lengths(profile: LogProfile) -> go.Figure:
    """Histogram of the number of events a session, on a logarithmic length axis."""
    return _draw_lengths(profile.session_lengths, "Events of a session", "Sessions")


def draw_long_tail(profile: LogProfile) -> go.Figure:
    """Curve: which share of events the most frequent share of items takes."""
    n_items = profile.n_items
    ranks = np.unique(np.linspace(1, n_items, min(n_items, _N_POINTS)).astype(np.int64))
    shares = profile.item_counts.top_shares(ranks)
    line = go.Scatter(x=ranks / n_items, y=shares, mode="lines", fill="tozeroy")
    figure = styled(
        go.Figure(line),
        f"Most frequent items (share of {n_items:,})",
        f"Share of {profile.n_events:,} events",
    )
    figure.update_xaxes(tickformat=".0%", range=[0, 1])
    return figure.update_yaxes(tickformat=".0%", range=[0, 1.02])


def _count_bars(
    calendar: Calendar,
) -> tuple[str, NDArray[np.datetime64], NDArray[np.int64]]:
    """Unit of the bars, their starts, and the events of each."""
    counts = calendar.events_per_day
    days = np.datetime64(calendar.first_day, "D") + np.arange(len(counts))
    if len(counts) <= _MAX_DAY_BARS:
        return "day", days, counts
    if len(counts) <= 7 * _MAX_DAY_BARS:
        places = np.arange(0, len(counts), 7)
        return "week", days[places], np.add.reduceat(counts, places)
    months = days.astype("datetime64[M]")
    starts, places = np.unique(months, return_index=True)
    return "month", starts.astype("datetime64[D]"), np.add.reduceat(counts, places)


def _draw_lengths(lengths: Distribution, x_title: str, of_what: str) -> go.Figure:
    top = np.log10(max(lengths.largest, 2) + 0.5)
    edges = np.unique(np.floor(np.logspace(0, top, _N_BINS + 1)).astype(np.int64))
    bins = np.append(edges, edges[-1] + 1)
    counts, _ = np.histogram(lengths.values, bins=bins, weights=lengths.counts)
    ends = np.append(edges[1:] - 1, edges[-1])
    names = [
        f"{low:,}" if low >= high else f"{low:,}-{high:,}"
        for low, high in zip(edges, ends, strict=True)
    ]
    bars = go.Bar(x=names, y=counts, name=of_what.lower())
    figure = styled(go.Figure(bars), x_title, f"{of_what} (of {lengths.n_numbers:,})")
    return figure.update_xaxes(type="category")
