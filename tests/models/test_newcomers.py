import numpy as np
import pytest

from seqrec.models.newcomers import ReservedPlaces
from seqrec.models.word_help import WordHelp


class _Fixed:
    def __init__(self, *scores: float) -> None:
        self._scores = np.array([-np.inf, *scores], dtype=np.float32)

    def score(self, histories: list[np.ndarray]) -> np.ndarray:
        return np.tile(self._scores, (len(histories), 1))


def test_new_items_have_every_fifth_place_from_the_eleventh() -> None:
    n_known, n_new = 20, 4
    is_new = np.array([False] + [False] * n_known + [True] * n_new)
    falling = _Fixed(*range(n_known + n_new, 0, -1))
    found = ReservedPlaces(falling, falling, is_new, exclude_seen=False).score([np.zeros(0)])
    items = np.argsort(-found[0])[:-1] if found[0, 0] == -np.inf else np.zeros(0)
    expected = [*range(1, 11), 21, *range(11, 15), 22, *range(15, 19), 23, 19, 20, 24]
    assert items.tolist() == expected


def test_seen_items_have_no_place_and_move_nobody_else() -> None:
    is_new = np.array([False] + [False] * 12 + [True] * 2)
    falling = _Fixed(*range(14, 0, -1))
    history = np.array([1, 2, 13], dtype=np.int32)
    found = ReservedPlaces(falling, falling, is_new, exclude_seen=True).score([history])[0]
    assert (found[[0, 1, 2, 13]] == -np.inf).all()
    order = np.argsort(-found, kind="stable")[:11].tolist()
    assert order == [*range(3, 13), 14]


def test_words_are_added_in_deviations_of_their_row() -> None:
    found = WordHelp(_Fixed(1.0, 1.0, 1.0), _Fixed(0.0, 3.0, 0.0), 0.5).score([np.zeros(0)])
    level = (np.array([0.0, 3.0, 0.0]) - 1.0) / np.sqrt(2.0)
    assert found[0, 1:] == pytest.approx(1.0 + 0.5 * level)
    assert found[0, 0] == -np.inf
