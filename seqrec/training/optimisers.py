"""How weights follow their gradients, and how fast over the budget of a run."""

import math

from torch import nn, optim

from seqrec.training.config_parts import Method, OptimiserConfig, Schedule

_MOMENTUM = 0.9
# The second moment forgets faster than by default: item embeddings rarely have a gradient.
_BETAS = (0.9, 0.98)


def make_optimiser(model: nn.Module, config: OptimiserConfig) -> optim.Optimizer:
    """The chosen optimiser over all weights; biases and norms are not decayed."""
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    groups = [
        {
            "params": [weight for weight in weights if weight.ndim > 1],
            "weight_decay": config.weight_decay,
        },
        {"params": [weight for weight in weights if weight.ndim <= 1], "weight_decay": 0.0},
    ]
    if config.method is Method.SGD:
        return optim.SGD(groups, lr=config.learning_rate, momentum=_MOMENTUM, fused=True)
    kind = optim.AdamW if config.method is Method.ADAMW else optim.Adam
    return kind(groups, lr=config.learning_rate, betas=_BETAS, fused=True)


def rate_share(config: OptimiserConfig, progress: float) -> float:
    """Share of the highest learning rate when a share of the budget is spent.

    Args:
        config: warm-up and schedule.
        progress: share of the budget that is spent, 0 to 1.
    """
    warmup = config.warmup_share
    if progress < warmup:
        return progress / warmup
    rest = min((progress - warmup) / (1.0 - warmup), 1.0)
    if config.schedule is Schedule.COSINE:
        return (1.0 + math.cos(math.pi * rest)) / 2.0
    return 1.0 - rest if config.schedule is Schedule.LINEAR else 1.0
