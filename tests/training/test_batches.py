from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from seqrec.evaluation.split import Split, leave_last_out
from seqrec.log.sequences import SequenceDatabase
from seqrec.training.batches import WindowBatches
from seqrec.training.config import with_choices
from tests.training.conftest import TINY


def pairs_of(batches: WindowBatches, epoch: int) -> list[tuple[int, int]]:
    """Every (event, next event) that an epoch teaches."""
    first = epoch * batches.steps_per_epoch
    found = []
    for index in range(first, first + batches.steps_per_epoch):
        batch = batches[index]
        real = batch["targets"] > 0
        assert torch.equal(real, batch["items"] > 0)
        found += zip(batch["items"][real].tolist(), batch["targets"][real].tolist(), strict=True)
    return sorted(found)


@pytest.mark.parametrize("max_length", [2, 3, 8, 50])
@pytest.mark.parametrize("epoch", [0, 1])
def test_an_epoch_teaches_each_training_transition_once(split: Split, max_length: int, epoch: int):
    batches = WindowBatches(split, with_choices(TINY, {"max_length": max_length}))
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
    st.integers(16, 60),
    st.integers(0, 5),
)
def test_histories_of_any_length_are_taught_once(
    lengths: list[int], max_length: int, batch_tokens: int, seed: int
):
    # Every event is an item of its own, so a held-out one would be seen among the pairs.
    ends = [4, *([3] * 9), *lengths]
    starts = [sum(ends[:row]) + 1 for row in range(len(ends))]
    histories = [list(range(start, start + size)) for start, size in zip(starts, ends, strict=True)]
    split = leave_last_out(SequenceDatabase.from_histories(histories))
    changes = {"max_length": max_length, "batch_tokens": batch_tokens, "seed": seed, "epochs": 2}
    batches = WindowBatches(split, with_choices(TINY, changes))
    parts = [history[: -min(2, len(history) - 1)] for history in histories if len(history) > 1]
    expected = sorted(pair for part in parts for pair in pairwise(part))
    assert pairs_of(batches, 0) == pairs_of(batches, 1) == expected


def test_no_window_is_longer_than_the_model_sees(split: Split):
    batches = WindowBatches(split, with_choices(TINY, {"max_length": 3}))
    assert max(batches[index]["items"].shape[1] for index in range(len(batches))) == 3


def test_a_batch_depends_on_its_place_alone(split: Split):
    forward, backward = WindowBatches(split, TINY), WindowBatches(split, TINY)
    there = [forward[index] for index in range(len(forward))]
    back = [backward[index] for index in reversed(range(len(backward)))][::-1]
    for one, other in zip(there, back, strict=True):
        assert torch.equal(one["items"], other["items"])
        assert torch.equal(one["targets"], other["targets"])


def test_epochs_and_seeds_have_other_orders(split: Split):
    batches = WindowBatches(split, TINY)
    other = WindowBatches(split, with_choices(TINY, {"seed": 1}))
    first, second = batches[0]["items"], batches[batches.steps_per_epoch]["items"]
    assert not torch.equal(first, second)
    assert not torch.equal(first, other[0]["items"])


def test_batches_hold_as_many_events_and_little_padding():
    generator = np.random.default_rng(1)
    histories = [[1, 2] * int(size) for size in generator.geometric(0.06, 400) + 1]
    split = leave_last_out(SequenceDatabase.from_histories(histories))
    batches = WindowBatches(split, with_choices(TINY, {"batch_tokens": 500, "max_length": 100}))
    plan = [batches[index]["items"] for index in range(batches.steps_per_epoch)]
    n_events = np.array([int((items > 0).sum()) for items in plan])
    assert abs(n_events - batches.n_targets / len(plan)).max() <= 100
    assert n_events.mean() <= 500
    # Shuffled alone, batches were half padding.
    assert n_events.sum() > 0.9 * sum(items.numel() for items in plan)


@pytest.mark.parametrize("n_processes", [1, 2, 3])
def test_processes_share_the_events_of_a_step(split: Split, n_processes: int):
    batches = WindowBatches(split, TINY, n_processes)
    assert len(batches) == batches.steps_per_epoch * n_processes * TINY.epochs
    assert batches.n_steps == batches.steps_per_epoch * TINY.epochs
    taught = [int((batches[index]["targets"] > 0).sum()) for index in range(len(batches))]
    assert sum(taught) == batches.n_targets * TINY.epochs
    assert max(taught) <= TINY.batch_tokens / n_processes + TINY.model.max_length


def test_more_processes_than_windows_still_have_a_batch_each():
    split = leave_last_out(SequenceDatabase.from_histories([[1, 2, 3, 4], *([[1, 2, 3]] * 9)]))
    batches = WindowBatches(split, TINY, n_processes=3)
    assert [batches[index]["targets"].tolist() for index in range(3)] == [[[2]]] * 3
