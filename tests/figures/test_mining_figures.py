import numpy as np
import pytest

from seqrec.figures.patterns import draw_contrast, draw_patterns, draw_timeline
from seqrec.figures.rule_network import draw_network, lay_out
from seqrec.figures.rules import MAX_POINTS, RuleAxes, draw_rule_heatmap, draw_rules
from seqrec.mining.contrast import Contrast
from seqrec.mining.occurrences import Timeline
from seqrec.mining.rule_findings import take_rules
from seqrec.mining.rule_measures import RuleMeasure
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
    figure = draw_patterns(patterns, TITLES, n_bars=2)
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
    assert points.marker.color == pytest.approx(np.log10([2.0, 2.0]))
    assert points.customdata[0] == "confidence 50.00%, lift 2, support 20.00% (n = 20)"
    assert points.type == "scatter"
    assert "<b>" not in "".join(points.text)


def test_axes_of_rules_name_their_denominator(rules: RuleTable):
    layout = draw_rules(rules, TITLES).layout
    assert layout.xaxis.title.text == "Support (share of 100 sessions)"
    assert "share of the sessions with the if" in layout.yaxis.title.text


def test_scatter_draws_no_more_points_than_a_browser_likes(rules: RuleTable):
    many = take_rules(rules, np.zeros(MAX_POINTS + 1, dtype=np.int64))
    assert len(draw_rules(many, TITLES).data[0].x) == MAX_POINTS


def test_any_measure_can_stand_on_any_axis(rules: RuleTable):
    axes = RuleAxes(RuleMeasure.LEVERAGE, RuleMeasure.LIFT, RuleMeasure.CONVICTION)
    figure = draw_rules(rules, TITLES, axes)
    points = figure.data[0]
    assert points.x == pytest.approx([0.1, 0.05])
    assert points.y == pytest.approx([2.0, 2.0])
    assert points.marker.color == pytest.approx([1.5, 1.5])
    assert figure.layout.xaxis.title.text == "Leverage"
    assert "leverage 0.1, conviction 1.5" in points.customdata[0]


def test_heatmap_has_a_cell_for_each_rule_and_none_where_there_is_none(rules: RuleTable):
    heatmap = draw_rule_heatmap(rules, TITLES).data[0]
    assert np.isnan(heatmap.z).tolist() == [[False, True], [True, False]]
    assert heatmap.text.tolist() == [["2.0", ""], ["", "2.0"]]
    assert "<b>" not in "".join(cell for row in heatmap.hovertext for cell in row)


def test_network_has_an_arrow_for_each_rule(rules: RuleTable):
    figure = draw_network(rules, TITLES)
    nodes, middles = figure.data
    assert len(nodes.x) == 3
    assert [arrow.arrowwidth for arrow in figure.layout.annotations] == [2.5, 2.5]
    assert middles.hovertext[1].endswith("+ Jam<br>confidence 50.00%, lift 2 (n = 10)")
    assert "<b>" not in "".join([*nodes.text, *nodes.hovertext, *middles.hovertext])


def test_joined_nodes_lie_nearer_than_others():
    arrows = np.array([[0, 1], [1, 2], [2, 0], [3, 4], [4, 5], [5, 3]])
    places = lay_out(6, arrows)
    apart = np.linalg.norm(places[:, np.newaxis] - places[np.newaxis], axis=2)
    assert apart[:3, :3].max() < apart[:3, 3:].min()
    assert places.min() == 0
    assert places.max() == 1
    assert lay_out(6, arrows).tolist() == places.tolist()


def test_one_node_lies_in_the_middle():
    assert lay_out(1, np.zeros((0, 2), dtype=np.int64)).tolist() == [[0.5, 0.5]]


def test_contrast_marks_what_chance_does_not_explain_by_shape_too():
    contrast = Contrast(np.array([90, 50]), np.array([10, 48]), 100, 100)
    figure = draw_contrast(contrast, ["<b>often</b>", "alike"])
    points = figure.data[0]
    assert points.x == pytest.approx([0.8, 0.02])
    assert list(points.marker.symbol) == ["circle", "circle-open"]
    assert "<b>" not in "".join(note.text for note in figure.layout.annotations if note.text)


def test_timeline_says_which_share_of_the_active_it_is():
    timeline = Timeline(np.array([0, 86_400]), 86_400, np.array([1, 3]), np.array([4, 6]))
    bars = draw_timeline(timeline, "users").data[0]
    assert bars.customdata[1].tolist() == [0.5, 6]
    assert "users active then" in bars.hovertemplate
