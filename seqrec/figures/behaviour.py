"""Figures of how a log behaves in time: week, cohorts, gaps between events, drift."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from seqrec.figures.style import OKABE_ITO, VIRIDIS, label, styled
from seqrec.log.profiling.calendar import Calendar
from seqrec.log.profiling.cohorts import Cohorts, Period
from seqrec.log.profiling.drift import Drift
from seqrec.log.profiling.gaps import GapHistogram
from seqrec.translation.texts import mark, tr

WEEKDAYS = (
    *(mark("Monday"), mark("Tuesday"), mark("Wednesday"), mark("Thursday"), mark("Friday")),
    *(mark("Saturday"), mark("Sunday")),
)
_COHORT_TITLES = {
    Period.WEEK: (mark("Weeks since a user's first event"), mark("Week of the first event")),
    Period.MONTH: (mark("Months since a user's first event"), mark("Month of the first event")),
    Period.QUARTER: (
        mark("Quarters since a user's first event"),
        mark("Quarter of the first event"),
    ),
    Period.YEAR: (mark("Years since a user's first event"), mark("Year of the first event")),
}
_SCALE = [[place / (len(VIRIDIS) - 1), colour] for place, colour in enumerate(VIRIDIS)]
_N_TYPES = 30
_SIZABLE = 20
_TICKS_S = {
    mark("1 s"): 1,
    mark("10 s"): 10,
    mark("1 min"): 60,
    mark("10 min"): 600,
    mark("1 h"): 3600,
    mark("6 h"): 21_600,
    mark("1 d"): 86_400,
    mark("1 wk"): 604_800,
    mark("30 d"): 2_592_000,
    mark("1 y"): 31_536_000,
    mark("10 y"): 315_360_000,
}


def draw_week(calendar: Calendar) -> go.Figure:
    """Heatmap of the number of events by weekday and hour in the log's zone."""
    cells = go.Heatmap(
        z=calendar.hours[::-1],
        x=list(range(24)),
        y=[tr(day) for day in WEEKDAYS[::-1]],
        colorscale=_SCALE,
        colorbar={"title": tr("Events")},
        hovertemplate=tr("%{y}, %{x}:00 to %{x}:59<br>%{z:,} events") + "<extra></extra>",
    )
    hours = tr("Hour of the day ({zone})", zone=calendar.zone)
    return styled(go.Figure(cells), hours, tr("Day of the week"))


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
    cells = go.Heatmap(
        z=shares[rows, first:],
        x=list(range(first, n_periods)),
        y=[tr("{name} (n = {n:,})", name=cohorts.names[row], n=sizes[row]) for row in rows],
        zmin=0,
        zmax=np.nan_to_num(sizable).max(initial=0) or 1,
        colorscale=_SCALE,
        colorbar={"title": tr("Users"), "tickformat": ".0%"},
        hovertemplate=tr("%{y}<br>%{x} later: %{z:.1%} of them act") + "<extra></extra>",
    )
    along, up = _COHORT_TITLES[cohorts.period]
    figure = styled(
        go.Figure(cells),
        tr(along),
        tr(up),
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
        name=tr("pauses"),
        hovertemplate=tr("about %{x:,.0f} s: %{y:,}") + "<extra></extra>",
    )
    figure = go.Figure(steps)
    if chosen_s is not None:
        longer = int(counts[edges[:-1] >= chosen_s].sum())
        line = go.Scatter(
            x=[chosen_s, chosen_s],
            y=[0, max(int(counts.max(initial=0)), 1)],
            mode="lines",
            line={"color": OKABE_ITO[5], "width": 3, "dash": "dash"},
            name=tr(
                "chosen gap: at least {n:,} of {total:,} pauses are longer",
                n=longer,
                total=gaps.n_gaps,
            ),
        )
        figure.add_trace(line)
    title = tr("Time to the user's next event ({n:,} of less than 1 s not shown)", n=gaps.n_zero)
    styled(figure, title, tr("Pauses (of {n:,})", n=gaps.n_gaps))
    ticks = {"tickvals": list(_TICKS_S.values()), "ticktext": [tr(said) for said in _TICKS_S]}
    figure.update_yaxes(rangemode="tozero")
    return figure.update_xaxes(type="log", **ticks)


def draw_drift(drift: Drift) -> go.Figure:
    """Bars of how the last tenth of the events differs from the first, each from 0 to 1."""
    measures = {
        tr("Items not in the first tenth (share of {n:,})", n=drift.n_last_items): (
            drift.n_unseen_items / drift.n_last_items
        ),
        tr("Events on them (share of {n:,})", n=drift.n_last): drift.n_unseen_events / drift.n_last,
        tr("Distance of the item shares (Jensen-Shannon)"): drift.item_distance,
        tr("The same distance by chance"): drift.chance_distance,
        tr("Distance of the event types (Jensen-Shannon)"): drift.event_distance,
    }
    bars = go.Bar(
        x=list(measures.values())[::-1], y=list(measures)[::-1], orientation="h", name=tr("drift")
    )
    figure = styled(go.Figure(bars), tr("From 0 (the same) to 1 (nothing in common)"), "")
    return figure.update_xaxes(range=[0, 1])


def draw_event_types(drift: Drift, event_types: Sequence[str]) -> go.Figure:
    """Bars of the share of each event type in the first and the last tenth of the events.

    The first 30 types, which are the most frequent ones.
    """
    names = [label(name or tr("(none)")) for name in event_types[:_N_TYPES]]
    figure = go.Figure()
    parts = (
        tr("first tenth (of {n:,} events)", n=drift.n_first),
        tr("last tenth (of {n:,} events)", n=drift.n_last),
    )
    for place, name in enumerate(parts):
        shares = [pair[place] for pair in drift.event_shares[:_N_TYPES]]
        figure.add_trace(go.Bar(x=names, y=shares, name=name))
    figure.update_layout(barmode="group")
    styled(figure, tr("Event type"), tr("Share of the events of the tenth"))
    return figure.update_yaxes(tickformat=".0%", range=[0, 1])
