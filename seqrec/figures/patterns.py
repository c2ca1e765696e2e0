"""Figure of the Patterns page."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from seqrec.figures.style import OKABE_ITO, label, styled, write_dates, write_names
from seqrec.mining.contrast import Contrast
from seqrec.mining.evidence import LEVEL, MAYBE
from seqrec.mining.measures import support
from seqrec.mining.occurrences import Timeline
from seqrec.mining.tables import ItemsetSequenceTable, PatternTable
from seqrec.translation.texts import mark, tr

_ROW_PX = 38
_AXIS_PX = 70
_LABEL_LENGTH = 52
_LEAST_LENGTH = 9
_TIMELINE_PX = 260
_GREY = "#8A8F98"
_PERIOD_NAMES = {
    60: mark("a minute"),
    3600: mark("an hour"),
    86_400: mark("a day"),
    7 * 86_400: mark("a week"),
    28 * 86_400: mark("four weeks"),
}


def draw_patterns(
    patterns: PatternTable,
    titles: NDArray[np.object_],
    unit: str = "users",
    n_bars: int = 15,
    level: float = LEVEL,
) -> go.Figure:
    """Horizontal bars of the first patterns of a table, the first on top, named above each bar.

    A bar whose pattern chance may explain is grey and says so.

    Args:
        patterns: the table.
        titles: by item id, or by category id where categories were mined.
        unit: what is counted, plural.
        n_bars: bars at most.
        level: share of false discoveries that is accepted.

    Raises:
        ValueError: the table is empty.
    """
    lists = list(patterns.items.take(np.arange(min(n_bars, len(patterns.items)))))
    counts = patterns.counts[: len(lists)]
    maybe = _may_be_chance(patterns, len(lists), level)
    hover = ["<br>→ ".join(label(str(titles[i]), 80) for i in items) for items in lists]
    figure = _draw_bars(counts, (patterns.n_histories, unit), hover, maybe)
    write_names(figure, [short_pattern(items, titles) for items in lists])
    return figure


def draw_itemset_sequences(
    sequences: ItemsetSequenceTable, names: list[str], n_bars: int = 15
) -> go.Figure:
    """Horizontal bars of the first sequences of itemsets, the first on top.

    Args:
        sequences: the table, not empty.
        names: of the first of them, as many as bars at least.
        n_bars: bars at most.
    """
    counts = sequences.counts[:n_bars]
    shown = names[: len(counts)]
    known = np.zeros(len(counts), dtype=np.bool_)
    hover = [label(name, 200) for name in shown]
    figure = _draw_bars(counts, (sequences.n_histories, "users"), hover, known)
    write_names(figure, [label(name, _LABEL_LENGTH) for name in shown])
    return figure


def _draw_bars(
    counts: NDArray[np.int64],
    among: tuple[int, str],
    hover: list[str],
    maybe: NDArray[np.bool_],
) -> go.Figure:
    """Bars of shares without names; `among` says of how many of what."""
    n_all, unit = among
    shares = support(counts, n_all)
    top = float(shares.max())
    bars = go.Bar(
        x=shares,
        y=np.arange(len(counts)),
        width=0.42,
        orientation="h",
        marker_color=np.where(maybe, _GREY, OKABE_ITO[0]).tolist(),
        text=[
            tr("{n:,} · order may be chance", n=count) if chance else f"{count:,}"
            for count, chance in zip(counts, maybe, strict=True)
        ],
        textposition="outside",
        textfont_size=12,
        hovertext=hover,
        hovertemplate="%{hovertext}<br>"
        + tr("{share} of {units} (n = {n})", share="%{x:.1%}", units=tr(unit), n="%{text}")
        + "<extra></extra>",
    )
    title = tr("Support (share of {n:,} {units}; number: {units})", n=n_all, units=tr(unit))
    figure = styled(go.Figure(bars), title, "", _AXIS_PX + _ROW_PX * len(counts))
    figure.update_xaxes(
        tickformat=".1~%", range=[0, top * (1.45 if maybe.any() else 1.12)], nticks=6, tickangle=0
    )
    return figure.update_yaxes(range=[len(counts) - 0.6, -0.8], visible=False)


def _may_be_chance(patterns: PatternTable, n_rows: int, level: float) -> NDArray[np.bool_]:
    if patterns.chance is None:
        return np.zeros(n_rows, dtype=np.bool_)
    return np.equal(patterns.chance.take(np.arange(n_rows)).verdicts(level), MAYBE)


def draw_contrast(contrast: Contrast, names: list[str], n_rows: int = 15) -> go.Figure:
    """Differences of the shares of two groups with their intervals, the widest apart on top."""
    rows = np.argsort(-np.abs(contrast.differences), kind="stable")[:n_rows]
    difference = contrast.differences[rows]
    low, high = (bound[rows] for bound in contrast.intervals)
    differs = contrast.differs[rows]
    points = go.Scatter(
        x=difference,
        y=np.arange(len(rows)),
        mode="markers",
        marker={
            "size": 9,
            "color": np.where(differs, OKABE_ITO[0], _GREY).tolist(),
            "symbol": np.where(differs, "circle", "circle-open").tolist(),
        },
        error_x={
            "array": high - difference,
            "arrayminus": difference - low,
            "symmetric": False,
            "thickness": 1.2,
            "color": _GREY,
        },
        hovertext=[label(names[row], 100) for row in rows],
        hovertemplate="%{hovertext}<br>"
        + tr("{difference} of A against B", difference="%{x:+.1%}")
        + "<extra></extra>",
    )
    title = tr(
        "Share of A minus share of B (filled at {level:.1%} false ones)", level=contrast.level
    )
    figure = styled(go.Figure(points), title, "", _AXIS_PX + _ROW_PX * len(rows))
    left, right = float(np.min(low, initial=-0.01)), float(np.max(high, initial=0.01))
    room = 0.05 * (right - left)
    figure.add_vline(x=0, line_width=1, line_color=_GREY)
    write_names(figure, [label(names[row], _LABEL_LENGTH) for row in rows])
    figure.update_xaxes(tickformat="+.0%", range=[left - room, right + room])
    return figure.update_yaxes(range=[len(rows) - 0.6, -0.8], visible=False)


def draw_timeline(timeline: Timeline, unit: str) -> go.Figure:
    """Bars of how often a pattern was completed in each period."""
    share = timeline.counts / np.maximum(timeline.active, 1)
    bars = go.Bar(
        x=timeline.starts_s.astype("datetime64[s]"),
        y=timeline.counts,
        width=timeline.period_s * 900,  # milliseconds: nine tenths of the period
        offset=0,
        marker_color=OKABE_ITO[0],
        customdata=np.column_stack([share, timeline.active]),
        hovertemplate="%{x}<br>"
        + tr(
            "{n} times: {share} of the {active} {units} active then",
            n="%{y:,}",
            share="%{customdata[0]:.2%}",
            active="%{customdata[1]:,}",
            units=tr(unit),
        )
        + "<extra></extra>",
    )
    named = _PERIOD_NAMES.get(timeline.period_s)
    period = tr(named) if named else tr("{n} days", n=f"{timeline.period_s / 86_400:.0f}")
    y_title = tr("Completed ({units} in {period})", units=tr(unit), period=period)
    figure = styled(go.Figure(bars), tr("Time of the last item (UTC)"), y_title, _TIMELINE_PX)
    return write_dates(figure)


def short_pattern(items: tuple[int, ...], titles: NDArray[np.object_]) -> str:
    """The titles of a pattern in one inert line."""
    # Every item gets its share of the label, so that the last one is not cut off whole.
    each = max(_LEAST_LENGTH, _LABEL_LENGTH // len(items) - 3)
    return " → ".join(label(str(titles[item]), each) for item in items)
