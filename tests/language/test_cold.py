import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqrec.evaluation.split import leave_last_out
from seqrec.language.cold import hide_items, impute_rows, measure_cold, nearest_texts
from seqrec.log.sequences import SequenceDatabase

HISTORIES = [[1 + (user + step * step) % 9 for step in range(3 + user % 5)] for user in range(30)]


class _Fixed:
    """Scores every history alike."""

    def __init__(self, scores: list[float]) -> None:
        self._scores = np.array(scores, dtype=np.float32)

    def score(self, histories: list[np.ndarray]) -> np.ndarray:
        return np.tile(self._scores, (len(histories), 1))


@given(st.floats(0.1, 0.7), st.integers(0, 20))
def test_hidden_items_are_in_no_history_and_stay_as_targets(share: float, seed: int) -> None:
    whole = leave_last_out(SequenceDatabase.from_histories(HISTORIES))
    items = hide_items(whole, share, seed)
    split = items.split
    assert items.hidden.sum() == round(share * 9)
    assert (split.test_targets() == whole.test_targets()).all()
    assert not items.hidden[split.train_items()].any()
    assert not items.hidden[split.validation_targets()].any()
    for user in split.test_users.tolist():
        expected = [item for item in HISTORIES[user][:-1] if not items.hidden[item]]
        assert split.test_history(user).tolist() == expected
        trained = [item for item in HISTORIES[user][:-2] if not items.hidden[item]]
        assert split.train_history(user).tolist() == trained


def test_the_nearest_texts_are_those_of_the_highest_product() -> None:
    vectors = np.array([[0, 0], [1, 0], [0.8, 0.6], [0, 1], [-1, 0]], dtype=np.float32)
    found = nearest_texts(vectors, np.array([1, 3]), np.array([2, 3, 4]), 2)
    assert found.tolist() == [[2, 3], [3, 2]]
    assert nearest_texts(vectors, np.array([1]), np.array([4]), 10).tolist() == [[4]]


def test_a_new_item_gets_nine_tenths_of_its_neighbours_mean() -> None:
    table = np.array([[0.0], [1.0], [3.0], [9.0]], dtype=np.float32)
    found = impute_rows(table, np.array([[1, 2]]), np.array([3]))
    assert found[:, 0] == pytest.approx([0.0, 1.0, 3.0, 1.8])
    assert table[3, 0] == 9.0


def test_warm_and_cold_targets_are_counted_apart() -> None:
    # Ten users end with item 5, which is hidden, and ten with item 1, which is not.
    histories = [[2, 3, 4, 5]] * 10 + [[2, 3, 4, 1]] * 10 + [[6, 7, 8, 9, 6]] * 2
    whole = leave_last_out(SequenceDatabase.from_histories(histories))
    seed = next(seed for seed in range(99) if hide_items(whole, 1 / 9, seed).hidden[5])
    found = measure_cold(hide_items(whole, 1 / 9, seed), _Fixed([0, 9, 1, 1, 1, 5, 8, 7, 6, 4]))
    # Item 1 comes first; 6 was seen by its users, so that it is masked and last.
    assert (found.n_warm, found.n_cold) == (12, 10)
    assert found.warm_ndcg == pytest.approx((10 * 1 + 2 / np.log2(10)) / 12)
    assert found.warm_hit_rate == 1.0
    some = measure_cold(hide_items(whole, 1 / 9, seed), _Fixed([0] * 10), n_warm=3)
    assert (some.n_warm, some.n_cold) == (3, 10)
    assert (found.cold_hit_rate, found.cold_hit_rate_50, found.shelf_hit_rate) == (1.0, 1.0, 1.0)
