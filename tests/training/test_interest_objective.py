from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from seqrec.evaluation.split import Split
from seqrec.jobs.worker import JobReporter
from seqrec.models.item_transformer import make_transformer
from seqrec.training.batches import WindowBatches
from seqrec.training.config import with_choices
from seqrec.training.config_parts import ObjectiveConfig
from seqrec.training.interest_objective import (
    InterestObjective,
    interest_loss,
    make_objective,
    mine_user_interests,
)
from seqrec.training.monitor import Task
from seqrec.training.objectives import Objective
from seqrec.training.trainer import train
from tests.training.conftest import N_ITEMS, TINY

STILL = replace(TINY.model, dropout=0.0)


def _objective(weight: float) -> InterestObjective:
    torch.manual_seed(0)
    model = make_transformer(STILL, N_ITEMS)
    return InterestObjective(model, ObjectiveConfig(interest=weight), 3)


def _gradient(weight: float, *, asked: bool = True) -> torch.Tensor:
    """Of the loss of one batch by the items' vectors."""
    objective = _objective(weight)
    items = torch.tensor([[1, 2, 3], [4, 5, 0]])
    targets = torch.tensor([[2, 3, 4], [5, 6, 0]])
    interests = torch.tensor([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]) if asked else None
    # Zero projections pass vectors on; the head's own weights make the difference.
    objective(items, targets, interests=interests)["loss"].backward()
    gradient = objective.model.embed.weight.grad
    assert gradient is not None
    return gradient


def test_the_weight_of_interests_scales_their_gradient() -> None:
    plain = _gradient(1.0, asked=False)
    once, thrice = _gradient(1.0) - plain, _gradient(3.0) - plain
    assert once.abs().max() > 1e-3
    assert torch.allclose(thrice, 3 * once, atol=1e-5)


def test_the_loss_is_the_cross_entropy_of_shares_of_interest() -> None:
    said = torch.tensor([[1.0, 0.0, 2.0], [0.0, 3.0, 0.0], [9.0, 9.0, 9.0]])
    interests = torch.tensor([[1.0, 1.0, 2.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    chances = np.exp(said.numpy()[:2]) / np.exp(said.numpy()[:2]).sum(axis=1, keepdims=True)
    first = -np.dot([0.25, 0.25, 0.5], np.log(chances[0]))
    expected = (first - np.log(chances[1, 1])) / 2
    assert float(interest_loss(said, interests)) == pytest.approx(expected, rel=1e-5)
    assert float(interest_loss(said[2:], interests[2:])) == 0.0


def test_each_window_brings_the_interests_of_its_user(split: Split) -> None:
    interests = mine_user_interests(split)
    assert interests.shape[0] == split.database.n_users
    assert interests.shape[1] > 5
    batches = WindowBatches(split, with_choices(TINY, {"max_length": 4}), interests=interests)
    dense = interests.toarray()
    n_seen = 0
    for place in range(batches.steps_per_epoch):
        batch = batches[place]
        for items, targets, own in zip(
            batch["items"].numpy(),
            batch["targets"].numpy(),
            batch["interests"].numpy(),
            strict=True,
        ):
            window = [items[0], *targets[targets > 0]]
            owners = [
                user
                for user in range(split.database.n_users)
                if _holds(split.train_history(user).tolist(), window)
            ]
            assert any(np.array_equal(dense[user], own) for user in owners)
            n_seen += 1
    assert n_seen > 40


def _holds(history: list[int], window: list[int]) -> bool:
    length = len(window)
    return any(history[place : place + length] == window for place in range(len(history)))


def test_without_a_weight_nothing_is_mined_and_no_head_is_made(split: Split) -> None:
    model = make_transformer(STILL, N_ITEMS)
    assert type(make_objective(model, ObjectiveConfig(), None)) is Objective
    assert "interests" not in WindowBatches(split, TINY)[0]


def test_a_run_learns_from_interests_too(split: Split, tmp_path: Path) -> None:
    def weights(name: str, interest: float) -> torch.Tensor:
        config = with_choices(TINY, {"epochs": 1, "interest": interest})
        folder = tmp_path / name
        folder.mkdir()
        model = train(Task(folder, split, config, JobReporter(folder)))
        return model.embed.weight.detach().clone()

    first = weights("with", 1.0)
    assert torch.equal(first, weights("again", 1.0))
    assert not torch.equal(first, weights("without", 0.0))
