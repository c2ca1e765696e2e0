import json
from math import inf, nan
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from seqrec.figures.training import draw_inside, draw_losses, draw_quality, find_band
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


def test_many_losses_are_a_band_whose_ends_are_kept():
    metrics = [StepMetrics(step, step / 10, 1.0, loss=float(step % 2)) for step in range(1, 403)]
    band = find_band([(line.step, line.loss or 0.0) for line in metrics])
    assert band[0] == (1, 1.0, 1.0, 1.0)
    assert band[-1] == (402, 0.0, 0.0, 0.0)
    assert len(band) == 62
    assert {(low, high) for _, low, _, high in band[1:-1]} == {(0.0, 1.0)}
    drawn = points(draw_losses(metrics))
    assert [step for step, _ in drawn["Training"]] == [step for step, _ in drawn["Lowest"]]
    assert {value for _, value in drawn["Range"][1:-1]} == {1.0}
    assert draw_losses(metrics)["legend"]["data"] == ["Training", "Validation"]


@given(st.lists(st.floats(0, 10), min_size=1, max_size=500))
def test_a_band_holds_every_value(values: list[float]):
    band = find_band(list(enumerate(values)))
    assert min(low for _, low, _, _ in band) == min(values)
    assert max(high for _, _, _, high in band) == max(values)
    assert (band[0][0], band[-1][0]) == (0, len(values) - 1)


def test_what_goes_on_inside_is_drawn_by_step():
    chart = draw_inside(METRICS, "learning_rate", "Learning rate")
    assert points(chart) == {"Learning rate": [[1, 0.1], [2, 0.1]]}


def test_a_run_that_diverges_is_drawn_with_gaps():
    broken = StepMetrics(3, 2.0, 3.0, loss=1e38, grad_norm=inf, validation_loss=nan, ndcg=0.0)
    charts = [
        draw_losses([*METRICS, broken]),
        draw_inside([broken], "grad_norm", "Gradient norm, before clipping"),
    ]
    assert points(charts[0])["Validation"][-1] == [3, None]
    # The browser reads JSON, which knows no NaN.
    assert all(json.dumps(chart, allow_nan=False) for chart in charts)
