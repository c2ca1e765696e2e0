"""Live charts of a run as ECharts options; cheap enough to redraw every second."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import isfinite
from typing import Any

from seqrec.figures.style import OKABE_ITO
from seqrec.training.run import StepMetrics
from seqrec.translation.texts import tr

_BAND_FROM, _N_STRETCHES, _MOST_POINTS = 120, 60, 200
_BASELINE_COLOURS = (OKABE_ITO[1], OKABE_ITO[3], OKABE_ITO[2])


def draw_losses(metrics: Sequence[StepMetrics]) -> dict[str, Any]:
    """Training loss as a line with its band, validation loss as points on a line, by step."""
    training = [(line.step, line.loss) for line in metrics if line.loss is not None]
    validation = [
        [line.step, line.validation_loss] for line in metrics if line.validation_loss is not None
    ]
    band = find_band(training)
    learned, held_out = tr("Training"), tr("Validation")
    series = [
        _line(learned, [[step, mean] for step, _, mean, _ in band], OKABE_ITO[0], symbols=False),
        _line(held_out, validation, OKABE_ITO[5], symbols=True),
    ]
    if len(band) < len(training):
        series += _draw_band(band)
    chart = _chart(series, tr("Loss (nats per target)"))
    return {**chart, "legend": {"top": 0, "data": [learned, held_out]}}


def find_band(points: Sequence[tuple[int, float]]) -> list[tuple[int, float, float, float]]:
    """Step, lowest, mean and highest value of stretches of a curve; its ends are kept as they are.

    A curve of few points has none: lowest, mean and highest are its values.
    """
    if len(points) <= _BAND_FROM:
        return [(step, value, value, value) for step, value in points]
    inner = points[1:-1]
    cuts = [len(inner) * place // _N_STRETCHES for place in range(_N_STRETCHES + 1)]
    stretches = [inner[low:high] for low, high in pairwise(cuts)]
    return [find_band(points[:1])[0], *map(_sum_up, stretches), find_band(points[-1:])[0]]


def draw_inside(metrics: Sequence[StepMetrics], name: str, title: str) -> dict[str, Any]:
    """One measure of the training steps by step: a field of `StepMetrics` and its title."""
    points = [
        [line.step, getattr(line, name)] for line in metrics if getattr(line, name) is not None
    ]
    stretch = max(1, len(points) // _MOST_POINTS)
    kept = points[::stretch] + (points[-1:] if (len(points) - 1) % stretch else [])
    chart = _chart([_line(title, kept, OKABE_ITO[0], symbols=False)], title)
    return {**chart, "legend": {"show": False}, "grid": {**chart["grid"], "top": 32}}


def draw_quality(metrics: Sequence[StepMetrics], baselines: Mapping[str, float]) -> dict[str, Any]:
    """Validation NDCG@10 of the transformer by step; the best baselines as level lines."""
    points = [[line.step, line.ndcg] for line in metrics if line.ndcg is not None]
    last = max((line.step for line in metrics), default=1)
    series = [_line("Transformer", points, OKABE_ITO[0], symbols=True)]
    best = sorted(baselines.items(), key=lambda level: -level[1])
    for (name, value), colour in zip(best, _BASELINE_COLOURS, strict=False):
        level = _line(tr(name), [[0, value], [last, value]], colour, symbols=False)
        series.append({**level, "lineStyle": {"type": "dashed", "color": colour}})
    return _chart(series, tr("NDCG@10 (validation users)"))


def _sum_up(stretch: Sequence[tuple[int, float]]) -> tuple[int, float, float, float]:
    values = [value for _, value in stretch]
    return (stretch[-1][0], min(values), sum(values) / len(values), max(values))


def _draw_band(band: Sequence[tuple[int, float, float, float]]) -> list[dict[str, Any]]:
    """An unseen line along the lowest values, and what lies between it and the highest."""
    hidden = {"showSymbol": False, "lineStyle": {"opacity": 0}, "stack": "band", "silent": True}
    lowest = [[step, low] for step, low, _, _ in band]
    ranges = [[step, high - low] for step, low, _, high in band]
    fill = {"areaStyle": {"color": OKABE_ITO[0], "opacity": 0.2}}
    return [
        {**_line(tr("Lowest"), lowest, OKABE_ITO[0], symbols=False), **hidden},
        {**_line(tr("Range"), ranges, OKABE_ITO[0], symbols=False), **hidden, **fill},
    ]


def _line(name: str, points: list[Any], colour: str, *, symbols: bool) -> dict[str, Any]:
    """A line by step; where a value is no number (a run that diverges has such), it has a gap."""
    return {
        "type": "line",
        "name": name,
        "data": [[step, value if isfinite(value) else None] for step, value in points],
        "showSymbol": symbols,
        "symbolSize": 7,
        "itemStyle": {"color": colour},
        "lineStyle": {"color": colour, "width": 2},
        "animation": False,
    }


def _chart(series: list[dict[str, Any]], y_name: str) -> dict[str, Any]:
    return {
        "animation": False,
        "tooltip": {"trigger": "axis", "valueFormatter": "%.4f"},
        "legend": {"top": 0},
        "grid": {"left": 8, "right": 16, "top": 56, "bottom": 28, "containLabel": True},
        "xAxis": {"type": "value", "name": tr("Step"), "nameLocation": "middle", "nameGap": 26},
        "yAxis": {
            "type": "value",
            "scale": True,
            "name": y_name,
            "nameTextStyle": {"align": "left"},
        },
        "series": series,
    }
