"""Live charts of a run as ECharts options; cheap enough to redraw every second."""

from collections.abc import Mapping, Sequence
from typing import Any

from seqrec.figures.style import OKABE_ITO
from seqrec.training.run import StepMetrics

_BASELINE_COLOURS = (OKABE_ITO[1], OKABE_ITO[3], OKABE_ITO[2])


def draw_losses(metrics: Sequence[StepMetrics]) -> dict[str, Any]:
    """Training loss as a line, validation loss as points on a line, by step."""
    training = [[line.step, line.loss] for line in metrics if line.loss is not None]
    validation = [
        [line.step, line.validation_loss] for line in metrics if line.validation_loss is not None
    ]
    series = [
        _line("Training", training, OKABE_ITO[0], symbols=False),
        _line("Validation", validation, OKABE_ITO[5], symbols=True),
    ]
    return _chart(series, "Loss (nats per target)")


def draw_quality(metrics: Sequence[StepMetrics], baselines: Mapping[str, float]) -> dict[str, Any]:
    """Validation NDCG@10 of the transformer by step; the best baselines as level lines."""
    points = [[line.step, line.ndcg] for line in metrics if line.ndcg is not None]
    last = max((line.step for line in metrics), default=1)
    series = [_line("Transformer", points, OKABE_ITO[0], symbols=True)]
    best = sorted(baselines.items(), key=lambda level: -level[1])
    for (name, value), colour in zip(best, _BASELINE_COLOURS, strict=False):
        level = _line(name, [[0, value], [last, value]], colour, symbols=False)
        series.append({**level, "lineStyle": {"type": "dashed", "color": colour}})
    return _chart(series, "NDCG@10 (validation users)")


def _line(name: str, data: list[Any], colour: str, *, symbols: bool) -> dict[str, Any]:
    return {
        "type": "line",
        "name": name,
        "data": data,
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
        "xAxis": {"type": "value", "name": "Step", "nameLocation": "middle", "nameGap": 26},
        "yAxis": {
            "type": "value",
            "scale": True,
            "name": y_name,
            "nameTextStyle": {"align": "left"},
        },
        "series": series,
    }
