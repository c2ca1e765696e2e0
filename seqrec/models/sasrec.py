"""A causal item transformer: SASRec (Kang and McAuley 2018) on a GPT-2 block."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import GPT2Config, GPT2Model

# Beyond it the full softmax costs more than it gives; negatives are sampled instead.
MAX_FULL_SOFTMAX = 6000
N_NEGATIVES = 1024
_EMBEDDING_STD = 0.02


@dataclass(frozen=True)
class SasrecConfig:
    """Shape of the model.

    Attributes:
        n_items: number of items, V - 1.
        max_length: positions that the model sees, L.
        width: of the embeddings and blocks, D.
        n_blocks: number of transformer blocks.
        n_heads: attention heads a block; divides the width.
        dropout: probability, everywhere the GPT-2 block has one.
    """

    n_items: int
    max_length: int
    width: int
    n_blocks: int
    n_heads: int
    dropout: float


class Sasrec(nn.Module):
    """Predicts each next item of a history from the ones before it.

    Unlike the paper, the loss is a softmax over the catalogue (sampled above `MAX_FULL_SOFTMAX`
    items) instead of one negative a target; positions count from the newest event backwards; the
    block is GPT-2's, whose output projections start at zero, so that training starts from the item
    embeddings alone; and an item has two vectors, one as past event and one as next, equal at the
    start only: with one, A -> B and B -> A would score alike until the blocks have learned better
    (built-in log, test NDCG@10: 0.198 with two, 0.169 with one).
    """

    def __init__(self, config: SasrecConfig, start: NDArray[np.float32] | None = None) -> None:
        """A new model; `start` gives the item embeddings, shape (V, D)."""
        super().__init__()
        self.shape = config
        self.embed = nn.Embedding(config.n_items + 1, config.width, padding_idx=0)
        self.blocks = GPT2Model(_gpt2(config))
        # Items come in through `inputs_embeds`; GPT-2's own table of tokens is not used.
        del self.blocks.wte
        self.outputs = nn.Parameter(torch.empty(config.n_items + 1, config.width))
        self.bias = nn.Parameter(torch.zeros(config.n_items + 1))
        self._initialise(start)

    def hidden(self, items: Tensor) -> Tensor:
        """What the model knows after each position.

        Args:
            items: histories, oldest first, right-padded with 0; shape (B, L).

        Returns:
            Shape (B, L, D); positions of padding hold nothing of use.
        """
        lengths = (items > 0).sum(dim=1, keepdim=True)  # (B, 1)
        places = torch.arange(items.shape[1], device=items.device)
        positions = (lengths - 1 - places).clamp(min=0)  # (B, L)
        output: Tensor = self.blocks(
            inputs_embeds=self.embed(items),
            position_ids=positions,
            # Right-padded and causal: no real position can see padding, so nothing is masked. But
            # without a mask transformers takes falling positions for sequences of one event each,
            # packed into a row, and lets no event see another.
            attention_mask=torch.ones_like(items),
            use_cache=False,
        ).last_hidden_state
        return output

    def forward(self, items: Tensor, targets: Tensor) -> dict[str, Tensor]:
        """Mean cross-entropy (nats per target) of the next items.

        Args:
            items: as in `hidden`; shape (B, L).
            targets: the item after each position, 0 where there is none; shape (B, L).
        """
        mask = targets > 0
        hidden = self.hidden(items)[mask]  # (n_targets, D)
        wanted = targets[mask]  # (n_targets,)
        if self.training and self.shape.n_items > MAX_FULL_SOFTMAX:
            return {"loss": self._sampled_loss(hidden, wanted)}
        return {"loss": nn.functional.cross_entropy(self.logits(hidden), wanted)}

    def logits(self, hidden: Tensor) -> Tensor:
        """Logits of every item as next event; (..., D) to (..., V), column 0 (padding) is -inf."""
        logits = hidden @ self.outputs.T + self.bias
        padding = torch.zeros(self.shape.n_items + 1, device=logits.device)
        padding[0] = -torch.inf
        return logits + padding

    def _sampled_loss(self, hidden: Tensor, wanted: Tensor) -> Tensor:
        """Softmax over the target and uniform negatives that the batch shares.

        The negatives' logits are raised by the log of the items that each stands for, so that the
        loss estimates the full one (Jean et al. 2015, section 3).
        """
        n_items = self.shape.n_items
        negatives = torch.randint(1, n_items + 1, (N_NEGATIVES,), device=hidden.device)
        own = (hidden * self.outputs[wanted]).sum(dim=1) + self.bias[wanted]  # (n_targets,)
        others = hidden @ self.outputs[negatives].T + self.bias[negatives]  # (n_targets, N)
        others = others + float(np.log(n_items / N_NEGATIVES))
        others = others.masked_fill(negatives == wanted[:, None], -torch.inf)
        both = torch.cat([own[:, None], others], dim=1)
        return nn.functional.cross_entropy(both, torch.zeros_like(wanted))

    def _initialise(self, start: NDArray[np.float32] | None) -> None:
        nn.init.normal_(self.embed.weight, std=_EMBEDDING_STD)
        with torch.no_grad():
            if start is not None:
                self.embed.weight.copy_(torch.from_numpy(start))
            self.embed.weight[0] = 0.0
            self.outputs.copy_(self.embed.weight)
        for name, weight in self.blocks.named_parameters():
            if name.endswith("c_proj.weight"):
                nn.init.zeros_(weight)


class SasrecScorer:
    """A trained model behind the signature that all recommenders share."""

    def __init__(self, model: Sasrec) -> None:
        self._model = model.eval()
        self._device = model.bias.device

    @torch.no_grad()
    def score(self, histories: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        """Logits of every item as next event; shape (B, V), column 0 (padding) is -inf.

        Only the newest `max_length` events of a history are seen; an empty one is scored as if
        padding were its event.
        """
        recent = [history[-self._model.shape.max_length :] for history in histories]
        items = torch.from_numpy(pad_right(recent)).to(self._device)
        last = (items > 0).sum(dim=1).clamp(min=1) - 1  # (B,)
        hidden = self._model.hidden(items)[torch.arange(len(items)), last]  # (B, D)
        scores: NDArray[np.float32] = self._model.logits(hidden).float().cpu().numpy()
        return scores


def pad_right(histories: Sequence[NDArray[np.int32]]) -> NDArray[np.int64]:
    """Histories as rows of one array, padded with 0 behind; (B, length of the longest)."""
    width = max((len(history) for history in histories), default=0)
    rows = np.zeros((len(histories), max(width, 1)), dtype=np.int64)
    for row, history in zip(rows, histories, strict=True):
        row[: len(history)] = history
    return rows


def _gpt2(config: SasrecConfig) -> GPT2Config:
    return GPT2Config(
        vocab_size=1,
        bos_token_id=None,
        eos_token_id=None,
        n_positions=config.max_length,
        n_embd=config.width,
        n_layer=config.n_blocks,
        n_head=config.n_heads,
        resid_pdrop=config.dropout,
        embd_pdrop=config.dropout,
        attn_pdrop=config.dropout,
    )
