from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.errors import ConfigError
from seqrec.log.behaviour_log import Catalogue
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.paths import (
    EXIT,
    OTHER,
    PathConfig,
    count_transitions,
    cut_paths,
    trace_paths,
)
from seqrec.mining.visits import NodeKind, NodeMap, VisitConfig, Visits, list_visits, map_nodes

A, B, C, D = 1, 2, 3, 4
HISTORIES = st.lists(st.lists(st.integers(1, 5), max_size=7), min_size=1, max_size=12)
NODE = st.none() | st.integers(1, 6)
CONFIGS = st.builds(PathConfig, NODE, NODE, st.integers(2, 5), st.integers(1, 4))


def visits_of(histories: list[list[int]], *, merge_repeats: bool = False) -> Visits:
    database = SequenceDatabase.from_histories(histories)
    nodes = NodeMap(NodeKind.ITEM, np.array([""]), np.arange(database.n_items + 1, dtype=np.int32))
    return list_visits(database, nodes, VisitConfig(by_session=False, merge_repeats=merge_repeats))


def slow_cut(histories: list[list[int]], config: PathConfig) -> list[list[int]]:
    paths = []
    for history in histories:
        rest = history
        if config.start is not None:
            if config.start not in rest:
                continue
            rest = rest[rest.index(config.start) :]
        if config.end is not None:
            skip = int(config.start is not None)
            if config.end not in rest[skip:]:
                continue
            rest = rest[: rest.index(config.end, skip) + 1]
        if rest:
            paths.append(rest)
    return paths


def slow_columns(paths: list[list[int]], config: PathConfig) -> list[list[int]]:
    ordered = [path[::-1] if config.backward else path for path in paths]
    columns = []
    for step in range(config.n_steps):
        column = [path[step] if step < len(path) else EXIT for path in ordered]
        counts = Counter(node for node in column if node != EXIT)
        top = sorted(counts, key=lambda node: (-counts[node], node))[: config.n_top]
        kept = {EXIT, config.start, config.end, *top}
        columns.append([node if node in kept else OTHER for node in column])
    return columns


def as_lists(visits: Visits) -> list[list[int]]:
    return [visits.nodes[low:high].tolist() for low, high in pairwise(visits.bounds.tolist())]


@settings(deadline=None)
@given(HISTORIES, CONFIGS)
def test_paths_are_cut_like_lists(histories: list[list[int]], config: PathConfig):
    assert as_lists(cut_paths(visits_of(histories), config)) == slow_cut(histories, config)


@settings(deadline=None)
@given(HISTORIES, CONFIGS)
def test_flows_equal_a_count_of_lists(histories: list[list[int]], config: PathConfig):
    flows = trace_paths(visits_of(histories), config)
    paths = slow_cut(histories, config)
    columns = slow_columns(paths, config)
    expected = Counter((step, node) for step, column in enumerate(columns, 1) for node in column)
    assert {(s, node): n for s, node, n in flows.steps.tolist()} == expected
    links = Counter(
        (step, source, target)
        for step, (before, after) in enumerate(pairwise(columns), 1)
        for source, target in zip(before, after, strict=True)
        if source != EXIT
    )
    assert {(s, a, b): n for s, a, b, n in flows.links.tolist()} == links
    assert flows.n_units == sum(bool(history) for history in histories)


@settings(deadline=None)
@given(HISTORIES, CONFIGS)
def test_numbers_of_each_step_add_up_to_all_paths(histories: list[list[int]], config: PathConfig):
    flows = trace_paths(visits_of(histories), config)
    for step in range(1, config.n_steps + 1):
        assert flows.steps[flows.steps[:, 0] == step, 2].sum() == flows.n_paths
    exits = 0
    for step in range(1, config.n_steps):
        links = flows.links[flows.links[:, 0] == step]
        assert links[:, 3].sum() == flows.n_paths - exits
        exits += links[links[:, 2] == EXIT, 3].sum()


@settings(deadline=None)
@given(HISTORIES, CONFIGS, st.integers(1, 6))
def test_transitions_equal_a_count_of_pairs(
    histories: list[list[int]], config: PathConfig, n_nodes: int
):
    found = count_transitions(visits_of(histories), config, n_nodes)
    paths = slow_cut(histories, config)
    totals = Counter(node for path in paths for node in path)
    top = sorted(totals, key=lambda node: (-totals[node], node))[:n_nodes]
    assert found.nodes.tolist() == top
    pairs = Counter(pair for path in paths for pair in pairwise([*path, EXIT]))
    expected = np.zeros((len(top), len(top) + 2), dtype=np.int64)
    for (source, target), n in pairs.items():
        if source in top:
            column = len(top) + 1 if target == EXIT else len(top)
            expected[top.index(source), top.index(target) if target in top else column] += n
    assert found.counts.tolist() == expected.tolist()
    assert found.counts.sum(axis=1).tolist() == [totals[node] for node in top]


@settings(deadline=None)
@given(HISTORIES, st.lists(st.integers(0, 2), min_size=12, max_size=12), CONFIGS)
def test_users_behind_links_and_transitions_equal_sets(
    histories: list[list[int]], owners: list[int], config: PathConfig
):
    visits = visits_of(histories)
    visits = replace(visits, user_rows=np.array(owners)[visits.user_rows])
    users = visits.user_rows[
        [row for row, unit in enumerate(as_lists(visits)) if slow_cut([unit], config)]
    ].tolist()
    paths = slow_cut(histories, config)
    links, pairs = defaultdict(set), defaultdict(set)
    columns = slow_columns(paths, config)
    for step, (before, after) in enumerate(pairwise(columns), 1):
        for user, source, target in zip(users, before, after, strict=True):
            links[step, source, target].add(user)
    for user, path in zip(users, paths, strict=True):
        for source, target in pairwise([*path, EXIT]):
            pairs[source, target].add(user)
    flows = trace_paths(visits, config)
    assert flows.link_users.tolist() == [
        len(links[step, a, b]) for step, a, b, _ in flows.links.tolist()
    ]
    found = count_transitions(visits, config, n_nodes=6)
    for row, source in enumerate(found.nodes.tolist()):
        expected = [len(pairs[source, target]) for target in [*found.nodes.tolist(), EXIT]]
        assert found.users[row, [*range(len(found.nodes)), -1]].tolist() == expected


def test_three_of_four_go_on_to_b():
    flows = trace_paths(visits_of([[A, B], [A, B], [A, B, C], [A], [D, A, D]]), PathConfig(A))
    assert (flows.n_paths, flows.n_units) == (5, 5)
    first = [row for row in flows.links.tolist() if row[0] == 1]
    assert first == [[1, A, B, 3], [1, A, D, 1], [1, A, EXIT, 1]]


def test_an_end_alone_is_followed_backwards():
    flows = trace_paths(visits_of([[A, B, C], [D, B, C], [C], [A]]), PathConfig(end=C, n_steps=3))
    assert flows.config.exit_name == "Start"
    assert (flows.n_paths, flows.n_units) == (3, 4)
    assert flows.steps.tolist() == [
        [1, C, 3],
        [2, B, 2],
        [2, EXIT, 1],
        [3, A, 1],
        [3, D, 1],
        [3, EXIT, 1],
    ]


def test_repeats_become_one_visit_but_not_across_histories():
    visits = visits_of([[A, A, B, B, A], [A, A]], merge_repeats=True)
    assert as_lists(visits) == [[A, B, A], [A]]


def test_sessions_that_overlap_in_time_are_told_apart():
    database = SequenceDatabase(
        items=np.array([A, B, C, D], dtype=np.int32),
        times_s=np.arange(4),
        offsets=np.array([0, 3, 4]),
        session_ids=np.array([0, 1, 0, 2]),
        event_ids=np.array([0, 1, 0, 0], dtype=np.int16),
        n_items=4,
        fingerprint="in-memory",
    )
    catalogue = Catalogue(np.array(["", *"abcd"]), np.array(["", *"ABCD"]), None)
    items = map_nodes(NodeKind.ITEM, catalogue, ("view", "buy"))
    visits = list_visits(database, items, VisitConfig(merge_repeats=False))
    assert as_lists(visits) == [[A, C], [B], [D]]
    assert visits.user_rows.tolist() == [0, 0, 1]
    events = map_nodes(NodeKind.EVENT, catalogue, ("view", "buy"))
    assert events.names.tolist() == ["", "view", "buy"]
    visits = list_visits(
        database, events, VisitConfig(NodeKind.EVENT, by_session=False, merge_repeats=False)
    )
    assert as_lists(visits) == [[1, 2, 1], [1]]


def test_categories_are_nodes_and_a_missing_one_has_a_name():
    keys, categories = np.array(["", "a", "b", "c"]), np.array(["", "tea", "", "tea"])
    node_map = map_nodes(NodeKind.CATEGORY, Catalogue(keys, keys, categories), ())
    assert node_map.names.tolist() == ["", "(no category)", "tea"]
    assert node_map.node_of.tolist() == [0, 2, 1, 2]
    with pytest.raises(ValueError, match="no categories"):
        map_nodes(NodeKind.CATEGORY, Catalogue(keys, keys, None), ())


def test_a_log_without_events_has_no_paths():
    flows = trace_paths(visits_of([[]]), PathConfig(A))
    assert (flows.n_paths, flows.n_units, len(flows.steps), len(flows.links)) == (0, 0, 0, 0)
    assert count_transitions(visits_of([[]]), PathConfig()).counts.shape == (0, 2)


def test_a_number_out_of_range_is_named():
    with pytest.raises(ConfigError, match="number of steps is 11; choose 2 to 10"):
        PathConfig(n_steps=11)
