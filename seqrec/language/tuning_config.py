"""How much of a backbone learns; read by pages too, so nothing here loads torch."""

from dataclasses import dataclass
from enum import StrEnum

from seqrec.choices import check_choices, limited
from seqrec.translation.texts import mark


class Tuning(StrEnum):
    """Which weights of a backbone learn."""

    FROZEN = mark("frozen")
    PREFIX = mark("prefix")
    LORA = "LoRA"
    FULL = mark("full")


@dataclass(frozen=True)
class TuningConfig:
    """Which weights of a backbone learn.

    Attributes:
        tuning: none of them; a prefix that is put before every layer's keys and values (Li and
            Liang 2021); low-rank additions to its attention (Hu et al. 2022); or all.
        frozen_layers: first layers that stay as they are, word vectors with them, where all
            others learn; 0 to 200.
        rank: of the additions; 1 to 256.
        prefix_tokens: length of the prefix; 1 to 256.

    Raises:
        ConfigError: a value is outside its range.
    """

    tuning: Tuning = Tuning.LORA
    frozen_layers: int = limited(0, 0, 200)
    rank: int = limited(8, 1, 256)
    prefix_tokens: int = limited(8, 1, 256)

    def __post_init__(self) -> None:
        """Check every range."""
        check_choices(self)


@dataclass(frozen=True)
class NextTextConfig:
    """How a backbone learns which text follows which.

    Attributes:
        steps: of the optimiser; 1 to 1,000,000.
        batch_size: histories in a step; 2 to 4,096.
        n_hard: negatives of each target that are like it; 0 to 16.
        learning_rate: of AdamW at its highest; above 0, at most 1.
        seed: of every random choice.

    Raises:
        ConfigError: a value is outside its range.
    """

    steps: int = limited(200, 1, 1_000_000)
    batch_size: int = limited(32, 2, 4096)
    n_hard: int = limited(1, 0, 16)
    learning_rate: float = limited(2e-4, 1e-8, 1.0)
    seed: int = limited(0, 0, 2**31 - 1)

    def __post_init__(self) -> None:
        """Check every range."""
        check_choices(self)
