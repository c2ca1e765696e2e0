"""Figures of how a log behaves in time: week, cohorts, gaps between events, drift."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from seqrec.figures.style import OKABE_ITO, VIRIDIS, label, styled
from seqrec.log.profiling.calendar import Calendar
from seqrec.log.profiling.cohorts import Cohorts
from seqrec.log.profiling.drift import Drift
from seqrec.log.profiling.gaps import GapHistogram

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SCALE = [[place / (len(VIRIDIS) - 1), colour] for place, colour in enumerate(VIRIDIS)]
_N_TYPES = 30
_SIZABLE = 20
_TICKS_S = {
    "1 s": 1,
    "10 s": 10,
    "1 min": 60,
    "10 min": 600,
    "1 h": 3600,
    "6 h": 21_600,
    "1 d": 86_400,
    "1 wk": 604_800,
    "30 d": 2_592_000,
    "1 y": 31_536_000,
    "10 y": 315_360_000,
}


def draw_week(calendar: Calendar) -> go.Figure:
    """Heatmap of the number of events by weekday and hour in the log's zone."""
    cells = go.Heatmap(
        z=calendar.hours[::-1],
        x=list(range(24)),
        y=WEEKDAYS[::-1],
        colorscale=_SCALE,
        colorbar={"title": "Events"},
        hovertemplate="%{y}, %{x}:00 to %{x}:59<br>%{z:,} events<extra></extra>",
    )
    return styled(go.Figure(cells), f"Hour of the day ({calendar.zone})", "Day of the week")


def draw_cohorts(cohorts: Cohorts) -> go.Figure:
    """Heatmap of the share of a cohort's users that act again, by periods since their first event.

    Periods beyond the end of the log are empty; cohorts without users are left out. The period of
    the first event itself, in which all users act, is shown only where there is no other. Colours
    end at the largest share of a cohort of some size.
    """
    sizes = cohorts.active[:, 0]
    n_periods = len(sizes)
    first = min(1, n_periods - 1)
    ahead = np.add.outer(np.arange(n_periods), np.arange(n_periods))
    shares = np.where(ahead < n_periods, cohorts.active / np.maximum(sizes, 1)[:, None], np.nan)
    rows = np.flatnonzero(sizes)[::-1]
    sizable = shares[sizes >= _SIZABLE, first:]
    period = str(cohorts.period)
    cells = go.Heatmap(
        z=shares[rows, first:],
        x=list(range(first, n_periods)),
        y=[f"{cohorts.names[row]} (n = {sizes[row]:,})" for row in rows],
        zmin=0,
        zmax=np.nan_to_num(sizable).max(initial=0) or 1,
        colorscale=_SCALE,
        colorbar={"title": "Users", "tickformat": ".0%"},
        hovertemplate="%{y}<br>%{x} later: %{z:.1%} of them act<extra></extra>",
    )
    figure = styled(
        go.Figure(cells),
        f"{period.capitalize()}s since a user's first event",
        f"{period.capitalize()} of the first event",
        height_px=max(320, 22 * len(rows) + 80),
    )
    figure.update_xaxes(dtick=1 if n_periods <= 24 else None)  # noqa: PLR2004
    return figure.update_yaxes(type="category")


def draw_gaps(gaps: GapHistogram, chosen_s: float | None = None) -> go.Figure:
    """Histogram of the time between a user's events on a logarithmic axis.

    Args:
        gaps: the histogram; gaps of less than a second stand in the title of the axis only.
        chosen_s: the gap that ends a session, drawn as a line.
    """
    edges = np.array(gaps.edges_s)
    counts = np.array(gaps.counts)
    steps = go.Scatter(
        x=np.sqrt(edges[1:] * edges[:-1]),
        y=counts,
        mode="lines",
        line={"shape": "hvh"},
        fill="tozeroy",
        name="pauses",
        hovertemplate="about %{x:,.0f} s: %{y:,}<extra></extra>",
    )
    figure = go.Figure(steps)
    if chosen_s is not None:
        longer = int(counts[edges[:-1] >= chosen_s].sum())
        line = go.Scatter(
            x=[chosen_s, chosen_s],
            y=[0, max(int(counts.max(initial=0)), 1)],
            mode="lines",
            line={"color": OKABE_ITO[5], "width": 3, "dash": "dash"},
            name=f"chosen gap: at least {longer:,} of {gaps.n_gaps:,} pauses are longer",
        )
        figure.add_trace(line)
    title = f"Time to the user's next event ({gaps.n_zero:,} of less than 1 s not shown)"
    styled(figure, title, f"Pauses (of {gaps.n_gaps:,})")
    ticks = {"tickvals": list(_TICKS_S.values()), "ticktext": list(_TICKS_S)}
    figure.update_yaxes(rangemode="tozero")
    return figure.update_xaxes(type="log", **ticks)


def draw_drift(drift: Drift) -> go.Figure:
    """Bars of how the last tenth of the events differs from the first, each from 0 to 1."""
    measures = {
        f"Items not in the first tenth (share of {drift.n_last_items:,})": (
            drift.n_unseen_items / drift.n_last_items
        ),
        f"Events on them (share of {drift.n_last:,})": drift.n_unseen_events / drift.n_last,
        "Distance of the item shares (Jensen-Shannon)": drift.item_distance,
        "The same distance by chance": drift.chance_distance,
        "Distance of the event types (Jensen-Shannon)": drift.event_distance,
    }
    bars = go.Bar(
        x=list(measures.values())[::-1], y=list(measures)[::-1], orientation="h", name="drift"
    )
    figure = styled(go.Figure(bars), "From 0 (the same) to 1 (nothing in common)", "")
    return figure.update_xaxes(range=[0, 1])


def draw_event_types(drift: Drift, event_types: Sequence[str]) -> go.Figure:
    """Bars of the share of each event type in the first and the last tenth of the events.

    The first 30 types, which are the most frequent ones.
    """
    names = [label(name or "(none)") for name in event_types[:_N_TYPES]]
    figure = go.Figure()
    parts = {"first tenth": drift.n_first, "last tenth": drift.n_last}
    for place, (name, n_events) in enumerate(parts.items()):
        shares = [pair[place] for pair in drift.event_shares[:_N_TYPES]]
        figure.add_trace(go.Bar(x=names, y=shares, name=f"{name} (of {n_events:,} events)"))
    figure.update_layout(barmode="group")
    styled(figure, "Event type", "Share of the events of the tenth")
    return figure.update_yaxes(tickformat=".0%", range=[0, 1])
