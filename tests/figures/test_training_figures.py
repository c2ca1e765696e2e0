from typing import Any

from seqrec.figures.training import draw_losses, draw_quality
from seqrec.training.run import StepMetrics

METRICS = [
    StepMetrics(step=1, epoch=0.5, elapsed_s=1.0, loss=2.0, learning_rate=0.1),
    StepMetrics(step=2, epoch=1.0, elapsed_s=2.0, validation_loss=2.5, ndcg=0.0, hit_rate=0.0),
    StepMetrics(step=2, epoch=1.0, elapsed_s=2.1, loss=0.0, learning_rate=0.1),
    StepMetrics(step=4, epoch=2.0, elapsed_s=4.0, validation_loss=1.5, ndcg=0.3, hit_rate=0.4),
]


def points(chart: dict[str, Any]) -> dict[str, list[list[float]]]:
    return {series["name"]: series["data"] for series in chart["series"]}


def test_losses_are_drawn_by_step_and_zero_is_a_loss():
    chart = draw_losses(METRICS)
    assert points(chart) == {
        "Training": [[1, 2.0], [2, 0.0]],
        "Validation": [[2, 2.5], [4, 1.5]],
    }
    assert chart["yAxis"]["name"] == "Loss (nats per target)"
    assert chart["xAxis"]["name"] == "Step"


def test_each_baseline_is_a_dashed_level_as_long_as_the_run():
    chart = draw_quality(METRICS, {"Markov": 0.2, "Popularity": 0.1})
    assert points(chart) == {
        "Transformer": [[2, 0.0], [4, 0.3]],
        "Markov": [[0, 0.2], [4, 0.2]],
        "Popularity": [[0, 0.1], [4, 0.1]],
    }
    assert [series["lineStyle"].get("type") for series in chart["series"]] == [
        None,
        "dashed",
        "dashed",
    ]
    colours = [series["itemStyle"]["color"] for series in chart["series"]]
    assert len(set(colours)) == 3


def test_only_the_best_baselines_are_drawn():
    levels = {"a": 0.1, "b": 0.4, "c": 0.2, "d": 0.3}
    assert list(points(draw_quality(METRICS, levels))) == ["Transformer", "b", "d", "c"]


def test_a_run_without_a_step_has_empty_lines():
    assert points(draw_losses([])) == {"Training": [], "Validation": []}
    assert points(draw_quality([], {"Markov": 0.2}))["Markov"] == [[0, 0.2], [1, 0.2]]


def test_a_chart_that_is_redrawn_each_second_is_not_animated():
    for chart in (draw_losses(METRICS), draw_quality(METRICS, {})):
        assert chart["animation"] is False
        assert all(series["animation"] is False for series in chart["series"])
