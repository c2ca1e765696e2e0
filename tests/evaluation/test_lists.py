import math
from itertools import combinations
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.evaluation import lists
from seqrec.evaluation.lists import ListMeter, ListMetrics, gini, know_items
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.log.sequences import SequenceDatabase
from tests.evaluation import oracles

N_ITEMS = 6
CATEGORIES = ["", "red", "red|blue", "blue", "", "green|red", "green"]
HISTORIES = [[1, 2, 3, 1, 5, 5], [2, 3, 4, 4], [1, 5, 5, 6], *[[6, 1, 2, 2]] * 8, [3]]
some_lists = st.lists(
    st.lists(st.integers(1, N_ITEMS), min_size=1, max_size=4, unique=True), min_size=1, max_size=6
)


@pytest.fixture(scope="module")
def split() -> Split:
    return leave_last_out(SequenceDatabase.from_histories(HISTORIES))


def measure(split: Split, given_lists: list[list[int]], size: int = 9) -> ListMetrics:
    """The lists are those of the first users, `size` at a time."""
    meter = ListMeter(know_items(split, CATEGORIES))
    items = np.array([[*row, *[0] * (4 - len(row))] for row in given_lists], dtype=np.int32)
    past = [split.test_history(int(row)) for row in split.test_users[: len(items)]]
    for start in range(0, len(items), size):
        meter.add(items[start : start + size], past[start : start + size])
    return meter.measure()


@settings(max_examples=60)
@given(given_lists=some_lists)
def test_list_metrics_equal_their_definitions(split: Split, given_lists: list[list[int]]):
    parts = [split.train_history(row).tolist() for row in range(len(HISTORIES))]
    users = {item: {row for row, part in enumerate(parts) if item in part} for item in range(1, 7)}
    n_events = {item: sum(part.count(item) for part in parts) for item in range(1, 7)}
    past = [history[:-1] for history in HISTORIES[: len(given_lists)]]
    found = measure(split, given_lists)
    listed = [item for row in given_lists for item in row]
    assert found.coverage == pytest.approx(len(set(listed)) / N_ITEMS)
    assert found.gini == pytest.approx(oracles.gini([listed.count(i) for i in range(1, 7)]))
    bits = {item: -math.log2(max(len(users[item]), 1) / len(HISTORIES)) for item in range(1, 7)}
    assert found.novelty == pytest.approx(fmean(fmean(bits[i] for i in r) for r in given_lists))
    apart = [
        fmean(1 - oracles.cosine(users[one], users[other]) for one, other in combinations(row, 2))
        for row in given_lists
        if len(row) > 1
    ]
    assert found.diversity == pytest.approx(fmean(apart) if apart else 0.0)
    popular = fmean(fmean(n_events[item] for item in row) for row in given_lists)
    chosen = fmean(fmean(n_events[item] for item in row) for row in past)
    assert found.popularity_lift == pytest.approx(popular / chosen)
    pairs = [(shares(row), shares(before)) for row, before in zip(given_lists, past, strict=True)]
    told = [oracles.divergence(before, row) for row, before in pairs if sum(row) and sum(before)]
    assert found.miscalibration == pytest.approx(fmean(told) if told else 0.0)


def shares(items: list[int]) -> list[float]:
    names = ["red", "blue", "green"]
    parts = [CATEGORIES[item].split("|") for item in items if CATEGORIES[item]]
    sums = [sum(part.count(name) / len(part) for part in parts) for name in names]
    return [value / sum(sums) for value in sums] if sum(sums) else sums


@given(st.lists(st.integers(0, 9), min_size=1, max_size=9))
def test_gini_equals_its_definition(counts: list[int]):
    assert gini(np.array(counts)) == pytest.approx(oracles.gini(counts))


def test_even_and_uneven_exposure_by_hand():
    assert gini(np.array([3, 3, 3])) == 0
    assert gini(np.array([0, 0, 0, 8])) == pytest.approx(3 / 4)


def test_lists_measured_in_parts_give_the_same(split: Split):
    given_lists = [[1, 2], [3, 4, 5], [6], [2, 1]]
    assert measure(split, given_lists, size=1) == measure(split, given_lists)


def test_without_categories_there_is_no_calibration(split: Split):
    meter = ListMeter(know_items(split, None))
    meter.add(np.array([[1, 2]], dtype=np.int32), [np.array([1], dtype=np.int32)])
    assert meter.measure().miscalibration is None


def test_items_of_very_many_users_are_compared_by_a_sample(
    split: Split, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(lists, "MAX_COMPARED_USERS", 3)
    facts = know_items(split, None)
    assert facts.unit.shape == (N_ITEMS + 1, 3)
    norms = np.asarray(facts.unit.multiply(facts.unit).sum(axis=1)).ravel()
    assert set(np.round(norms, 6)) <= {0.0, 1.0}
