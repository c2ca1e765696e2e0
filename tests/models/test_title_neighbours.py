import numpy as np

from seqrec.models.title_neighbours import TitleNeighbours


class _Fixed:
    def __init__(self, *scores: float) -> None:
        self._scores = np.array(scores, dtype=np.float32)

    def score(self, histories: list[np.ndarray]) -> np.ndarray:
        return np.tile(np.concatenate([[-np.inf], self._scores]), (len(histories), 1))


# Item 4 is new: its title is that of item 1, half that of item 2, and nothing of item 3.
VECTORS = np.array([[0, 0], [1, 0], [0.5, 0.75**0.5], [0, 1], [1, 0]], dtype=np.float32)
IS_NEW = np.array([False, False, False, False, True])


def test_a_new_item_has_the_mean_of_the_nearest_titles_by_the_square_of_likeness() -> None:
    model = TitleNeighbours(_Fixed(16.0, 4.0, 100.0, 0.0), VECTORS, IS_NEW, n_nearest=2)
    scores = model.score([np.array([3])])[0]
    assert scores[0] == -np.inf
    assert scores[1:4].tolist() == [4.0, 2.0, 10.0]
    assert np.isclose(scores[4], (4.0 * 1.0 + 2.0 * 0.25) / 1.25)


def test_an_item_without_a_title_is_told_nothing_of() -> None:
    vectors = VECTORS.copy()
    vectors[4] = 0.0
    model = TitleNeighbours(_Fixed(16.0, 4.0, 100.0, 0.0), vectors, IS_NEW)
    assert model.score([np.array([1])])[0, 4] == 0.0
