from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from seqrec.evaluation.split import Split, leave_last_out
from seqrec.log.sequences import SequenceDatabase
from seqrec.models.markov import Markov
from seqrec.models.popularity import Popularity
from tests.models.conftest import HISTORIES


def training_part(history: list[int]) -> list[int]:
    return history[: -min(len(history) - 1, 2)] if len(history) > 1 else history


def test_popularity_is_the_share_of_training_events(split: Split, asked: list[np.ndarray]):
    counts = Counter(item for history in HISTORIES for item in training_part(history))
    expected = [counts[item] / counts.total() for item in range(1, 8)]
    for row in Popularity(split).score(asked):
        np.testing.assert_allclose(row[1:], expected, rtol=1e-6)


def test_markov_is_the_share_of_training_transitions(split: Split, asked: list[np.ndarray]):
    parts = [training_part(history) for history in HISTORIES]
    pairs = Counter(pair for part in parts for pair in pairwise(part))
    for history, row in zip(asked, Markov(split).score(asked), strict=True):
        last = int(history[-1])
        total = sum(count for (first, _), count in pairs.items() if first == last)
        expected = [pairs[last, item] / total for item in range(1, 8)]
        np.testing.assert_allclose(row[1:], expected, atol=2e-6)


def test_markov_falls_back_to_popularity_after_an_item_without_successor():
    histories = [[1, 2, 2, 2]] * 9 + [[1, 3, 3, 4]]
    split = leave_last_out(SequenceDatabase.from_histories(histories))
    asked = [np.array([4], dtype=np.int32)]
    order = Markov(split).score(asked)[0].argsort()[::-1]
    assert order[:2].tolist() == [1, 2]  # ten and nine training events
    np.testing.assert_array_equal(order, Popularity(split).score(asked)[0].argsort()[::-1])


@pytest.mark.parametrize("make", [Popularity, Markov])
def test_held_out_events_change_no_score(make, split: Split, asked: list[np.ndarray]):
    other = [
        part + [1] * (len(history) - len(part))
        for history, part in ((history, training_part(history)) for history in HISTORIES)
    ]
    changed = leave_last_out(SequenceDatabase.from_histories(other))
    np.testing.assert_array_equal(make(split).score(asked), make(changed).score(asked))
