"""What an item transformer is built as; read by pages too, so nothing here loads torch."""

from dataclasses import dataclass
from enum import StrEnum

from seqrec.choices import check_choices, limited
from seqrec.errors import ConfigError
from seqrec.translation.texts import tr


class Architecture(StrEnum):
    """Whose blocks an item transformer is made of."""

    GPT2 = "GPT-2"
    LLAMA = "Llama"
    BERT = "BERT"


@dataclass(frozen=True)
class ModelConfig:
    """Shape of an item transformer.

    Attributes:
        architecture: GPT-2 and Llama predict each next event from those before it; BERT fills in
            events that were masked, from both sides.
        max_length: newest events of a history that the model sees, L; 2 to 1,024.
        width: of embeddings and blocks, D; a multiple of `n_heads`, 4 to 1,024.
        n_blocks: transformer blocks; 1 to 16.
        n_heads: attention heads a block; 1 to 16.
        dropout: probability, of embeddings and of what each block adds; 0 to 0.9.
        tied: whether an item has one vector as past event and as next; else two.
        spectral_start: whether items start from which items follow each other; else at random.

    Raises:
        ConfigError: a value is outside its range.
    """

    architecture: Architecture = Architecture.LLAMA
    max_length: int = limited(100, 2, 1024)
    width: int = limited(64, 4, 1024)
    n_blocks: int = limited(2, 1, 16)
    n_heads: int = limited(2, 1, 16)
    dropout: float = limited(0.3, 0.0, 0.9)
    tied: bool = False
    spectral_start: bool = True

    def __post_init__(self) -> None:
        """Check every range."""
        check_choices(self)
        if self.width % self.n_heads:
            raise ConfigError(
                tr(
                    "width {width} is not a multiple of the {heads} heads; choose {nearest}",
                    width=self.width,
                    heads=self.n_heads,
                    nearest=self.n_heads * max(self.width // self.n_heads, 1),
                )
            )
