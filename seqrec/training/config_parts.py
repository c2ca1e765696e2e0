"""Parts of a run's configuration: how it descends, and what it minimises."""

from dataclasses import dataclass
from enum import StrEnum

from seqrec.choices import check_choices, limited
from seqrec.errors import ConfigError
from seqrec.translation.texts import mark, tr


class Method(StrEnum):
    """How weights follow their gradients."""

    ADAMW = "AdamW"
    ADAM = "Adam"
    SGD = "SGD"


class Schedule(StrEnum):
    """How the learning rate falls after the warm-up."""

    COSINE = mark("cosine")
    LINEAR = mark("linear")
    CONSTANT = mark("constant")


class ViewKind(StrEnum):
    """How a history is changed into another view of itself."""

    CROP = mark("crop")
    MASK = mark("mask")
    REORDER = mark("reorder")
    SUBSTITUTE = mark("substitute")


@dataclass(frozen=True)
class OptimiserConfig:
    """How weights are changed.

    Attributes:
        method: AdamW, Adam, or SGD with momentum 0.9.
        learning_rate: at its highest; above 0, at most 1.
        schedule: of the learning rate over the budget.
        warmup_share: share of the budget over which the rate rises from 0; 0 to 0.5.
        weight_decay: of AdamW; for Adam and SGD an L2 penalty (half the sum of squares, times it)
            that enters the gradient. Not for biases and norms; 0 to 1.
        clip: gradients are scaled down to this norm; 0 is never; 0 to 1,000.

    Raises:
        ConfigError: a value is outside its range.
    """

    method: Method = Method.ADAMW
    learning_rate: float = limited(2e-3, 1e-8, 1.0)
    schedule: Schedule = Schedule.COSINE
    warmup_share: float = limited(0.05, 0.0, 0.5)
    weight_decay: float = limited(0.01, 0.0, 1.0)
    clip: float = limited(1.0, 0.0, 1000.0)

    def __post_init__(self) -> None:
        """Check every range."""
        check_choices(self)


@dataclass(frozen=True)
class ObjectiveConfig:
    """What is minimised: a sum of losses, each with its weight; 0 leaves it out and costs nothing.

    Attributes:
        cross_entropy: weight of the softmax over items; 0 to 100.
        full_items: up to so many items the softmax is over all of them, above over a sample.
        n_negatives: sampled items that the targets of a batch share; 1 to 65,536.
        squared: weight of the squared distance between what is predicted and the target's
            embedding; 0 to 100.
        contrastive: weight of telling two views of a history from those of others; 0 to 100.
        view: how the views are made.
        adversarial: length of a step of the embeddings against the loss, per event, at which the
            loss is taken once more (FGM); 0 to 10. Training takes about twice as long.
        interest: weight of saying the user's mined interests from the history; 0 to 100.

    Raises:
        ConfigError: a value is outside its range, or nothing is left to minimise.
    """

    cross_entropy: float = limited(1.0, 0.0, 100.0)
    full_items: int = limited(6000, 0, 10_000_000)
    n_negatives: int = limited(1024, 1, 65_536)
    squared: float = limited(0.0, 0.0, 100.0)
    contrastive: float = limited(0.0, 0.0, 100.0)
    view: ViewKind = ViewKind.SUBSTITUTE
    adversarial: float = limited(0.0, 0.0, 10.0)
    interest: float = limited(0.0, 0.0, 100.0)

    def __post_init__(self) -> None:
        """Check every range."""
        check_choices(self)
        if not self.cross_entropy and not self.squared:
            raise ConfigError(
                tr(
                    "cross entropy and squared are both 0, so that nothing is learned about the "
                    "next item; give one of them a weight"
                )
            )


@dataclass(frozen=True)
class TextConfig:
    """What is learned from titles, beside the transformer.

    Attributes:
        backbone: that reads them: the installed one, a folder or a hub id; "" leaves titles to
            the comparison of words.
        text_epochs: passes over all events in which the text model learns; 1 to 100.

    Raises:
        ConfigError: a value is outside its range.
    """

    backbone: str = ""
    text_epochs: int = limited(4, 1, 100)

    def __post_init__(self) -> None:
        """Check every range."""
        check_choices(self)
