"""Every choice of a training run, with its unit, checked when it is made."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from seqrec.errors import ConfigError

# Below it, repeats are noise and items that were seen are left out of lists.
FEW_REPEATS = 0.05


@dataclass(frozen=True)
class TrainConfig:
    """How an item transformer is trained.

    Attributes:
        epochs: passes over all histories at most; 1 to 1,000.
        batch_size: windows of a history in a step; 1 to 4,096.
        learning_rate: of AdamW at its highest; above 0, at most 1.
        dropout: probability; 0 to 0.9.
        warmup_share: share of all steps over which the learning rate rises from 0; then it falls
            as a cosine; 0 to 0.5.
        weight_decay: of AdamW; 0 to 1.
        patience: epochs without a better validation NDCG@10 after which training ends; 0 is never.
        max_length: newest events of a history that the model sees; 2 to 1,024.
        width: of embeddings and blocks; a multiple of `n_heads`, 4 to 1,024.
        n_blocks: transformer blocks; 1 to 16.
        n_heads: attention heads a block.
        exclude_seen: whether items of the history are left out of its list.
        seed: of every random choice.

    Raises:
        ConfigError: a value is outside its range.
    """

    epochs: int = 12
    batch_size: int = 16
    learning_rate: float = 2e-3
    dropout: float = 0.3
    warmup_share: float = 0.05
    weight_decay: float = 0.01
    patience: int = 3
    max_length: int = 100
    width: int = 64
    n_blocks: int = 2
    n_heads: int = 2
    exclude_seen: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        """Check every range."""
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise ConfigError(
                    f"{name.replace('_', ' ')} is {value:g}; choose a value from {low:g} to "
                    f"{high:g}"
                )
        if self.width % self.n_heads:
            raise ConfigError(
                f"width {self.width} is not a multiple of the {self.n_heads} heads; choose "
                f"{self.n_heads * max(self.width // self.n_heads, 1)}"
            )


_RANGES: dict[str, tuple[float, float]] = {
    "epochs": (1, 1000),
    "batch_size": (1, 4096),
    "learning_rate": (1e-8, 1.0),
    "dropout": (0.0, 0.9),
    "warmup_share": (0.0, 0.5),
    "weight_decay": (0.0, 1.0),
    "patience": (0, 1000),
    "max_length": (2, 1024),
    "width": (4, 1024),
    "n_blocks": (1, 16),
    "n_heads": (1, 16),
}


class Preset(StrEnum):
    """A named choice of a configuration."""

    QUICK = "Quick"
    STANDARD = "Standard"
    CUSTOM = "Custom"


def preset_config(preset: Preset, repeat_rate: float) -> TrainConfig:
    """The configuration that a preset stands for; *Custom* starts from *Standard*.

    Args:
        preset: which one.
        repeat_rate: share of events whose item the user had before; where few are, items that
            were seen are left out of lists.
    """
    exclude_seen = repeat_rate < FEW_REPEATS
    if preset is Preset.QUICK:
        return TrainConfig(epochs=5, patience=0, exclude_seen=exclude_seen)
    return TrainConfig(exclude_seen=exclude_seen)


def config_from_json(value: dict[str, Any]) -> TrainConfig:
    """The configuration that `dataclasses.asdict` wrote.

    Raises:
        ConfigError: a value is outside its range or of another kind.
    """
    try:
        return TrainConfig(**value)
    except TypeError as error:
        raise ConfigError(f"the run's config.json was changed by hand ({error})") from error
