from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from seqrec.evaluation.split import Split, leave_last_out
from seqrec.log.sequences import SequenceDatabase
from seqrec.training.batches import WindowBatches
from tests.training.conftest import TINY


def pairs_of(batches: WindowBatches, epoch: int) -> list[tuple[int, int]]:
    """Every (event, next event) that an epoch teaches."""
    first = epoch * batches.batches_per_epoch
    found = []
    for index in range(first, first + batches.batches_per_epoch):
        batch = batches[index]
        real = batch["targets"] > 0
        assert torch.equal(real, batch["items"] > 0)
        found += zip(batch["items"][real].tolist(), batch["targets"][real].tolist(), strict=True)
    return sorted(found)


@pytest.mark.parametrize("max_length", [2, 3, 8, 50])
@pytest.mark.parametrize("epoch", [0, 1])
def test_an_epoch_teaches_each_training_transition_once(split: Split, max_length: int, epoch: int):
    batches = WindowBatches(split, replace(TINY, max_length=max_length))
    expected = sorted(
        (int(first), int(second))
        for row in range(split.database.n_users)
        for first, second in pairwise(split.train_history(row))
    )
    assert pairs_of(batches, epoch) == expected
    assert batches.n_targets == len(expected)


@given(
    st.lists(st.integers(1, 40), max_size=15),
    st.integers(2, 12),
    st.integers(1, 9),
    st.integers(0, 5),
)
def test_histories_of_any_length_are_taught_once(
    lengths: list[int], max_length: int, batch_size: int, seed: int
):
    # Every event is an item of its own, so a held-out one would be seen among the pairs.
    ends = [4, *([3] * 9), *lengths]
    starts = [sum(ends[:row]) + 1 for row in range(len(ends))]
    histories = [list(range(start, start + size)) for start, size in zip(starts, ends, strict=True)]
    split = leave_last_out(SequenceDatabase.from_histories(histories))
    changes = {"max_length": max_length, "batch_size": batch_size, "seed": seed, "epochs": 2}
    batches = WindowBatches(split, replace(TINY, **changes))
    parts = [history[: -min(2, len(history) - 1)] for history in histories if len(history) > 1]
    expected = sorted(pair for part in parts for pair in pairwise(part))
    assert pairs_of(batches, 0) == pairs_of(batches, 1) == expected


def test_no_window_is_longer_than_the_model_sees(split: Split):
    batches = WindowBatches(split, replace(TINY, max_length=3))
    assert max(batches[index]["items"].shape[1] for index in range(len(batches))) == 3
    assert all(len(batches[index]["items"]) <= TINY.batch_size for index in range(len(batches)))


def test_a_batch_depends_on_its_place_alone(split: Split):
    forward, backward = WindowBatches(split, TINY), WindowBatches(split, TINY)
    there = [forward[index] for index in range(len(forward))]
    back = [backward[index] for index in reversed(range(len(backward)))][::-1]
    for one, other in zip(there, back, strict=True):
        assert torch.equal(one["items"], other["items"])
        assert torch.equal(one["targets"], other["targets"])


def test_epochs_and_seeds_have_other_orders(split: Split):
    batches = WindowBatches(split, TINY)
    other = WindowBatches(split, replace(TINY, seed=1))
    first, second = batches[0]["items"], batches[batches.batches_per_epoch]["items"]
    assert not torch.equal(first, second)
    assert not torch.equal(first, other[0]["items"])
