"""What ends a run or slows it down, in words: a loss that is no number, a batch too large."""

import torch

from seqrec.errors import ConfigError, OverLimitError
from seqrec.training.config import TrainConfig
from seqrec.translation.texts import tr

_HIGH_RATE = 0.01
_MEMORY_WORDS = ("out of memory", "not enough memory", "can't allocate memory")


def not_a_number(step: int, config: TrainConfig, good_step: int | None) -> ConfigError:
    """The refusal of a loss that is not a number.

    Args:
        step: whose loss it is.
        config: for the likely cause.
        good_step: of the newest whole checkpoint; None for none.
    """
    optimiser, objective = config.optimiser, config.objective
    rate = optimiser.learning_rate
    if rate < _HIGH_RATE and not optimiser.clip:
        cause = tr(
            "gradients are not clipped (clip is 0) and the learning rate {rate:g} may be too high: "
            "set clip to 1",
            rate=rate,
        )
    elif rate < _HIGH_RATE and objective.adversarial >= 1:
        cause = tr(
            "the adversary's step of {length:g} is probably too long: halve it",
            length=objective.adversarial,
        )
    else:
        cause = tr(
            "the learning rate {rate:g} is probably too high: start again with a tenth of it",
            rate=rate,
        )
    if good_step is None:
        told = tr("the loss is not a number at step {step:,}; {cause}", step=step, cause=cause)
    else:
        told = tr(
            "the loss is not a number at step {step:,} (the checkpoint of step {good_step:,} is "
            "kept); {cause}",
            step=step,
            good_step=good_step,
            cause=cause,
        )
    return ConfigError(told)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out, on any device."""
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(word in text for word in _MEMORY_WORDS)


def too_large_for_memory(config: TrainConfig) -> OverLimitError:
    """The refusal of a model of which not even one history fits."""
    return OverLimitError(
        tr(
            "one history of {events:,} events does not fit in memory with width {width:,} and "
            "{blocks} blocks; choose a smaller width or fewer newest events",
            events=config.model.max_length,
            width=config.model.width,
            blocks=config.model.n_blocks,
        )
    )
