"""A recommender that knows next items by their text alone, so that new ones are no exception.

A history is the mean of its newest events, each by its text and a vector of its own; a next item
is a learned map of its text. All items that are learned from are thus treated as new: simulated
cold starts (Volkovs et al. 2017, DropoutNet) with the dropout of the item's own vector at 1.
"""

import logging
import time
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from seqrec.errors import TooSmallError
from seqrec.evaluation.split import Split
from seqrec.language.tower_config import TowerConfig
from seqrec.models.embedded import EmbeddingRecommender, Towers
from seqrec.models.linear import Memory
from seqrec.models.pairs import training_events
from seqrec.translation.texts import tr

logger = logging.getLogger(__name__)

MEMORY = Memory(n_recent=10, decay=0.8)
_WARMUP_STEPS = 50
_START_SCALE = 4.0  # of logits at the start: cosines lie too close together to tell items apart
_TEXT_DECAY, _CLIP = 0.05, 1.0


class TextTowers(nn.Module):
    """Two maps from text vectors into one space, and a vector of its own for each past item."""

    def __init__(self, vectors: Tensor, config: TowerConfig) -> None:
        """A new model; both maps start as the same rotation, so that like texts score high.

        Args:
            vectors: of the items' texts, padding first; (V, width of the text).
            config: shape and dropout.
        """
        super().__init__()
        self.register_buffer("vectors", vectors, persistent=False)
        n_items, text_width = vectors.shape
        self.own = nn.Embedding.from_pretrained(  # type: ignore[no-untyped-call] # torch's
            torch.zeros(n_items, config.width), freeze=False, padding_idx=0
        )
        self.past = nn.Linear(text_width, config.width, bias=False)
        self.next = nn.Linear(text_width, config.width, bias=False)
        self.bend = nn.Sequential(
            nn.Linear(text_width, config.hidden),
            nn.GELU(),
            nn.Dropout(0.1),
            nn.Linear(config.hidden, config.width + 1),
        )
        self.drop = nn.Dropout(config.id_dropout)
        nn.init.orthogonal_(self.past.weight, gain=_START_SCALE)
        with torch.no_grad():
            self.next.weight.copy_(self.past.weight)
        nn.init.zeros_(self.bend[3].weight)  # type: ignore[arg-type] # it is a linear layer
        nn.init.zeros_(self.bend[3].bias)  # type: ignore[arg-type]

    def inputs(self, items: Tensor) -> Tensor:
        """Vectors of past events; (...) to (..., D)."""
        past: Tensor = self.past(self.vectors[items]) + self.drop(self.own(items))  # type: ignore[index]
        return past

    def outputs(self, items: Tensor) -> tuple[Tensor, Tensor]:
        """Vectors and biases of next events; (n,) to (n, D) and (n,)."""
        text = self.vectors[items]  # type: ignore[index]
        bent = self.bend(text)  # (n, D + 1)
        return self.next(text) + bent[:, :-1], bent[:, -1]

    def summary(self, items: Tensor) -> Tensor:
        """Decayed mean of the newest events, right-aligned, 0 where there are none; (B, D)."""
        ages = torch.arange(items.shape[1] - 1, -1, -1, device=items.device)
        weights = (items > 0) * MEMORY.decay**ages
        weights = weights / weights.sum(dim=1, keepdim=True).clamp(min=1e-12)
        mean: Tensor = torch.einsum("bl,bld->bd", weights, self.inputs(items))
        return mean


def fit_towers(
    split: Split,
    vectors: NDArray[np.float32],
    config: TowerConfig,
    watch: Callable[[float, float], None],
) -> EmbeddingRecommender:
    """The text model, trained on the training parts; scored without torch.

    Items without a training event are told apart from nobody while it learns, so that they are
    not pushed below the others.

    Args:
        split: whose training parts are learned from.
        vectors: of the items' texts, padding first; (V, width of the text).
        config: how.
        watch: is told the share done and the loss (nats) after each step.

    Raises:
        TooSmallError: no event follows another.
    """
    started = time.process_time()
    torch.manual_seed(config.seed)
    pairs = _Pairs(split)
    model = TextTowers(torch.from_numpy(vectors), config).train()
    optimiser = _make_optimiser(model, config)
    n_steps = config.epochs * pairs.n_batches(config.batch_size)
    step = 0
    for _ in range(config.epochs):
        for places in torch.randperm(len(pairs.places)).split(config.batch_size):  # type: ignore[no-untyped-call] # torch's
            for group in optimiser.param_groups:
                group["lr"] = config.learning_rate * _rate_share(step, n_steps)
            loss = _batch_loss(model, pairs, places, config.n_negatives)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call] # torch's
            nn.utils.clip_grad_norm_(model.parameters(), _CLIP)
            optimiser.step()
            step += 1
            watch(step / n_steps, float(loss.detach()))
    logger.info("text model: %d steps in %.1f CPU-s", step, time.process_time() - started)
    return EmbeddingRecommender(_freeze(model), MEMORY)


def count_weights(n_items: int, text_width: int, config: TowerConfig) -> int:
    """Numbers that `fit_towers` learns.

    Args:
        n_items: rows of the vectors, padding included; V.
        text_width: of a text's vector.
        config: how it learns.
    """
    bend = (text_width + 1) * config.hidden + (config.hidden + 1) * (config.width + 1)
    return n_items * config.width + 2 * text_width * config.width + bend


class _Pairs:
    """All events of the training parts that follow another, each with the newest before it."""

    def __init__(self, split: Split) -> None:
        users, items = training_events(split)
        same = np.concatenate([[False], users[1:] == users[:-1]])
        self.places = torch.from_numpy(np.flatnonzero(same))
        if not len(self.places):
            raise TooSmallError(tr("no event follows another, so that there is nothing to learn"))
        starts = np.maximum.accumulate(np.where(same, 0, np.arange(len(items))))
        self._starts = torch.from_numpy(starts)
        self._items = torch.from_numpy(items.astype(np.int64))
        self._learned = torch.unique(self._items)

    @property
    def n_learned(self) -> int:
        """Items with training events."""
        return len(self._learned)

    def n_batches(self, size: int) -> int:
        """Steps of an epoch."""
        return -(-len(self.places) // size)

    def batch(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """The newest events before some events, right-aligned, (B, L); and these, (B,)."""
        places = self.places[rows]
        before = places[:, None] + torch.arange(-MEMORY.n_recent, 0)
        real = before >= self._starts[places][:, None]
        histories = torch.where(real, self._items[before.clamp(min=0)], 0)
        return histories, self._items[places]

    def draw(self, n_negatives: int) -> Tensor:
        """Items with training events, evenly; no two alike."""
        n_drawn = min(n_negatives, len(self._learned))
        drawn: Tensor = self._learned[torch.randperm(len(self._learned))[:n_drawn]]
        return drawn


def _batch_loss(model: TextTowers, pairs: _Pairs, places: Tensor, n_negatives: int) -> Tensor:
    """Estimate of each target's cross-entropy (nats) among all items that are learned from.

    The negatives' logits are raised by the log of the items that each stands for (Jean et al.
    2015, section 3); a target that was drawn is no negative of its own.
    """
    histories, targets = pairs.batch(places)
    negatives = pairs.draw(n_negatives)
    candidates, rows = torch.unique(torch.cat([targets, negatives]), return_inverse=True)
    outputs, bias = model.outputs(candidates)
    logits = model.summary(histories) @ outputs.T + bias  # (B, C)
    own = rows[: len(targets), None]
    drawn = torch.zeros(len(candidates), dtype=torch.bool)
    drawn[rows[len(targets) :]] = True
    others = logits.masked_fill(~drawn, -torch.inf).scatter(1, own, -torch.inf)
    raised = others.logsumexp(1) + float(np.log(pairs.n_learned / len(negatives)))
    wanted = logits.gather(1, own)[:, 0]
    loss: Tensor = (torch.logaddexp(raised, wanted) - wanted).mean()
    return loss


def _make_optimiser(model: TextTowers, config: TowerConfig) -> torch.optim.Optimizer:
    own = list(model.own.parameters())
    maps = [weight for part in (model.past, model.next, model.bend) for weight in part.parameters()]
    groups = [
        {"params": own, "weight_decay": 0.01},
        {"params": maps, "weight_decay": _TEXT_DECAY},
    ]
    return torch.optim.AdamW(groups, lr=config.learning_rate)


def _rate_share(step: int, n_steps: int) -> float:
    rise = min(1.0, (step + 1) / _WARMUP_STEPS)
    return rise * 0.5 * (1.0 + float(np.cos(np.pi * step / n_steps)))


@torch.no_grad()
def _freeze(model: TextTowers) -> Towers:
    model.eval()
    items = torch.arange(model.own.num_embeddings)
    outputs, bias = model.outputs(items)
    return Towers(model.inputs(items).numpy(), outputs.numpy(), bias.numpy())
