import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqrec.errors import ConfigError, TooSmallError
from seqrec.evaluation.split import Split, global_time, leave_last_out
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


def by_time(seed: int, n_users: int = 60) -> Split:
    generator = np.random.default_rng(seed)
    database = SequenceDatabase.from_histories(
        [generator.integers(1, 20, size=generator.integers(1, 9)).tolist() for _ in range(n_users)]
    )
    times = generator.integers(0, 500, size=database.n_events)
    for user in range(n_users):
        part = slice(*database.offsets[user : user + 2])
        database.times_s[part] = np.sort(times[part])
    return global_time(database, 0.2, 0.3)


@given(st.integers(0, 10_000))
def test_by_time_nothing_learned_from_is_later_than_what_is_predicted(seed: int):
    split = by_time(seed)
    times = split.database.times_s
    learned = times[split.train_mask()].max()
    assert learned < times[split.validation_places].min()
    assert times[split.validation_places].max() < times[split.test_places].min()
    late = np.sort(times)[int(0.7 * len(times)) + 1]
    for user, place in zip(split.test_users, split.test_places, strict=True):
        history = split.database.history(int(user)).tolist()
        before = split.test_history(int(user)).tolist()
        assert before
        assert [*before, split.database.items[place]] == history[: len(before) + 1]
        # It is the first that is late, or the first of all was the one before it.
        assert times[place - 1] < late or len(before) == 1
    rows = split.test_users[::2]
    assert split.test_targets_of(rows).tolist() == split.test_targets()[::2].tolist()


def test_a_log_without_times_or_late_users_cannot_be_split_by_time():
    database = SequenceDatabase.from_histories([[1, 2, 3]] * 20)
    with pytest.raises(TooSmallError, match=r"\d users have an event in the period to validate"):
        global_time(database)
    object.__setattr__(database, "has_clock", False)
    with pytest.raises(ConfigError, match="has no times"):
        global_time(database)
