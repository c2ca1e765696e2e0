"""Item transformers: SASRec (Kang and McAuley 2018) and BERT4Rec (Sun et al. 2019) as models."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from seqrec.models.blocks import make_blocks
from seqrec.models.shape import Architecture, ModelConfig
from seqrec.models.softmax_loss import full_softmax_loss

MASKED_SHARE = 0.2
_EMBEDDING_STD = 0.02


@dataclass(frozen=True)
class Start:
    """Vectors that items start from.

    Attributes:
        inputs: as past events; (V, D).
        outputs: as next events; (V, D).
    """

    inputs: NDArray[np.float32]
    outputs: NDArray[np.float32]


class ItemTransformer(nn.Module):
    """Predicts each next item of a history from the ones before it.

    Unlike SASRec, positions count from the newest event backwards; the blocks are those of
    `transformers`, whose output projections start at zero, so that training starts from the item
    embeddings alone; and an item has two vectors, one as past event and one as next, unless they
    are tied: with one, A -> B and B -> A score alike until the blocks have learned better.
    """

    def __init__(self, config: ModelConfig, n_items: int, start: Start | None = None) -> None:
        """A new model for `n_items` items; without `start` their vectors are random."""
        super().__init__()
        self.config = config
        self.n_items = n_items
        self.embed = nn.Embedding(self._n_embeddings(), config.width, padding_idx=0)
        self.blocks = make_blocks(config)
        if not config.tied:
            self.own_outputs = nn.Parameter(torch.empty(n_items + 1, config.width))
        self.bias = nn.Parameter(torch.zeros(n_items + 1))
        self._initialise(start)

    @property
    def outputs(self) -> Tensor:
        """Vectors of the items as next events, padding first; (V, D)."""
        return self.embed.weight[: self.n_items + 1] if self.config.tied else self.own_outputs

    def make_exercise(self, items: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        """What the model is shown and what it must say.

        Args:
            items: histories, oldest first, right-padded with 0; (B, L).
            targets: the item after each, 0 where there is none; (B, L).

        Returns:
            Shown items and wanted ones, 0 where nothing is asked; both (B, L).
        """
        return items, targets

    def contextualise(self, embedded: Tensor, shown: Tensor) -> Tensor:
        """What is known at each position.

        Args:
            embedded: vectors of what is shown; (B, L, D).
            shown: items, right-padded with 0; (B, L).

        Returns:
            (B, L, D); positions of padding hold nothing of use.
        """
        output: Tensor = self.blocks(embedded, (shown > 0).sum(dim=1))
        return output

    def hidden(self, shown: Tensor) -> Tensor:
        """`contextualise` of items; (B, L) to (B, L, D)."""
        return self.contextualise(self.embed(shown), shown)

    def summary(self, items: Tensor) -> Tensor:
        """What is known after the last event of each history; (B, L) to (B, D)."""
        last = (items > 0).sum(dim=1).clamp(min=1) - 1  # (B,)
        return self.hidden(items)[torch.arange(len(items), device=items.device), last]

    def forward(self, items: Tensor, targets: Tensor) -> Tensor:
        """Mean cross-entropy (nats) of what `make_exercise` asks, among all items."""
        shown, wanted = self.make_exercise(items, targets)
        mask = wanted > 0
        hidden = self.hidden(shown)[mask]
        return full_softmax_loss(hidden, self.outputs, self.bias, wanted[mask])

    def logits(self, hidden: Tensor) -> Tensor:
        """Logits of every item as next event; (..., D) to (..., V), column 0 (padding) is -inf."""
        logits = hidden @ self.outputs.T + self.bias
        padding = torch.zeros(self.n_items + 1, device=logits.device)
        padding[0] = -torch.inf
        return logits + padding

    def _n_embeddings(self) -> int:
        return self.n_items + 1

    def _initialise(self, start: Start | None) -> None:
        nn.init.normal_(self.embed.weight, std=_EMBEDDING_STD)
        with torch.no_grad():
            self.embed.weight[0] = 0.0
            if start is not None:
                self.embed.weight[: self.n_items + 1].copy_(torch.from_numpy(start.inputs))
            if not self.config.tied:
                first = self.embed.weight[: self.n_items + 1]
                self.own_outputs.copy_(first if start is None else torch.from_numpy(start.outputs))


class ClozeTransformer(ItemTransformer):
    """Fills in masked events from both sides; the next event is a mask behind the history.

    Unlike BERT4Rec, histories are not repeated with other masks in an epoch: half of them are
    masked at random, half at the last event alone, as they are asked.
    """

    def make_exercise(self, items: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        """Whole windows of L + 1 events with some masked, and these; see the base class."""
        whole = torch.cat([items[:, :1], targets], dim=1)  # (B, L + 1)
        last = (whole > 0).sum(dim=1) - 1
        at_last = torch.arange(whole.shape[1], device=whole.device) == last[:, None]
        only_last = torch.rand(len(whole), 1, device=whole.device) < 1 / 2
        chosen = torch.rand(whole.shape, device=whole.device) < MASKED_SHARE
        # A row in which chance masks nothing is asked for its last event.
        chosen &= (whole > 0) & ~only_last
        masked = chosen | (at_last & ~chosen.any(dim=1, keepdim=True))
        shown = whole.masked_fill(masked, self.n_items + 1)
        return shown, whole.masked_fill(~masked, 0)

    def summary(self, items: Tensor) -> Tensor:
        """What is known at a mask behind each history; (B, L) to (B, D)."""
        lengths = (items > 0).sum(dim=1)  # (B,)
        shown = torch.cat([items, torch.zeros_like(items[:, :1])], dim=1)
        rows = torch.arange(len(items), device=items.device)
        shown[rows, lengths] = self.n_items + 1
        return self.hidden(shown)[rows, lengths]

    def _n_embeddings(self) -> int:
        return self.n_items + 2  # the mask is the last


def make_transformer(
    config: ModelConfig, n_items: int, start: Start | None = None
) -> ItemTransformer:
    """A new model of the chosen architecture."""
    masked = config.architecture is Architecture.BERT
    kind = ClozeTransformer if masked else ItemTransformer
    return kind(config, n_items, start)


class TransformerScorer:
    """A trained model behind the signature that all recommenders share."""

    def __init__(self, model: ItemTransformer) -> None:
        self._model = model.eval()
        self._device = model.bias.device

    @torch.no_grad()
    def score(self, histories: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        """Logits of every item as next event; shape (B, V), column 0 (padding) is -inf.

        Only the newest `max_length` events of a history are seen; an empty one is scored as if
        padding were its event.
        """
        recent = [history[-self._model.config.max_length :] for history in histories]
        # Without an event older than it sees, the model sees the same: reasons ask so often.
        different = {window.tobytes(): window for window in recent}
        items = torch.from_numpy(pad_right(list(different.values()))).to(self._device)
        logits = self._model.logits(self._model.summary(items))
        scores: NDArray[np.float32] = logits.float().cpu().numpy()
        if len(different) == len(recent):
            return scores
        place = {window: row for row, window in enumerate(different)}
        return scores[[place[window.tobytes()] for window in recent]]


def pad_right(histories: Sequence[NDArray[np.integer[Any]]]) -> NDArray[np.int64]:
    """Histories as rows of one array, padded with 0 behind; (B, length of the longest)."""
    width = max((len(history) for history in histories), default=0)
    rows = np.zeros((len(histories), max(width, 1)), dtype=np.int64)
    for row, history in zip(rows, histories, strict=True):
        row[: len(history)] = history
    return rows
