"""Teaches a backbone which text follows which: histories of titles in, the next title out.

A history is the mean of its titles' vectors, newer ones counting more; its next title is told
apart from the other titles of the batch and from hard negatives, the titles most like it.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import PreTrainedModel

from seqrec.errors import TooSmallError
from seqrec.evaluation.split import Split
from seqrec.language.likeness import LIKENESS_MEMORY
from seqrec.language.loading import Backbone
from seqrec.language.tuning import TrainableShare, measure_share, tune
from seqrec.language.tuning_config import NextTextConfig, TuningConfig
from seqrec.language.vectors import pool_texts
from seqrec.models.pairs import training_events
from seqrec.translation.texts import tr

logger = logging.getLogger(__name__)

_N_RECENT, _DECAY = LIKENESS_MEMORY.n_recent, LIKENESS_MEMORY.decay
_TEMPERATURE = 0.05
_CLIP = 1.0


@dataclass(frozen=True)
class Tuned:
    """A backbone that has learned.

    Attributes:
        backbone: its model holds what was added.
        share: how much of it learned.
        losses: of each step, nats per history.
        elapsed_s: of learning.
    """

    backbone: Backbone
    share: TrainableShare
    losses: tuple[float, ...]
    elapsed_s: float


def teach_next_texts(
    backbone: Backbone,
    tuning: TuningConfig,
    lessons: "Lessons",
    config: NextTextConfig,
    watch: Callable[[float, float], bool],
) -> Tuned:
    """The backbone after learning which text follows which; its model is changed in place.

    Args:
        backbone: to start from.
        tuning: which of its weights learn.
        lessons: what to learn from.
        config: how.
        watch: is told the share done and the loss of each step; true ends it.

    Raises:
        ConfigError: there are fewer layers than are to stay frozen.
    """
    torch.manual_seed(config.seed)
    model = tune(cast(PreTrainedModel, backbone.model), tuning)
    learner = replace(backbone, model=model)
    share, started = measure_share(model), time.perf_counter()
    losses: list[float] = []
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    if weights:
        optimiser = torch.optim.AdamW(weights, lr=config.learning_rate)
        model.train()
        for step, batch in enumerate(lessons.batches(config)):
            for group in optimiser.param_groups:
                group["lr"] = config.learning_rate * (1 - step / config.steps)
            loss = next_text_loss(learner, batch)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call] # torch's
            nn.utils.clip_grad_norm_(weights, _CLIP)
            optimiser.step()
            losses.append(float(loss.detach()))
            if watch((step + 1) / config.steps, losses[-1]):
                break
    model.eval()
    return Tuned(learner, share, tuple(losses), time.perf_counter() - started)


@dataclass(frozen=True)
class TextBatch:
    """Histories and what came next.

    Attributes:
        texts: all different texts of the batch.
        weights: of the texts in each history, rows sum to 1; (B, n_texts).
        targets: place of each history's next text; (B,).
    """

    texts: tuple[str, ...]
    weights: Tensor
    targets: Tensor


def next_text_loss(backbone: Backbone, batch: TextBatch) -> Tensor:
    """Mean cross-entropy (nats) of each next text among all texts of the batch."""
    vectors = pool_texts(backbone, batch.texts)  # (n_texts, width)
    summary = nn.functional.normalize(batch.weights.to(vectors.device) @ vectors, dim=1)
    logits = summary @ vectors.T / _TEMPERATURE  # (B, n_texts)
    return nn.functional.cross_entropy(logits, batch.targets.to(vectors.device))


class Lessons:
    """Events of the training parts that follow another, both with a text."""

    def __init__(
        self, split: Split, texts: Sequence[str], vectors: NDArray[np.float32] | None = None
    ) -> None:
        """Find the events.

        Args:
            split: whose training parts are learned from.
            texts: by item id, padding first; (V,).
            vectors: of the texts before learning, for hard negatives; (V, width).

        Raises:
            TooSmallError: no item with a text follows another with a text.
        """
        self._texts, self._vectors = texts, vectors
        users, items = training_events(split)
        filled = np.array([bool(text) for text in texts])
        kept = filled[items]
        self._users, self._items = users[kept], items[kept]
        self._learned = np.unique(self._items)
        self._places = np.flatnonzero(self._users[1:] == self._users[:-1]) + 1
        if not len(self._places):
            raise TooSmallError(tr("no title follows another, so that there is nothing to learn"))

    def batches(self, config: NextTextConfig) -> Iterator[TextBatch]:
        """A batch for each step: a pure function of the seed."""
        generator = np.random.default_rng(config.seed)
        for _ in range(config.steps):
            yield self._batch(generator.choice(self._places, config.batch_size), config.n_hard)

    def _batch(self, places: NDArray[np.int64], n_hard: int) -> TextBatch:
        targets = self._items[places]
        past = places[:, None] - np.arange(1, _N_RECENT + 1)
        real = (past >= 0) & (self._users[past.clip(min=0)] == self._users[places][:, None])
        histories = np.where(real, self._items[past.clip(min=0)], 0)  # (B, 5), newest first
        shown = np.concatenate([targets, histories[real], self._hard_negatives(targets, n_hard)])
        # Items with one text are one candidate: else a target would be its own negative.
        places_of = {text: place for place, text in enumerate(dict.fromkeys(self._said(shown)))}
        weights = np.zeros((len(places), len(places_of)), dtype=np.float32)
        for row, (items, known) in enumerate(zip(histories, real, strict=True)):
            for age in np.flatnonzero(known):
                weights[row, places_of[self._texts[items[age]]]] += _DECAY**age
        weights /= weights.sum(axis=1, keepdims=True)
        wanted = [places_of[text] for text in self._said(targets)]
        return TextBatch(tuple(places_of), torch.from_numpy(weights), torch.tensor(wanted))

    def _said(self, items: NDArray[np.int32]) -> list[str]:
        return [self._texts[item] for item in items]

    def _hard_negatives(self, targets: NDArray[np.int32], n_hard: int) -> NDArray[np.int32]:
        """Items whose texts are most like each target's, itself left out; (B * n_hard,)."""
        if not n_hard or self._vectors is None or len(self._learned) <= n_hard:
            return np.zeros(0, dtype=np.int32)
        likeness = self._vectors[targets] @ self._vectors[self._learned].T
        likeness[self._learned == targets[:, None]] = -np.inf
        nearest = np.argpartition(-likeness, n_hard, axis=1)[:, :n_hard]
        found: NDArray[np.int32] = self._learned[nearest].ravel()
        return found
