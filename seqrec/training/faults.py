"""What ends a run or slows it down, in words: a loss that is no number, a batch too large."""

import torch

from seqrec.errors import ConfigError, OverLimitError
from seqrec.training.config import TrainConfig

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
    rate = f"the learning rate {optimiser.learning_rate:g}"
    if optimiser.learning_rate < _HIGH_RATE and not optimiser.clip:
        cause = f"gradients are not clipped (clip is 0) and {rate} may be too high: set clip to 1"
    elif optimiser.learning_rate < _HIGH_RATE and objective.adversarial >= 1:
        cause = f"the adversary's step of {objective.adversarial:g} is probably too long: halve it"
    else:
        cause = f"{rate} is probably too high: start again with a tenth of it"
    kept = "" if good_step is None else f" (the checkpoint of step {good_step:,} is kept)"
    return ConfigError(f"the loss is not a number at step {step:,}{kept}; {cause}")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out, on any device."""
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(word in text for word in _MEMORY_WORDS)


def too_large_for_memory(config: TrainConfig) -> OverLimitError:
    """The refusal of a model of which not even one history fits."""
    return OverLimitError(
        f"one history of {config.model.max_length:,} events does not fit in memory with width "
        f"{config.model.width:,} and {config.model.n_blocks} blocks; choose a smaller width or "
        "fewer newest events"
    )
