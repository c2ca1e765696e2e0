"""Seconds against events as an SVG, both axes logarithmic; plain text, so that it needs nothing."""

from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

_WIDTH, _HEIGHT = 460, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 40, 40, 52
_COLOURS = ("#0b6e4f", "#2f9e78", "#b3471d", "#8a5a00", "#5a4fa3")
_INK, _LINE, _PAPER = "#1c1c1c", "#d9d9d9", "#ffffff"
_LEGEND_PX = 18
_MARK = 4


@dataclass(frozen=True)
class Series:
    """A line: (events, seconds), whether it is ours, and whether its last point came to its end."""

    name: str
    points: tuple[tuple[int, float], ...]
    ours: bool
    ended: bool = True


@dataclass(frozen=True)
class _Axes:
    """Powers of ten at the edges of all charts: of events, of seconds."""

    events: tuple[int, int]
    seconds: tuple[int, int]

    def place(self, n_events: float, seconds: float) -> tuple[float, float]:
        """Pixels from the left and from the top of a chart."""
        across = (log10(n_events) - self.events[0]) / (self.events[1] - self.events[0])
        up = (log10(seconds) - self.seconds[0]) / (self.seconds[1] - self.seconds[0])
        return (
            _LEFT + across * (_WIDTH - _LEFT - _RIGHT),
            _TOP + (1 - up) * (_HEIGHT - _TOP - _BOTTOM),
        )


def draw(charts: dict[str, list[Series]]) -> str:
    """One chart a title, side by side, on the same axes, each with a legend below."""
    points = [point for chart in charts.values() for series in chart for point in series.points]
    axes = _Axes(_decades([n for n, _ in points]), _decades([seconds for _, seconds in points]))
    width = _WIDTH * len(charts)
    height = _HEIGHT + _LEGEND_PX * (max(map(len, charts.values())) + 1)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            'font-family="sans-serif" font-size="12" role="img">'
        ),
        "<title>Seconds of mining against events, both logarithmic</title>",
        f'<rect width="100%" height="100%" fill="{_PAPER}"/>',
    ]
    for number, (title, chart) in enumerate(charts.items()):
        parts.append(f'<g transform="translate({number * _WIDTH} 0)">')
        parts += [_text((_LEFT, _TOP - 16), title, "start"), *_frame(axes)]
        for row, series in enumerate(chart):
            parts += _series(series, axes, row)
        parts.append("</g>")
    return "\n".join([*parts, "</svg>", ""])


def _decades(values: list[int] | list[float]) -> tuple[int, int]:
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    return low, max(high, low + 1)


def _text(at: tuple[float, float], text: str, anchor: str = "middle") -> str:
    x, y = at
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{_INK}">{escape(text)}</text>'
    )


def _line(start: tuple[float, float], end: tuple[float, float], colour: str = _LINE) -> str:
    (x1, y1), (x2, y2) = start, end
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _frame(axes: _Axes) -> list[str]:
    """Grid lines at the powers of ten, their numbers, and what the axes are."""
    low_s, high_s = axes.seconds
    parts = []
    for power in range(axes.events[0], axes.events[1] + 1):
        foot, head = axes.place(10.0**power, 10.0**low_s), axes.place(10.0**power, 10.0**high_s)
        parts += [_line(foot, head), _text((foot[0], foot[1] + 18), f"{10**power:,}")]
    for power in range(low_s, high_s + 1):
        left = axes.place(10.0 ** axes.events[0], 10.0**power)
        right = axes.place(10.0 ** axes.events[1], 10.0**power)
        parts += [
            _line(left, right),
            _text((left[0] - 8, left[1] + 4), f"{10.0**power:g} s", "end"),
        ]
    return [*parts, _text(((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 12), "events")]


def _series(series: Series, axes: _Axes, row: int) -> list[str]:
    """A line with its marks, the last one open where it ran into a limit, and its legend."""
    colour = _COLOURS[row % len(_COLOURS)]
    dashes = "" if series.ours else ' stroke-dasharray="5 3"'
    places = [axes.place(*point) for point in series.points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    parts = [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>',
        *(_mark(place, colour) for place in places[:-1]),
        _mark(places[-1], colour if series.ended else _PAPER, colour),
    ]
    y = _HEIGHT + _LEGEND_PX * (row + 0.5)
    said = series.name if series.ended else f"{series.name} (open: ended at its limit)"
    key = f'<line x1="{_LEFT}" y1="{y}" x2="{_LEFT + 28}" y2="{y}" stroke="{colour}"'
    return [*parts, f'{key} stroke-width="2"{dashes}/>', _text((_LEFT + 36, y + 4), said, "start")]


def _mark(at: tuple[float, float], fill: str, edge: str | None = None) -> str:
    x, y = at
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_MARK}" fill="{fill}" stroke="{edge or fill}"/>'
