import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.evaluation.intervals import Difference, compare_ranks, describe_difference, gains_of

ranks_of_users = st.lists(
    st.tuples(st.integers(1, 14), st.integers(1, 14)), min_size=30, max_size=60
)


@settings(max_examples=15, deadline=None)
@given(pairs=ranks_of_users)
def test_interval_equals_that_of_plain_resampling(pairs: list[tuple[int, int]]):
    ranks, others = np.array([*pairs, (1, 1), (2, 1)], dtype=np.int32).T
    found = compare_ranks(ranks, others)
    own, other = gains_of(ranks), gains_of(others)
    rows = np.random.default_rng(1).integers(len(ranks), size=(10_000, len(ranks)))
    below = other[rows].mean(axis=1)
    assert found.ratio == pytest.approx(own.mean() / other.mean() - 1)
    if below.min() == 0 or found.low is None:
        return
    ratios = own[rows].mean(axis=1) / below - 1
    low, high = np.quantile(ratios, [0.025, 0.975])
    spread = high - low
    assert found.low == pytest.approx(low, abs=0.06 * spread + 1e-9)
    assert found.high == pytest.approx(high, abs=0.12 * spread + 1e-9)


def test_users_are_drawn_with_both_models_ranks():
    # Always twice as far down: paired, the ratio hardly varies; unpaired it would.
    generator = np.random.default_rng(0)
    others = generator.choice([1, 3], size=500).astype(np.int32)
    ranks = np.where(others == 1, 3, 7).astype(np.int32)  # gains 1 and 1/2, 1/2 and 1/3
    found = compare_ranks(ranks, others)
    assert found.ratio is not None
    assert found.high - found.low < 0.05
    assert found.is_sure


def test_the_same_ranks_cannot_be_told_apart():
    ranks = np.arange(1, 101, dtype=np.int32)
    text = describe_difference("A", "B", compare_ranks(ranks, ranks))
    assert text == (
        "A and B cannot be told apart on 100 users: the difference is +0% to +0% (95 % interval)."
    )


def test_who_beats_whom_is_told():
    assert describe_difference("A", "B", Difference(0.065, 0.04, 0.09, 6040)) == (
        "A beats B by 4% to 9% (95 % interval over 6,040 users)."
    )
    assert describe_difference("A", "B", Difference(-0.065, -0.09, -0.04, 6040)) == (
        "A is beaten by B by 4% to 9% (95 % interval over 6,040 users)."
    )


def test_against_a_model_that_never_hits_there_is_no_ratio():
    never, always = np.full(50, 99, dtype=np.int32), np.ones(50, dtype=np.int32)
    found = compare_ranks(always, never)
    assert found == Difference(None, None, None, 50)
    assert describe_difference("A", "B", found) == (
        "B hits too seldom to say by how much A beats it (50 users)."
    )


def test_more_users_make_it_surer():
    generator = np.random.default_rng(3)
    ranks, others = generator.integers(1, 15, (2, 400)).astype(np.int32)
    few, many = compare_ranks(ranks, others), compare_ranks(np.tile(ranks, 25), np.tile(others, 25))
    assert (few.high - few.low) / (many.high - many.low) == pytest.approx(5, rel=0.1)
