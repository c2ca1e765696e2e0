"""The interest model as a second teacher: a history also says what its user is interested in."""

import torch
from scipy.sparse import csr_array
from torch import Tensor, nn

from seqrec.evaluation.split import Split
from seqrec.mining.config import PatternConfig
from seqrec.mining.interest_config import InterestConfig
from seqrec.mining.interest_targets import interest_targets
from seqrec.models.item_transformer import ItemTransformer
from seqrec.training.config_parts import ObjectiveConfig
from seqrec.training.objectives import Objective

_MOST_PATTERNS = 200
_MINING = PatternConfig(2, min_length=2, max_length=3, top=_MOST_PATTERNS, partial=True)


class InterestObjective(Objective):
    """An objective with a head that says the user's mined interests from the history's summary.

    The head is left behind after training: it makes the history's summary better, or it does not.
    """

    def __init__(self, model: ItemTransformer, config: ObjectiveConfig, n_labels: int) -> None:
        super().__init__(model, config)
        self.head = nn.Linear(model.config.width, n_labels)
        self._weight = config.interest

    def forward(
        self,
        items: Tensor,
        targets: Tensor,
        first_view: Tensor | None = None,
        second_view: Tensor | None = None,
        interests: Tensor | None = None,
    ) -> dict[str, Tensor]:
        """As `Objective.forward`, with the loss of interests added by its weight.

        Args:
            items: as there; (B, L).
            targets: as there; (B, L).
            first_view: as there; (B, L).
            second_view: as there; (B, L).
            interests: weights of each row's user; (B, n_labels).
        """
        loss = super().forward(items, targets, first_view, second_view)["loss"]
        if interests is not None:
            said = self.head(self.model.summary(items))  # (B, n_labels)
            loss = loss + self._weight * interest_loss(said, interests)
        return {"loss": loss}


def interest_loss(said: Tensor, interests: Tensor) -> Tensor:
    """Mean cross-entropy (nats) of users' interests; those without any are left out.

    Args:
        said: logits of the labels; (B, n_labels).
        interests: weights, not below 0; (B, n_labels).
    """
    sums = interests.sum(dim=1)
    known = torch.nonzero(sums > 0).squeeze(1)
    if not len(known):
        return said.sum() * 0.0
    shares = interests[known] / sums[known, None]
    loss: Tensor = -(shares * said[known].log_softmax(dim=1)).sum(dim=1).mean()
    return loss


def mine_user_interests(split: Split) -> csr_array:
    """Weights of the 200 most frequent patterns of two or three items; (n_users, n_labels).

    They are mined from the training parts, and weighed there: nothing held out is looked at.
    """
    config = InterestConfig(most_patterns=_MOST_PATTERNS)
    return interest_targets(split, _MINING, config).weights


def make_objective(
    model: ItemTransformer, config: ObjectiveConfig, interests: csr_array | None
) -> Objective:
    """The objective that a configuration asks for.

    Args:
        model: to train.
        config: what is minimised.
        interests: of the users; None where they have no weight.
    """
    if interests is None or not interests.shape[1]:
        return Objective(model, config)
    return InterestObjective(model, config, interests.shape[1])
