"""Choices of continued pretraining; read by pages too, so nothing here loads torch."""

from dataclasses import dataclass

from seqrec.choices import check_choices, limited


@dataclass(frozen=True)
class PretrainConfig:
    """How a backbone goes on learning words.

    Attributes:
        steps: of the optimiser; 1 to 1,000,000.
        batch_size: texts in a step; 2 to 4,096.
        learning_rate: of AdamW at its highest; above 0, at most 1.
        n_checks: how often the held-out loss is measured, the start aside; 1 to 100.
        seed: of every random choice.

    Raises:
        ConfigError: a value is outside its range.
    """

    steps: int = limited(300, 1, 1_000_000)
    batch_size: int = limited(32, 2, 4096)
    learning_rate: float = limited(3e-4, 1e-8, 1.0)
    n_checks: int = limited(10, 1, 100)
    seed: int = limited(0, 0, 2**31 - 1)

    def __post_init__(self) -> None:
        """Check every range."""
        check_choices(self)
