"""Curves of a finished run, as Plotly figures that print."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from seqrec.figures.style import OKABE_ITO, styled
from seqrec.training.run import StepMetrics
from seqrec.translation.texts import tr

_N_BASELINES = 3
MAX_POINTS = 2_000
_SYMBOLS = ("circle", "square", "diamond", "cross")
_LEVEL = OKABE_ITO[5]


def draw_loss_curve(metrics: Sequence[StepMetrics]) -> go.Figure:
    """Training and validation loss by step."""
    training = [(line.step, line.loss) for line in metrics if line.loss is not None]
    kept = training[:: len(training) // MAX_POINTS + 1]
    if training and kept[-1] != training[-1]:
        kept.append(training[-1])
    validation = [
        (line.step, line.validation_loss) for line in metrics if line.validation_loss is not None
    ]
    figure = go.Figure(
        [
            _line(tr("Training"), kept, OKABE_ITO[0], "lines"),
            _line(tr("Validation"), validation, OKABE_ITO[5], "lines+markers"),
        ]
    )
    return styled(figure, tr("Step"), tr("Loss (nats per target)"))


def draw_quality_curve(metrics: Sequence[StepMetrics], baselines: Mapping[str, float]) -> go.Figure:
    """Validation NDCG@10 by step; the best baselines as dashed level lines."""
    points = [(line.step, line.ndcg) for line in metrics if line.ndcg is not None]
    last = max((line.step for line in metrics), default=1)
    figure = go.Figure([_line("Transformer", points, OKABE_ITO[0], "lines+markers")])
    best = sorted(baselines.items(), key=lambda level: -level[1])[:_N_BASELINES]
    for (name, value), colour in zip(best, OKABE_ITO[1:], strict=False):
        level = _line(tr(name), [(0, value), (last, value)], colour, "lines")
        figure.add_trace(level.update(line_dash="dash"))
    return styled(figure, tr("Step"), tr("NDCG@10 (validation users)"))


def draw_run_curves(
    runs: Mapping[str, Sequence[StepMetrics]], baseline: tuple[str, float] | None
) -> go.Figure:
    """Validation NDCG@10 of several runs by minutes of training; a baseline as a level line.

    Args:
        runs: metrics by the name of the run.
        baseline: name and NDCG@10 of the best one.
    """
    figure = go.Figure()
    last = 0.0
    for place, (name, metrics) in enumerate(runs.items()):
        points = [(line.elapsed_s / 60.0, line.ndcg) for line in metrics if line.ndcg is not None]
        last = max([last, *(minutes for minutes, _ in points)])
        curve = _line(name, points, OKABE_ITO[place % len(OKABE_ITO)], "lines+markers")
        # Never by colour alone.
        figure.add_trace(
            curve.update(marker={"symbol": _SYMBOLS[place % len(_SYMBOLS)], "size": 8})
        )
    if baseline is not None:
        name, value = baseline
        level = _line(tr(name), [(0.0, value), (last, value)], _LEVEL, "lines")
        figure.add_trace(level.update(line_dash="dash"))
    return styled(figure, tr("Minutes of training"), tr("NDCG@10 (validation users)"))


def _line(
    name: str, points: Sequence[tuple[float, float | None]], colour: str, mode: str
) -> go.Scatter:
    steps, values = [step for step, _ in points], [value for _, value in points]
    return go.Scatter(name=name, x=steps, y=values, mode=mode, line_color=colour)
