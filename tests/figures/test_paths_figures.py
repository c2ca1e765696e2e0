from collections import Counter

import numpy as np
import pytest

from seqrec.figures.paths import draw_sankey, draw_transitions
from seqrec.mining.paths import PathConfig, count_transitions, trace_paths
from seqrec.mining.visits import Visits

NAMES = np.array(["", "<b>Tea</b>", "Milk", "Jam"], dtype=object)


@pytest.fixture
def visits() -> Visits:
    """Paths 1 2 3, 1 2, 1 and 3 2."""
    nodes = np.array([1, 2, 3, 1, 2, 1, 3, 2], dtype=np.int32)
    return Visits(nodes, np.array([0, 3, 5, 6, 8]), np.arange(4))


def sides(figure, side: str) -> Counter:
    link, node = figure.data[0].link, figure.data[0].node
    total: Counter = Counter()
    for place, count in zip(getattr(link, side), link.value, strict=True):
        total[node.label[place]] += count
    return total


def test_bands_carry_every_path_and_exits_are_drawn(visits: Visits):
    figure = draw_sankey(trace_paths(visits, PathConfig(n_steps=3)), NAMES, "sessions")
    assert sides(figure, "source") == {"&lt;b&gt;Tea&lt;/b&gt;": 3, "Jam": 1, "Milk": 3}
    assert sides(figure, "target")["Exit"] == 3
    assert "4 sessions" in figure.data[0].link.hovertemplate


def test_steps_stand_from_left_to_right_and_backwards_from_right(visits: Visits):
    ahead = draw_sankey(trace_paths(visits, PathConfig(start=1)), NAMES, "users").data[0]
    assert ahead.node.x[0] == pytest.approx(0.001)
    back = draw_sankey(trace_paths(visits, PathConfig(end=2)), NAMES, "users").data[0]
    assert back.node.x[0] == pytest.approx(0.999)
    assert set(back.link.target) >= {0}
    assert "Start" in back.node.label


def test_paths_that_arrive_do_not_exit(visits: Visits):
    figure = draw_sankey(trace_paths(visits, PathConfig(1, 2)), NAMES, "users")
    assert sides(figure, "target") == {"Milk": 2}


def test_bands_of_other_can_be_left_out(visits: Visits):
    flows = trace_paths(visits, PathConfig(n_steps=3, n_top=1))
    whole, named = (draw_sankey(flows, NAMES, "users", with_other=shown) for shown in (True, False))
    assert "Other" in whole.data[0].node.label
    assert "Other" not in named.data[0].node.label
    assert sides(named, "source") == {"&lt;b&gt;Tea&lt;/b&gt;": 3, "Milk": 3}


def test_heatmap_shows_shares_of_all_visits_of_a_row(visits: Visits):
    named, rest = draw_transitions(count_transitions(visits, PathConfig()), NAMES).data
    total = np.nansum(named.z, axis=1) + np.nansum(rest.z, axis=1)
    assert total == pytest.approx([1, 1, 1])
    assert named.text[0] == ["", "67%", ""]
    assert rest.text[0] == ["", "33%"]
    assert named.hovertext[0][1].endswith("→ Milk<br>66.7% (2 of 3 visits)")
    assert "<b>" not in named.hovertext[0][1]


def test_no_two_nodes_of_a_step_overlap(visits: Visits):
    node = draw_sankey(trace_paths(visits, PathConfig(n_steps=3)), NAMES, "users").data[0].node
    columns: dict[float, list[float]] = {}
    for x, y in zip(node.x, node.y, strict=True):
        columns.setdefault(x, []).append(y)
    assert all(column == sorted(column) for column in columns.values())
    assert 0 < min(node.y) < max(node.y) < 1
