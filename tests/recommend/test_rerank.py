from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from seqrec.errors import ConfigError
from seqrec.recommend.list_rules import ListRules
from seqrec.recommend.rerank import ListMaker, Shelf, Taste

NAMES = ("red", "blue", "green")
# Items 1 to 12; every fifth has two categories, every sixth none.
CATEGORIES = [frozenset[str]()] + [
    frozenset() if item % 6 == 0 else frozenset({NAMES[item % 3], *(["red"] * (item % 5 == 0))})
    for item in range(1, 13)
]
SHELF = Shelf(CATEGORIES, sparse.csr_array(np.eye(13)[:, [0] * 13]), np.arange(13.0))
scores_of_items = st.lists(st.integers(0, 5), min_size=12, max_size=12)
caps = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 3))


@st.composite
def rules(draw: st.DrawFn) -> ListRules:
    blocked = draw(st.frozensets(st.sampled_from(NAMES), max_size=1))
    limits = draw(caps)
    floors = {
        name: min(least, limits.get(name, 3))
        for name, least in draw(caps).items()
        if name not in blocked and least and limits.get(name, 3)
    }
    items = draw(st.frozensets(st.integers(1, 12), max_size=3))
    gates = draw(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(NAMES), max_size=1))
    return ListRules(items, blocked, gates, limits, floors)


def choose(scores: list[int], k: int, wanted: ListRules, taste: Taste, history=()) -> list[int]:
    row = np.array([-np.inf, *scores], dtype=np.float32)
    maker = ListMaker(wanted, SHELF, taste)
    return maker.choose(row, np.array(history, dtype=np.int32), k).items.tolist()


@settings(max_examples=150, deadline=None)
@given(
    scores=scores_of_items,
    k=st.integers(1, 15),
    wanted=rules(),
    taste=st.builds(Taste, st.sampled_from([0.0, 0.5, 1.0]), st.sampled_from([0.0, 2.0])),
    history=st.lists(st.integers(1, 12), max_size=3),
)
def test_no_score_and_no_taste_bypasses_a_rule(scores, k, wanted, taste, history):
    row = np.array([-np.inf, *scores], dtype=np.float32)
    maker, had_items = ListMaker(wanted, SHELF, taste), np.array(history, dtype=np.int32)
    found = maker.choose(row, had_items, k)
    items = found.items.tolist()
    assert bool(items) == maker.allow(had_items).any()
    had = {name for item in history for name in CATEGORIES[item]}
    counts = Counter(name for item in items for name in CATEGORIES[item])
    assert len(set(items)) == len(items) <= k
    assert 0 not in items
    assert not set(items) & wanted.blocked_items
    assert not counts.keys() & wanted.blocked_categories
    assert all(gate in had for name, gate in wanted.gates.items() if counts[name])
    assert all(counts[name] <= most for name, most in wanted.caps.items())
    for name, least in wanted.floors.items():
        assert counts[name] + found.unmet.get(name, 0) >= least


@given(scores=scores_of_items, k=st.integers(1, 12))
def test_without_rules_and_taste_the_list_is_that_of_the_scores(scores: list[int], k: int):
    expected = sorted(range(1, 13), key=lambda item: (-scores[item - 1], item))[:k]
    assert choose(scores, k, ListRules(), Taste()) == expected


@pytest.mark.parametrize("k", [3, 6])
def test_a_floor_is_reached_with_the_best_of_its_category(k: int):
    scores = [12 - item for item in range(12)]  # green: 2, 5, 8, 11
    assert {2, 5, 8} <= set(choose(scores, k, ListRules(floors={"green": 3}), Taste()))


def test_a_floor_that_cannot_be_reached_is_reported():
    row = np.array([-np.inf, *range(12)], dtype=np.float32)
    rules_ = ListRules(blocked_items=frozenset({2, 5, 8}), floors={"green": 3})
    found = ListMaker(rules_, SHELF).choose(row, np.zeros(0, dtype=np.int32), 5)
    assert found.unmet == {"green": 2}
    assert found.n_withheld == 1  # item 8 would have been fifth


def test_diversity_takes_an_item_unlike_those_above():
    unit = sparse.csr_array(np.array([[0, 0], [1, 0], [1, 0], [0, 1.0]]))
    shelf = Shelf([frozenset()] * 4, unit, np.zeros(4))
    row = np.array([-np.inf, 3.0, 2.9, 1.0], dtype=np.float32)
    history = np.zeros(0, dtype=np.int32)
    plain = ListMaker(ListRules(), shelf).choose(row, history, 2)
    varied = ListMaker(ListRules(), shelf, Taste(diversity=0.6)).choose(row, history, 2)
    assert plain.items.tolist() == [1, 2]
    assert varied.items.tolist() == [1, 3]


def test_novelty_lifts_rare_items():
    scores = [5, 4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0]
    rare = choose(scores, 3, ListRules(), Taste(novelty=5.0))
    assert min(rare) > 3  # novelty grows with the id here


def test_a_gate_opens_with_an_event_of_its_key():
    rules_ = ListRules(gates={"green": "blue"})
    scores = [12 - item for item in range(12)]
    assert 2 not in choose(scores, 12, rules_, Taste())
    assert 2 in choose(scores, 12, rules_, Taste(), history=[1])


def test_rules_that_contradict_each_other_are_refused():
    with pytest.raises(ConfigError, match="'red' is blocked and must be included"):
        ListRules(blocked_categories=frozenset({"red"}), floors={"red": 1})
    with pytest.raises(ConfigError, match="at least 2 of 'red' and at most 1 contradict"):
        ListRules(caps={"red": 1}, floors={"red": 2})
    one, other = ListRules(caps={"red": 1}), ListRules(floors={"red": 2})
    with pytest.raises(ConfigError, match="contradict each other"):
        one.joined(other)


def test_the_stricter_of_two_sets_of_rules_counts():
    one = ListRules(frozenset({1}), frozenset({"red"}), caps={"blue": 3}, floors={"green": 1})
    other = ListRules(frozenset({2}), caps={"blue": 2, "green": 4}, floors={"green": 2})
    assert one.joined(other) == ListRules(
        frozenset({1, 2}), frozenset({"red"}), {}, {"blue": 2, "green": 4}, {"green": 2}
    )
    gates = ListRules(gates={"red": "blue"}), ListRules(gates={"red": "green"})
    with pytest.raises(ConfigError, match="'red' has two gates"):
        gates[0].joined(gates[1])


def test_taste_outside_its_range_is_refused():
    with pytest.raises(ConfigError, match="diversity is 2"):
        Taste(diversity=2.0)
