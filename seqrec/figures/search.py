"""A search as Plotly figures: what was tried, what mattered."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from seqrec.figures.style import OKABE_ITO, styled
from seqrec.training.search import Trial
from seqrec.translation.texts import mark, tr

_MOST_TICKS = 20
_LOOKS = {
    "finished": (mark("Finished"), OKABE_ITO[0], "circle"),
    "pruned": (mark("Given up early"), OKABE_ITO[4], "x"),
    "stopped": (mark("Out of time"), OKABE_ITO[3], "square"),
}


def draw_trials(trials: Sequence[Trial], baseline: tuple[str, float] | None) -> go.Figure:
    """Validation NDCG@10 of every trial, the best so far, and the best baseline as a level."""
    figure = go.Figure()
    for status, (name, colour, symbol) in _LOOKS.items():
        those = [trial for trial in trials if trial.status == status and trial.ndcg is not None]
        figure.add_trace(
            go.Scatter(
                name=tr(name),
                x=[trial.number + 1 for trial in those],
                y=[trial.ndcg for trial in those],
                mode="markers",
                marker={"color": colour, "symbol": symbol, "size": 9},
            )
        )
    steps, best = find_best_so_far(trials)
    line = {"color": OKABE_ITO[2], "shape": "hv"}
    figure.add_trace(go.Scatter(name=tr("Best so far"), x=steps, y=best, mode="lines", line=line))
    if baseline is not None and trials:
        name, value = baseline
        ends = [0.5, max(trial.number for trial in trials) + 1.5]
        dash = {"color": OKABE_ITO[5], "dash": "dash"}
        figure.add_trace(go.Scatter(name=tr(name), x=ends, y=[value] * 2, mode="lines", line=dash))
    figure.update_xaxes(tickformat="d", nticks=min(len(trials) + 1, _MOST_TICKS))
    return styled(figure, tr("Trial"), tr("NDCG@10 (validation users)"))


def find_best_so_far(trials: Sequence[Trial]) -> tuple[list[int], list[float]]:
    """Numbers (from 1) and the highest NDCG@10 of the finished trials up to each."""
    steps: list[int] = []
    best: list[float] = []
    for trial in trials:
        if trial.status == "finished" and trial.ndcg is not None:
            steps.append(trial.number + 1)
            best.append(max([trial.ndcg, *best[-1:]]))
    return steps, best


def draw_importance(importance: Mapping[str, float], labels: Mapping[str, str]) -> go.Figure:
    """How much each choice decides whether a trial is good, the most telling on top."""
    order = sorted(importance.items(), key=lambda one: one[1])
    figure = go.Figure(
        go.Bar(
            x=[share for _, share in order],
            y=[tr(labels.get(name, name)) for name, _ in order],
            orientation="h",
            marker_color=OKABE_ITO[0],
        )
    )
    return styled(figure, tr("Importance (shares of 1)"), "")
