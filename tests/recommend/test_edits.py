import pytest

from seqrec.errors import NotStoredError
from seqrec.recommend.edits import find_item, move_event, remove_event

HISTORY = [7, 8, 9]


def test_an_event_is_taken_out_and_the_history_stays():
    assert remove_event(HISTORY, 1) == [7, 9]
    assert remove_event([7], 0) == []
    assert HISTORY == [7, 8, 9]


@pytest.mark.parametrize(
    ("place", "steps", "expected"),
    [(0, 1, [8, 7, 9]), (2, -1, [7, 9, 8]), (0, -1, HISTORY), (2, 5, HISTORY), (0, 2, [8, 9, 7])],
)
def test_an_event_moves_at_most_to_the_ends(place: int, steps: int, expected: list[int]):
    assert move_event(HISTORY, place, steps) == expected


def test_an_item_is_found_by_title_then_by_id():
    names, ids = {"Mug": 1, "22": 2}, {"11": 1, "22": 3}
    assert find_item(names, ids, " Mug ") == 1
    assert find_item(names, ids, "11") == 1
    assert find_item(names, ids, "22") == 2
    with pytest.raises(NotStoredError, match="the log has no item 'Saw'"):
        find_item(names, ids, "Saw")
