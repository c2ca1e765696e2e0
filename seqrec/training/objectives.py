"""What a step minimises: a weighted sum of losses over one batch."""

import torch
from torch import Tensor, nn

from seqrec.models.item_transformer import ItemTransformer
from seqrec.models.softmax_loss import (
    full_softmax_loss,
    product_dtype,
    sampled_softmax_loss,
)
from seqrec.training.config_parts import ObjectiveConfig

_TEMPERATURE = 0.1


class Objective(nn.Module):
    """A model with what it is trained for."""

    def __init__(self, model: ItemTransformer, config: ObjectiveConfig) -> None:
        super().__init__()
        self.model = model
        self._config = config

    def forward(
        self,
        items: Tensor,
        targets: Tensor,
        first_view: Tensor | None = None,
        second_view: Tensor | None = None,
    ) -> dict[str, Tensor]:
        """The loss of a batch, nats per target where it is cross-entropy alone.

        Args:
            items: histories, oldest first, right-padded with 0; (B, L).
            targets: the item after each, 0 where there is none; (B, L).
            first_view: of the same histories, for the contrastive loss; (B, L).
            second_view: likewise; (B, L).
        """
        shown, wanted = self.model.make_exercise(items, targets)
        embedded = self.model.embed(shown)  # (B, L, D)
        loss = self._item_loss(embedded, shown, wanted)
        if self._config.adversarial and self.training:
            loss = (loss + self._adversarial_loss(loss, embedded, shown, wanted)) / 2
        if first_view is not None and second_view is not None:
            views = self.model.summary(first_view), self.model.summary(second_view)
            loss = loss + self._config.contrastive * contrastive_loss(*views)
        return {"loss": loss}

    def _item_loss(self, embedded: Tensor, shown: Tensor, wanted: Tensor) -> Tensor:
        asked = torch.nonzero(wanted.flatten()).squeeze(1)  # (n,)
        # Selected by place, not by a mask: the gradient of that is added up slowly.
        known = self.model.contextualise(embedded, shown).flatten(0, 1)
        hidden = known.index_select(0, asked)  # (n, D)
        items, config = wanted.flatten()[asked], self._config
        loss = hidden.new_zeros(())
        if config.cross_entropy:
            loss = loss + config.cross_entropy * self._cross_entropy(hidden, items)
        if config.squared:
            loss = loss + config.squared * squared_loss(hidden, self.model.outputs, items)
        return loss

    def _cross_entropy(self, hidden: Tensor, items: Tensor) -> Tensor:
        outputs, bias = self.model.outputs, self.model.bias
        dtype = product_dtype(hidden.device)
        if self.model.n_items <= self._config.full_items:
            return full_softmax_loss(hidden, outputs, bias, items, dtype)
        n_negatives = self._config.n_negatives
        return sampled_softmax_loss(hidden, outputs, bias, items, n_negatives, dtype)

    def _adversarial_loss(
        self, loss: Tensor, embedded: Tensor, shown: Tensor, wanted: Tensor
    ) -> Tensor:
        """The loss where the embeddings have gone a step up its gradient.

        Source: Miyato et al. (2017), section 3.1. Unlike the paper, the length is per event, so
        that long histories are not disturbed less.
        """
        (uphill,) = torch.autograd.grad(loss, embedded, retain_graph=True)
        step = self._config.adversarial * nn.functional.normalize(uphill, dim=-1)
        return self._item_loss(embedded + step, shown, wanted)


def squared_loss(hidden: Tensor, outputs: Tensor, items: Tensor) -> Tensor:
    """Mean squared distance between what is predicted and the target's embedding.

    The embeddings stay where they are: could they move as well, all would fall into one point.

    Args:
        hidden: predictions; (n, D).
        outputs: vectors of all items; (V, D).
        items: the targets; (n,).
    """
    return (hidden - outputs[items].detach()).square().sum(dim=1).mean()


def contrastive_loss(first: Tensor, second: Tensor) -> Tensor:
    """Cross-entropy (nats) of finding the other view of a history among all of the batch.

    Source: Xie et al. (2022), CL4SRec, section 3.2. Unlike the paper, likeness is the cosine over
    a temperature of 0.1.

    Args:
        first: what is known after the first view of each history; (B, D).
        second: after the second; (B, D).
    """
    views = nn.functional.normalize(torch.cat([first, second]), dim=1)  # (2B, D)
    likeness = views @ views.T / _TEMPERATURE
    likeness.fill_diagonal_(-torch.inf)
    n_rows = len(first)
    other = torch.arange(2 * n_rows, device=first.device).roll(n_rows)
    return nn.functional.cross_entropy(likeness, other)
