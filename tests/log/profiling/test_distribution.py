import json
from statistics import median

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from seqrec.log.profiling.distribution import Distribution

numbers_of = st.lists(st.integers(1, 40), min_size=1, max_size=60)


@given(numbers=numbers_of)
def test_a_distribution_equals_the_plain_numbers(numbers: list[int]):
    found = Distribution.of(np.array(numbers))
    assert (found.n_numbers, found.total, found.largest) == (
        len(numbers),
        sum(numbers),
        max(numbers),
    )
    assert found.median == median(numbers)
    assert found.count_from(7) == sum(number >= 7 for number in numbers)


@given(numbers=numbers_of)
def test_gini_is_half_the_mean_difference_over_the_mean(numbers: list[int]):
    differences = [abs(one - other) for one in numbers for other in numbers]
    expected = sum(differences) / (2 * len(numbers) * sum(numbers))
    assert abs(Distribution.of(np.array(numbers)).gini - expected) < 1e-12


@given(numbers=numbers_of)
def test_top_shares_are_sums_of_the_largest(numbers: list[int]):
    falling = sorted(numbers, reverse=True)
    ranks = np.arange(1, len(numbers) + 1)
    expected = np.cumsum(falling) / sum(numbers)
    assert np.allclose(Distribution.of(np.array(numbers)).top_shares(ranks), expected)


def test_no_numbers_have_a_distribution():
    found = Distribution.of(np.zeros(0, dtype=np.int64))
    assert (found.n_numbers, found.total, found.largest) == (0, 0, 0)


def test_a_distribution_survives_json():
    found = Distribution.of(np.array([5, 1, 5]))
    again = Distribution.from_json(json.loads(json.dumps(found.to_json())))
    assert again.values.tolist() == [1, 5]
    assert again.counts.tolist() == [1, 2]
