from dataclasses import replace

import pytest
import torch
from torch import nn

from seqrec.training.config_parts import Method, OptimiserConfig, Schedule
from seqrec.training.optimisers import make_optimiser, rate_share

CONFIG = OptimiserConfig(learning_rate=0.1, weight_decay=0.5, warmup_share=0.1)


def step(method: Method, weight_decay: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Weights and biases of ones after one step along a gradient of ones."""
    layer = nn.Linear(2, 2)
    for weight in layer.parameters():
        nn.init.ones_(weight)
        weight.grad = torch.ones_like(weight)
    config = replace(CONFIG, method=method, weight_decay=weight_decay)
    make_optimiser(layer, config).step()
    return layer.weight.detach(), layer.bias.detach()


def test_sgd_adds_the_penalty_to_the_gradient():
    weights, biases = step(Method.SGD, 0.5)
    torch.testing.assert_close(weights, torch.full((2, 2), 1 - 0.1 * (1 + 0.5)))
    torch.testing.assert_close(biases, torch.full((2,), 1 - 0.1))


def test_adamw_shrinks_weights_beside_the_step():
    weights, biases = step(Method.ADAMW, 0.5)
    torch.testing.assert_close(weights, torch.full((2, 2), 1 * (1 - 0.1 * 0.5) - 0.1))
    torch.testing.assert_close(biases, torch.full((2,), 0.9))


def test_adam_divides_the_penalty_away_in_the_first_step():
    weights, _ = step(Method.ADAM, 0.5)
    torch.testing.assert_close(weights, torch.full((2, 2), 0.9))


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (Schedule.COSINE, [0.5, 1.0, 0.5, 0.0]),
        (Schedule.LINEAR, [0.5, 1.0, 0.5, 0.0]),
        (Schedule.CONSTANT, [0.5, 1.0, 1.0, 1.0]),
    ],
)
def test_the_rate_rises_then_falls(schedule: Schedule, expected: list[float]):
    config = replace(CONFIG, schedule=schedule)
    shares = [rate_share(config, progress) for progress in (0.05, 0.1, 0.55, 1.0)]
    assert shares == pytest.approx(expected)


def test_cosine_is_above_linear_first_and_below_it_later():
    cosine, linear = (
        replace(CONFIG, schedule=schedule) for schedule in (Schedule.COSINE, Schedule.LINEAR)
    )
    assert rate_share(cosine, 0.3) > rate_share(linear, 0.3)
    assert rate_share(cosine, 0.8) < rate_share(linear, 0.8)


def test_without_a_warm_up_the_rate_starts_at_its_highest():
    assert rate_share(replace(CONFIG, warmup_share=0.0), 0.0) == 1.0
