import pandas as pd
import pytest

from seqrec.figures.evaluation import draw_differences, draw_trade
from seqrec.figures.recommend import draw_reasons


def test_a_bar_is_an_event_with_its_sign_beside_it():
    frame = pd.DataFrame(
        {"Event": [3, 1], "Item": ["<b>Tea</b>", "Jam"], "Score drop without it": [0.5, -0.25]}
    )
    figure = draw_reasons(frame)
    assert list(figure.data[0].x) == [0.5, -0.25]
    assert list(figure.data[0].y) == ["#3 &lt;b&gt;Tea&lt;/b&gt;", "#1 Jam"]
    assert list(figure.data[0].text) == ["+0.5", "-0.25"]
    low, high = figure.layout.xaxis.range
    assert low < -0.25
    assert high > 0.5


def test_a_point_is_a_model_between_accuracy_and_variety():
    frame = pd.DataFrame({"Model": ["A", "B"], "Diversity": [0.9, 0.5], "NDCG@10": [0.1, 0.2]})
    figure = draw_trade(frame, "Diversity", "NDCG@10")
    assert list(figure.data[0].x) == [0.9, 0.5]
    assert list(figure.data[0].y) == [0.1, 0.2]
    assert figure.layout.xaxis.title.text == "Diversity"


def test_an_interval_is_a_bar_and_an_unsure_difference_is_open():
    frame = pd.DataFrame(
        {
            "Model": ["A", "B"],
            "Ratio": [0.1, -0.02],
            "Low": [0.05, -0.05],
            "High": [0.2, 0.01],
            "Sure": [True, False],
        }
    )
    points = draw_differences(frame, "C").data[0]
    assert list(points.x) == pytest.approx([10, -2])
    assert list(points.error_x.array) == pytest.approx([10, 3])
    assert list(points.error_x.arrayminus) == pytest.approx([5, 3])
    assert list(points.marker.symbol) == ["circle", "circle-open"]
