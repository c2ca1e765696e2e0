import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqrec.errors import TooSmallError
from seqrec.evaluation.split import leave_last_out
from seqrec.log.sequences import SequenceDatabase

ENOUGH = [[1, 2, 3]] * 10


@given(st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=6), max_size=20))
def test_every_event_is_learned_from_validated_on_or_tested_on(histories: list[list[int]]):
    histories = [*ENOUGH, *histories]
    split = leave_last_out(SequenceDatabase.from_histories(histories))
    test = dict(zip(split.test_users.tolist(), split.test_targets().tolist(), strict=True))
    validation = dict(
        zip(split.validation_users.tolist(), split.validation_targets().tolist(), strict=True)
    )
    for row, history in enumerate(histories):
        held_out = [targets[row] for targets in (validation, test) if row in targets]
        assert [*split.train_history(row).tolist(), *held_out] == history
        assert len(held_out) == min(len(history) - 1, 2)


def test_history_before_a_target_ends_with_the_event_before_it():
    split = leave_last_out(SequenceDatabase.from_histories([*ENOUGH, [4, 5, 6, 7]]))
    assert split.train_history(10).tolist() == [4, 5]
    assert split.validation_history(10).tolist() == [4, 5]
    assert split.test_history(10).tolist() == [4, 5, 6]


def test_train_items_are_the_training_parts_one_behind_the_other():
    histories = [*ENOUGH, [4, 5, 6, 7], [8, 9], [5]]
    split = leave_last_out(SequenceDatabase.from_histories(histories))
    assert split.train_items().tolist() == [1] * 10 + [4, 5] + [8] + [5]
    assert split.train_mask().sum() == 14
    assert split.train_ends.dtype == np.int64


def test_too_few_users_are_counted_and_told_what_to_do():
    database = SequenceDatabase.from_histories([[1, 2, 3]] * 9 + [[1, 2]] * 5)
    with pytest.raises(TooSmallError, match=r"9 of 14 users have 3 or more.*use a longer log"):
        leave_last_out(database)


def test_a_log_without_users_is_too_small():
    with pytest.raises(TooSmallError, match="0 of 0 users"):
        leave_last_out(SequenceDatabase.from_histories([]))


def test_one_item_cannot_be_ranked():
    with pytest.raises(TooSmallError, match=r"1 item.*check which column"):
        leave_last_out(SequenceDatabase.from_histories([[1, 1, 1]] * 10))
