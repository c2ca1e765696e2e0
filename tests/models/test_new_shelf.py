import numpy as np

from seqrec.evaluation.split import leave_last_out
from seqrec.log.sequences import SequenceDatabase
from seqrec.models.new_shelf import FirstItems, NewShelf, ShelfRate


class _Fixed:
    def __init__(self, *scores: float) -> None:
        self._scores = np.array([-np.inf, *scores], dtype=np.float32)

    def score(self, histories: list[np.ndarray]) -> np.ndarray:
        return np.tile(self._scores, (len(histories), 1))


def _shelf(*new: int, scores: tuple[float, ...]) -> NewShelf:
    is_new = np.zeros(len(scores) + 1, dtype=np.bool_)
    is_new[list(new)] = True
    return NewShelf(_Fixed(*scores), is_new)


def test_the_shelf_holds_new_items_alone_best_first_without_those_of_the_history() -> None:
    shelf = _shelf(2, 4, 5, scores=(9.0, 1.0, 8.0, 3.0, 2.0))
    items, scores = shelf.list(np.array([1, 5], dtype=np.int32), 10)
    assert items.tolist() == [4, 2]
    assert scores.tolist() == [3.0, 1.0]
    assert shelf.list(np.zeros(0, dtype=np.int32), 1)[0].tolist() == [4]


def test_only_users_whose_next_item_is_new_are_counted() -> None:
    # Ten users end with item 4, four with item 5 and three with item 1; 6 to 20 are new too.
    histories = [[1, 2, 3, 4]] * 10 + [[1, 2, 3, 5]] * 4 + [[2, 3, 1, 2, 1]] * 3
    database = SequenceDatabase.from_histories([*histories, [*range(1, 21)]])
    split = leave_last_out(database)
    new = (4, 5, *range(6, 21))
    falling = (0.0, 0.0, 0.0, 9.0, -1.0, *range(8, -7, -1))
    # Item 4 is first; 5 is behind more than nine others. Item 20 ends the long history.
    found = _shelf(*new, scores=falling).measure(split)
    assert found.n_users == 15
    assert found.hit_rate is not None
    assert round(found.hit_rate * 15) in {10, 11}
    assert _shelf(7, scores=falling).measure(split) == ShelfRate(None, 0)


def test_a_model_of_more_items_is_cut_to_those_of_the_log() -> None:
    assert FirstItems(_Fixed(1.0, 2.0, 3.0), 2).score([np.zeros(0)])[0, 1:].tolist() == [1.0, 2.0]
