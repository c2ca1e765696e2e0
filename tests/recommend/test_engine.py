import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.errors import ConfigError
from seqrec.models.hybrid import HYBRID
from seqrec.recommend.engine import Wish, find_items, index_items, recommend
from seqrec.recommend.list_rules import ListRules
from seqrec.recommend.rerank import Taste
from seqrec.recommend.shelf import make_bare_shelf
from tests.recommend.engines import make_catalogue, make_engine

ENGINE = make_engine()
TEA, MILK, JAM, BUN, WINE = range(1, 6)
histories = st.lists(st.lists(st.integers(1, 5), max_size=6), min_size=1, max_size=4)


def lists_of(wanted: list[list[int]], **wish: object) -> list[list[int]]:
    arrays = [np.array(history, dtype=np.int32) for history in wanted]
    found = recommend(ENGINE, arrays, Wish(**{"model": "Markov", "k": 3, **wish}))
    return [listing.items.tolist() for listing in found]


def test_the_next_of_the_ring_comes_first():
    assert [items[0] for items in lists_of([[TEA], [JAM, TEA, MILK]])] == [MILK, JAM]


@pytest.mark.parametrize("model", ["Markov", "Popularity", HYBRID])
@settings(max_examples=30, deadline=None)
@given(wanted=histories, hide_seen=st.booleans())
def test_a_list_does_not_depend_on_who_is_asked_beside(
    model: str, wanted: list[list[int]], hide_seen
):
    together = lists_of(wanted, model=model, hide_seen=hide_seen)
    assert together == [lists_of([one], model=model, hide_seen=hide_seen)[0] for one in wanted]
    if hide_seen:
        assert not any(set(one) & set(items) for one, items in zip(wanted, together, strict=True))


@settings(max_examples=30, deadline=None)
@given(wanted=histories, model=st.sampled_from(["Markov", "Popularity", HYBRID]))
def test_no_model_and_no_history_bypasses_the_rules(wanted: list[list[int]], model: str):
    rules = ListRules(frozenset({JAM}), gates={"Alcohol": "Food"}, caps={"Drink": 1})
    for diversity in (0.0, 0.5):
        found = lists_of(wanted, model=model, rules=rules, taste=Taste(diversity))
        for history, items in zip(wanted, found, strict=True):
            assert JAM not in items
            assert WINE not in items or {JAM, BUN} & set(history)
            assert len({TEA, MILK, WINE} & set(items)) <= 1


def test_an_empty_history_gets_the_most_popular_items():
    assert lists_of([[], [TEA]])[0] == lists_of([[]], model="Popularity")[0]


def test_a_list_longer_than_the_catalogue_holds_all_of_it():
    (items,) = lists_of([[TEA]], k=50)
    assert sorted(items) == [TEA, MILK, JAM, BUN, WINE]
    for k in (0, 1001):
        with pytest.raises(ConfigError, match="choose 1 to 1,000"):
            Wish("Markov", k=k)


def test_rules_that_leave_nothing_give_an_empty_list():
    rules = ListRules(frozenset({1, 2, 3, 4, 5}), floors={"Food": 1})
    (found,) = recommend(ENGINE, [np.array([TEA], dtype=np.int32)], Wish("Markov", 3, rules=rules))
    assert found.items.tolist() == []
    assert found.n_withheld == 3
    assert found.unmet == {"Food": 1}


def test_an_unknown_model_and_an_unknown_item_are_told():
    with pytest.raises(ConfigError, match="no model 'GPT'; it has Markov, Popularity, Hybrid"):
        lists_of([[TEA]], model="GPT")
    with pytest.raises(ConfigError, match="item number 6; the models know 1 to 5"):
        lists_of([[TEA, 6]])


def test_keys_become_ids_and_unknown_ones_are_named():
    items, unknown = find_items(index_items(make_catalogue()), ["jam", "beer", "tea", ""])
    assert items.tolist() == [JAM, TEA]
    assert unknown == ["beer", ""]


def test_without_a_log_categories_still_hold():
    shelf = make_bare_shelf(make_catalogue())
    assert shelf.categories[WINE] == {"Alcohol", "Drink"}
    assert shelf.unit.shape[0] == len(shelf.novelty) == 6
