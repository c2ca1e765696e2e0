import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.evaluation.ranking import rank_targets
from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.log.sequences import SequenceDatabase
from seqrec.models.markov import fit_decayed_markov
from seqrec.recommend import explain
from seqrec.recommend.explain import explain_items

N_ITEMS = 30


@pytest.fixture(scope="module")
def split() -> Split:
    """Users who walk round a ring and now and then jump: the last few events decide."""
    generator = np.random.default_rng(1)
    histories = []
    for _ in range(200):
        steps = np.where(generator.random(12) < 0.8, 1, generator.integers(1, N_ITEMS, 12))
        histories.append((np.cumsum(steps) % N_ITEMS + 1).tolist())
    return leave_last_out(SequenceDatabase.from_histories(histories))


@pytest.fixture(scope="module")
def model(split: Split) -> Recommender:
    return fit_decayed_markov(split)


@settings(max_examples=25, deadline=None)
@given(history=st.lists(st.integers(1, N_ITEMS), max_size=8), item=st.integers(1, N_ITEMS))
def test_drops_are_those_of_scoring_without_each_event(
    model: Recommender, history: list[int], item: int
):
    found = explain_items(model, np.array(history, dtype=np.int32), np.array([item, 1]))
    whole = model.score([np.array(history, dtype=np.int32)])[0, item]
    assert found.scores[0] == whole
    assert found.positions.tolist() == list(range(len(history)))
    for place in range(len(history)):
        rest = np.array(history[:place] + history[place + 1 :], dtype=np.int32)
        expected = whole - model.score([rest])[0, item]
        assert found.drops[0, place] == pytest.approx(expected, abs=1e-6)


def test_removing_the_strongest_reason_costs_more_places_than_a_random_event(
    split: Split, model: Recommender
):
    generator = np.random.default_rng(2)
    falls = {"reason": 0, "random": 0}
    for user in split.test_users:
        history = split.test_history(int(user))
        item = np.array([model.score([history])[0].argmax()], dtype=np.int32)
        [(position, drop), *_] = explain_items(model, history, item).strongest(0, 1)
        assert drop > 0
        removed = {"reason": position, "random": int(generator.integers(len(history)))}
        for name, place in removed.items():
            falls[name] += int(rank_targets(model.score([np.delete(history, place)]), item)[0]) - 1
    assert falls["reason"] > 2 * falls["random"]


def test_long_histories_are_explained_by_their_newest_events(
    model: Recommender, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(explain, "MAX_EVENTS", 3)
    monkeypatch.setattr(explain, "users_at_once", lambda _n_items: 2)
    history = np.arange(1, 8, dtype=np.int32)
    found = explain_items(model, history, np.array([8]))
    assert found.positions.tolist() == [4, 5, 6]
    assert found.drops.shape == (1, 3)
    assert found.strongest(0, 1)[0][0] == 6


def test_an_empty_history_gives_no_reason(model: Recommender):
    nothing = np.zeros(0, dtype=np.int32)
    found = explain_items(model, nothing, np.array([1]))
    assert found.strongest(0, 3) == []
