"""Choices of the model that recommends by text; read by pages too, so nothing here loads torch."""

from dataclasses import dataclass

from seqrec.choices import check_choices, limited


@dataclass(frozen=True)
class TowerConfig:
    """How the text model learns.

    Attributes:
        epochs: passes over all events; 1 to 100.
        batch_size: events in a step; 16 to 65,536.
        n_negatives: items that the events of a step are told apart from; 1 to 65,536.
        width: of the vectors that history and item meet in, D; 4 to 1,024.
        hidden: width of the layer between a text's vector and them; 4 to 4,096.
        learning_rate: of AdamW at its highest; above 0, at most 1.
        id_dropout: share of past events whose own vector is left out, so that their text counts;
            0 to 0.9.
        seed: of every random choice.

    Raises:
        ConfigError: a value is outside its range.
    """

    epochs: int = limited(4, 1, 100)
    batch_size: int = limited(1024, 16, 65_536)
    n_negatives: int = limited(2048, 1, 65_536)
    width: int = limited(128, 4, 1024)
    hidden: int = limited(512, 4, 4096)
    learning_rate: float = limited(2e-3, 1e-8, 1.0)
    id_dropout: float = limited(0.3, 0.0, 0.9)
    seed: int = limited(0, 0, 2**31 - 1)

    def __post_init__(self) -> None:
        """Check every range."""
        check_choices(self)
