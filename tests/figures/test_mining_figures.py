import numpy as np
import pytest

from seqrec.figures.patterns import draw_patterns
from seqrec.figures.rules import MAX_POINTS, draw_rules
from seqrec.mining.findings import take_rules
from seqrec.mining.tables import ItemLists, PatternTable, RuleTable

TITLES = np.array(
    ["", "<b>Tea & milk</b>", "A title that is a good deal longer than forty characters", "Jam"]
)


@pytest.fixture
def patterns() -> PatternTable:
    lists = ItemLists.from_lists([[1], [2, 3], [3, 3]])
    return PatternTable(lists, np.array([30, 20, 10]), 40)


@pytest.fixture
def rules() -> RuleTable:
    before, after = ItemLists.from_lists([[1], [2]]), ItemLists.from_lists([[2], [1, 3]])
    counts = np.array([20, 10]), np.array([40, 20]), np.array([25, 25])
    return RuleTable(before, after, *counts, 100)


def test_bars_show_share_and_count_most_frequent_first(patterns: PatternTable):
    figure = draw_patterns(patterns, TITLES, 2)
    assert figure.data[0].x.tolist() == [0.75, 0.5]
    assert list(figure.data[0].text) == ["30", "20"]
    low, high = figure.layout.yaxis.range
    assert low > high
    assert "share of 40 users" in figure.layout.xaxis.title.text


def test_titles_are_short_and_inert_in_bars(patterns: PatternTable):
    figure = draw_patterns(patterns, TITLES)
    texts = [note.text for note in figure.layout.annotations]
    assert texts[0] == "&lt;b&gt;Tea &amp; milk&lt;/b&gt;"
    assert texts[1].endswith("… → Jam")
    assert max(len(text) for text in texts[1:]) < 60
    assert "<b>" not in "".join(figure.data[0].hovertext)


def test_points_show_support_confidence_and_lift(rules: RuleTable):
    points = draw_rules(rules, TITLES).data[0]
    assert points.x.tolist() == [0.2, 0.1]
    assert points.y.tolist() == [0.5, 0.5]
    assert points.customdata[:, 0] == pytest.approx([2.0, 2.0])
    assert points.type == "scatter"
    assert "<b>" not in "".join(points.text)


def test_axes_of_rules_name_their_denominator(rules: RuleTable):
    layout = draw_rules(rules, TITLES).layout
    assert layout.xaxis.title.text == "Support (share of 100 sessions)"
    assert "share of the sessions with the if" in layout.yaxis.title.text


def test_scatter_draws_no_more_points_than_a_browser_likes(rules: RuleTable):
    many = take_rules(rules, np.zeros(MAX_POINTS + 1, dtype=np.int64))
    assert len(draw_rules(many, TITLES).data[0].x) == MAX_POINTS
