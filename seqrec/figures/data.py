"""Figures of the Data page: lengths, long tail, events over time."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from seqrec.figures.style import styled, write_dates
from seqrec.log.profiling.calendar import Calendar
from seqrec.log.profiling.distribution import Distribution
from seqrec.log.profiling.profile import LogProfile
from seqrec.translation.texts import mark, tr

_N_BINS = 30
_N_POINTS = 200
_MAX_DAY_BARS = 180
_BAR_TITLES = {
    "day": (mark("Start of the day ({zone})"), mark("Events a day")),
    "week": (mark("Start of the week ({zone})"), mark("Events a week")),
    "month": (mark("Start of the month ({zone})"), mark("Events a month")),
}


def draw_events_per_day(profile: LogProfile) -> go.Figure:
    """Bars of the number of events a day; weeks or months where there are more than 180 of them.

    Empty where the log has no clock.
    """
    calendar = profile.calendar
    if calendar is None:
        return styled(go.Figure(), tr("Day"), tr("Events a day"))
    unit, starts, counts = _count_bars(calendar)
    bars = go.Bar(x=starts, y=counts, name=tr("events"))
    along, up = _BAR_TITLES[unit]
    figure = styled(go.Figure(bars), tr(along, zone=calendar.zone), tr(up))
    return write_dates(figure)


def draw_history_lengths(profile: LogProfile) -> go.Figure:
    """Histogram of the number of events a user, on a logarithmic length axis."""
    up = tr("Users (of {n:,})", n=profile.lengths.n_numbers)
    return _draw_lengths(profile.lengths, tr("Events of a user"), up, tr("users"))


def draw_session_lengths(profile: LogProfile) -> go.Figure:
    """Histogram of the number of events a session, on a logarithmic length axis."""
    up = tr("Sessions (of {n:,})", n=profile.session_lengths.n_numbers)
    return _draw_lengths(profile.session_lengths, tr("Events of a session"), up, tr("sessions"))


def draw_long_tail(profile: LogProfile) -> go.Figure:
    """Curve: which share of events the most frequent share of items takes."""
    n_items = profile.n_items
    ranks = np.unique(np.linspace(1, n_items, min(n_items, _N_POINTS)).astype(np.int64))
    shares = profile.item_counts.top_shares(ranks)
    line = go.Scatter(x=ranks / n_items, y=shares, mode="lines", fill="tozeroy")
    figure = styled(
        go.Figure(line),
        tr("Most frequent items (share of {n:,})", n=n_items),
        tr("Share of {n:,} events", n=profile.n_events),
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


def _draw_lengths(lengths: Distribution, x_title: str, y_title: str, of_what: str) -> go.Figure:
    top = np.log10(max(lengths.largest, 2) + 0.5)
    edges = np.unique(np.floor(np.logspace(0, top, _N_BINS + 1)).astype(np.int64))
    bins = np.append(edges, edges[-1] + 1)
    counts, _ = np.histogram(lengths.values, bins=bins, weights=lengths.counts)
    ends = np.append(edges[1:] - 1, edges[-1])
    names = [
        f"{low:,}" if low >= high else f"{low:,}-{high:,}"
        for low, high in zip(edges, ends, strict=True)
    ]
    figure = styled(go.Figure(go.Bar(x=names, y=counts, name=of_what)), x_title, y_title)
    return figure.update_xaxes(type="category")
