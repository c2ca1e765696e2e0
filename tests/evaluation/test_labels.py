import numpy as np
import pytest

from seqrec.evaluation.label_tables import describe_rare
from seqrec.evaluation.labels import (
    MARKOV_LABELS,
    MOST_FREQUENT,
    LabelMeter,
    LabelTask,
    guess_by_markov,
    guess_most_frequent,
    make_label_task,
    vote_labels,
)
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.log.sequences import SequenceDatabase

# Items 1 and 2 are drinks, 3 and 4 food, 5 has no category.
CATEGORIES = ["", "Drink", "Drink", "Food", "Food", ""]
# Drink, Food, Drink... of which two events are held out; one user ends with an item without.
HISTORIES = [[1, 3, 2, 4, 1]] * 11 + [[1, 3, 2, 4, 5]]


@pytest.fixture
def split() -> Split:
    return leave_last_out(SequenceDatabase.from_histories(HISTORIES))


@pytest.fixture
def task(split: Split) -> LabelTask:
    task = make_label_task(split, CATEGORIES)
    assert task is not None
    return task


def test_targets_without_a_category_are_left_out(task: LabelTask):
    assert task.names == ("Drink", "Food")
    assert task.users.tolist() == list(range(11))
    assert task.actual.tolist() == [0] * 11


def test_a_log_without_categories_has_no_task(split: Split):
    assert make_label_task(split, [""] * 6) is None


def test_baselines_learn_from_training_events_alone(split: Split, task: LabelTask):
    # Training parts are Drink, Food, Drink: most are drinks, and after food comes drink.
    assert guess_most_frequent(task, split).tolist() == [0] * 12
    assert guess_by_markov(task, split).tolist() == [0] * 12


def test_markov_passes_over_events_without_a_category(task: LabelTask):
    histories = [[3, 5, 1, 5, 3, 1, 3, 5, 1, 3]] * 12
    split = leave_last_out(SequenceDatabase.from_histories(histories))
    found = make_label_task(split, CATEGORIES)
    assert found is not None
    assert guess_by_markov(found, split).tolist() == [1] * 12  # after a drink, food
    del task


def test_the_first_items_of_a_list_count_most(task: LabelTask):
    lists = np.array([[1, 3, 4], [1, 2, 3], [3, 0, 0], [5, 0, 0]], dtype=np.int32)
    # 1 against 1 / log2(3) + 1 / 2; no item with a category gives no guess.
    assert vote_labels(task, lists).tolist() == [1, 0, 1, -1]


def test_a_report_names_all_models_and_both_baselines(split: Split, task: LabelTask):
    meter = LabelMeter(task, split, ["Good", "Bad"], {})
    meter.add("Good", np.full((12, 10), 2, dtype=np.int32))
    meter.add("Bad", np.full((12, 10), 3, dtype=np.int32))
    found = meter.measure()
    assert found["n_users"] == 11
    assert found["n_without"] == 1
    assert found["classes"] == ["Drink", "Food"]
    assert found["counts"] == [11, 0]
    assert list(found["models"]) == ["Good", "Bad", MARKOV_LABELS, MOST_FREQUENT]
    good, bad = found["models"]["Good"], found["models"]["Bad"]
    assert good["accuracy"] == 1.0
    assert good["f1"] == [1.0, None]
    assert bad["accuracy"] == 0.0
    assert bad["precision"] == [None, 0.0]


def test_a_category_with_one_user_is_said_to_say_little():
    told = describe_rare({"counts": [11, 1, 0]})
    assert told.startswith("1 of 3 categories are next for fewer than 5 users")
    assert describe_rare({"counts": [11, 5]}) == ""
