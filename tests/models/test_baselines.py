from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.errors import ConfigError, OverLimitError, TooSmallError
from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.log.sequences import SequenceDatabase
from seqrec.models import ease
from seqrec.models.content import ContentNeighbours, weigh_words
from seqrec.models.markov import fit_decayed_markov, fit_markov
from seqrec.models.neighbours import fit_item_neighbours
from seqrec.models.popularity import fit_popularity, fit_recent_popularity
from tests.models import oracles
from tests.models.baselines import BASELINES, FITS, POPULARITIES, Baseline, scores_of
from tests.models.conftest import HISTORIES

N_ITEMS = 7
histories = st.lists(st.lists(st.integers(1, N_ITEMS), min_size=1, max_size=14), max_size=8)
# Ten that can be split, with every item among them.
ENOUGH = [[item % N_ITEMS + 1, 1, 2, 3] for item in range(10)]


@pytest.mark.parametrize("baseline", BASELINES, ids=lambda baseline: baseline.name)
@settings(max_examples=30, deadline=None)
@given(found=histories, asked=st.lists(st.integers(1, N_ITEMS), max_size=12))
def test_scores_equal_their_definition(
    baseline: Baseline, found: list[list[int]], asked: list[int]
):
    logged = [*ENOUGH, *found]
    parts = [oracles.training_part(history) for history in logged]
    split = leave_last_out(SequenceDatabase.from_histories(logged))
    n_items = split.database.n_items
    popularity = np.array(oracles.shares(parts, n_items)) * oracles.POPULARITY_WEIGHT
    expected = np.array(baseline.define(parts, asked, n_items)) + popularity
    np.testing.assert_allclose(
        scores_of(baseline.fit(split), asked), expected, rtol=1e-4, atol=1e-7
    )


@given(found=histories)
def test_popularity_is_the_share_of_training_events(found: list[list[int]]):
    logged = [*ENOUGH, *found]
    split = leave_last_out(SequenceDatabase.from_histories(logged))
    expected = oracles.shares([oracles.training_part(h) for h in logged], split.database.n_items)
    np.testing.assert_allclose(scores_of(fit_popularity(split), [1]), expected, rtol=1e-6)


def test_an_event_of_late_counts_twice_one_that_is_a_half_life_older():
    logged = [[1, 1, 1]] * 10 + [[2, 1, 1]]
    database = SequenceDatabase.from_histories(logged)
    database.times_s[:] = 0
    database.times_s[30] = 3 * 86_400  # the only training event of item 2
    scores = scores_of(fit_recent_popularity(leave_last_out(database), 3.0), [])
    assert scores == pytest.approx([5 / 6, 1 / 6])


def test_without_times_nothing_is_popular_of_late(split: Split):
    object.__setattr__(split.database, "has_clock", False)
    with pytest.raises(ConfigError, match="the log has no times"):
        fit_recent_popularity(split)


def test_markov_falls_back_to_popularity_after_an_item_without_successor():
    histories = [[1, 2, 2, 2]] * 9 + [[1, 3, 3, 4]]
    split = leave_last_out(SequenceDatabase.from_histories(histories))
    asked = [np.array([4], dtype=np.int32)]
    order = fit_markov(split).score(asked)[0].argsort()[::-1]
    assert order[:2].tolist() == [1, 2]  # ten and nine training events
    popular = fit_popularity(split).score(asked)[0].argsort()[::-1]
    np.testing.assert_array_equal(order, popular)


def test_only_the_nearest_neighbours_count_and_ties_go_by_item_id(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("seqrec.models.neighbours.N_NEIGHBOURS", 2)
    # Item 1 shares every user with items 2, 3 and 4, which are all as near to it.
    split = leave_last_out(SequenceDatabase.from_histories([[1, 2, 3, 4, 5, 5]] * 10))
    scores = np.array(scores_of(fit_item_neighbours(split), [1]))
    np.testing.assert_allclose(scores, [0, 1, 1, 0, 0], atol=1e-5)


def test_neighbours_of_a_large_catalogue_are_found_in_blocks(monkeypatch: pytest.MonkeyPatch):
    split = leave_last_out(SequenceDatabase.from_histories(HISTORIES))
    whole = scores_of(fit_item_neighbours(split), [1, 2, 3])
    monkeypatch.setattr("seqrec.models.neighbours._ROWS_AT_ONCE", 3)
    assert scores_of(fit_item_neighbours(split), [1, 2, 3]) == whole


def test_ease_refuses_a_catalogue_too_large_for_its_matrix(
    split: Split, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ease, "MAX_ITEMS", 6)
    with pytest.raises(OverLimitError, match="for 7 items; it is fitted up to 6"):
        ease.fit_ease(split)


def test_texts_are_compared_by_rare_words_of_any_case():
    table = weigh_words(["", "Red mug", "red MUG", "red", "lonely"]).toarray()
    assert table.shape == (5, 2)  # mug and red: the other word links nothing
    np.testing.assert_allclose(table[1], table[2])
    assert table[1][0] > table[1][1] > 0  # fewer have mug
    assert table[4].tolist() == [0, 0]


def test_titles_without_a_word_in_common_are_refused():
    with pytest.raises(TooSmallError, match="no two titles share a word"):
        ContentNeighbours(["", "a", "b"], np.ones(3, dtype=np.float32))


def test_an_item_without_an_event_is_found_by_its_title():
    shares = np.array([0, 1, 1, 0], dtype=np.float32) / 2
    model = ContentNeighbours(["", "red mug", "blue towel", "mug"], shares)
    assert np.argsort(scores_of(model, [1]))[-2:].tolist() == [2, 0]


@pytest.mark.parametrize("fit", FITS)
def test_held_out_events_change_no_score(
    fit: Callable[[Split], Recommender], split: Split, asked: list[np.ndarray]
):
    other = [
        part + [1] * (len(history) - len(part))
        for history, part in ((history, oracles.training_part(history)) for history in HISTORIES)
    ]
    changed = leave_last_out(SequenceDatabase.from_histories(other))
    np.testing.assert_array_equal(fit(split).score(asked), fit(changed).score(asked))


def test_popularities_are_alike_for_everybody(split: Split):
    for fit in POPULARITIES:
        assert scores_of(fit(split), [1]) == scores_of(fit(split), [2, 3])


def test_the_farther_past_is_seen_by_the_decayed_chain_only(split: Split):
    asked = [np.array(history, dtype=np.int32) for history in ([3, 5], [4, 5])]
    plain, decayed = fit_markov(split).score(asked), fit_decayed_markov(split).score(asked)
    assert (plain[0] == plain[1]).all()
    assert (decayed[0] != decayed[1]).any()
