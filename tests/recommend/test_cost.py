import numpy as np
import pytest

from seqrec.recommend.cost import CostMeter
from seqrec.recommend.engine import Wish, recommend
from seqrec.recommend.list_rules import ListRules
from seqrec.recommend.questions import wish_from_json, wish_to_json
from seqrec.recommend.rerank import Taste
from tests.recommend.engines import make_engine, make_split

SPLIT = make_split()
ENGINE = make_engine(SPLIT)
PLAIN = Wish("Markov")


def test_a_wish_without_control_costs_nothing_and_has_the_ndcg_of_its_lists():
    meter = CostMeter(ENGINE, SPLIT)
    cost = meter.measure(PLAIN, {"plain": PLAIN})["plain"]
    histories = [SPLIT.validation_history(int(row)) for row in SPLIT.validation_users]
    gains = [
        1 / np.log2(2 + listing.items.tolist().index(target))
        for listing, target in zip(
            recommend(ENGINE, histories, PLAIN), SPLIT.validation_targets(), strict=True
        )
    ]
    assert cost.ndcg == pytest.approx(np.mean(gains))
    assert cost.difference.ratio == 0.0
    assert meter.n_users == 16


def test_blocking_what_comes_next_costs_it_and_reversing_variety_costs_something():
    jam_blocked = Wish("Markov", rules=ListRules(frozenset({3})))
    found = CostMeter(ENGINE, SPLIT).measure(
        PLAIN, {"jam": jam_blocked, "variety": Wish("Markov", taste=Taste(1.0))}
    )
    # Targets that are jam are lost, all others move up by a place at most.
    lost = np.count_nonzero(SPLIT.validation_targets() == 3) / 16
    assert lost > 0
    assert found["jam"].difference.ratio == pytest.approx(-lost, abs=0.05)
    assert found["variety"].ndcg < 1.0
    assert found["jam"].n_shorter == 16  # five items, ten wanted


def test_a_wish_survives_the_way_to_the_process():
    rules = ListRules(frozenset({2}), frozenset({"Food"}), {"Alcohol": "Food"}, {"Drink": 1})
    wish = Wish("Hybrid", 7, hide_seen=True, rules=rules, taste=Taste(0.5, 1.0))
    assert wish_from_json(wish_to_json(wish)) == wish
