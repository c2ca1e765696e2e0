"""Goes on with the pretraining of a backbone on a catalogue's texts: words, not behaviour.

An encoder fills in masked words (Devlin et al. 2019, section 3.1), a decoder says the next one.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from seqrec.errors import TooSmallError
from seqrec.language.backbones import Reading
from seqrec.language.loading import Backbone
from seqrec.language.pretrain_config import PretrainConfig
from seqrec.language.vectors import tokenize
from seqrec.translation.texts import tr

_MASKED, _KEPT, _RANDOM = 0.15, 0.1, 0.1
_IGNORED = -100  # `transformers` leaves such labels out of the loss
_HELD_SHARE, _MOST_HELD, _MIN_TEXTS = 0.05, 512, 20
_WEIGHT_DECAY, _CLIP, _WARMUP = 0.01, 1.0, 0.1


@dataclass(frozen=True)
class WordLoss:
    """What was measured at a step.

    Attributes:
        step: of the optimiser, from 0.
        elapsed_s: of learning so far.
        loss: mean since the measurement before, nats a word; None at the start.
        held_out: nats a word over texts that are not learned from, always the same words.
    """

    step: int
    elapsed_s: float
    loss: float | None
    held_out: float


def pretrain(
    backbone: Backbone,
    texts: Sequence[str],
    config: PretrainConfig,
    watch: Callable[[WordLoss], bool],
) -> list[WordLoss]:
    """Learn the words of a catalogue; the backbone's model is changed in place.

    Args:
        backbone: loaded with the part that predicts words.
        texts: of a catalogue; empty and repeated ones count once or not at all.
        config: how.
        watch: is told each measurement; true ends the learning there.

    Returns:
        All measurements, the one before learning first.

    Raises:
        TooSmallError: there are too few different texts.
    """
    torch.manual_seed(config.seed)
    learned, held = _hold_out(texts, config.seed)
    teacher = _Teacher(backbone, config.seed)
    optimiser = torch.optim.AdamW(
        backbone.model.parameters(), lr=config.learning_rate, weight_decay=_WEIGHT_DECAY
    )
    generator, started = np.random.default_rng(config.seed), time.perf_counter()
    found = [WordLoss(0, 0.0, None, teacher.held_out_loss(held))]
    if watch(found[0]):
        return found
    losses: list[float] = []
    for step in range(1, config.steps + 1):
        for group in optimiser.param_groups:
            group["lr"] = config.learning_rate * _rate_share(step, config.steps)
        rows = generator.choice(len(learned), min(config.batch_size, len(learned)), replace=False)
        losses.append(teacher.learn([learned[row] for row in rows], optimiser))
        if step % max(1, config.steps // config.n_checks) == 0 or step == config.steps:
            elapsed_s, mean = time.perf_counter() - started, float(np.mean(losses))
            found.append(WordLoss(step, elapsed_s, mean, teacher.held_out_loss(held)))
            losses.clear()
            if watch(found[-1]):
                break
    backbone.model.eval()
    return found


class _Teacher:
    """Makes exercises of texts, and measures what the model says to them."""

    def __init__(self, backbone: Backbone, seed: int) -> None:
        self._backbone = backbone
        self._seed = seed

    def learn(self, texts: Sequence[str], optimiser: torch.optim.Optimizer) -> float:
        """One step; its loss in nats a word."""
        model = self._backbone.model.train()
        loss = self._loss(tokenize(self._backbone, texts), None)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call] # torch's
        nn.utils.clip_grad_norm_(model.parameters(), _CLIP)
        optimiser.step()
        return float(loss.detach())

    @torch.no_grad()
    def held_out_loss(self, texts: Sequence[str]) -> float:
        """Nats a word over texts, the same words masked each time."""
        self._backbone.model.eval()
        generator = torch.Generator().manual_seed(self._seed)
        losses = [
            float(self._loss(tokenize(self._backbone, texts[first : first + 64]), generator))
            for first in range(0, len(texts), 64)
        ]
        return float(np.mean(losses))

    def _loss(self, tokens: dict[str, Tensor], generator: torch.Generator | None) -> Tensor:
        shown, labels = tokens["input_ids"], tokens["input_ids"]
        labels = labels.masked_fill(tokens["attention_mask"] == 0, _IGNORED)
        if self._backbone.facts.reading is Reading.ENCODER:
            shown, labels = self._mask(shown, labels, generator)
        output = self._backbone.model(
            input_ids=shown, attention_mask=tokens["attention_mask"], labels=labels
        )
        loss: Tensor = output.loss
        return loss

    def _mask(
        self, shown: Tensor, labels: Tensor, generator: torch.Generator | None
    ) -> tuple[Tensor, Tensor]:
        """Tokens with some masked, replaced or kept; and these, all others ignored."""
        tokenizer = self._backbone.tokenizer
        special = torch.tensor(tokenizer.all_special_ids)
        can_be = (labels != _IGNORED) & ~torch.isin(shown, special)
        draw = torch.rand(shown.shape, generator=generator)
        chosen = can_be & (draw < _MASKED)
        # A batch in which chance masks nothing would have no loss.
        if not chosen.any():
            chosen = can_be & (draw <= draw.masked_fill(~can_be, 2.0).min())
        kind = torch.rand(shown.shape, generator=generator)
        words = torch.randint(len(tokenizer), shown.shape, generator=generator)
        masked = shown.masked_fill(chosen & (kind >= _KEPT + _RANDOM), tokenizer.mask_token_id)
        masked = torch.where(chosen & (kind < _RANDOM), words, masked)
        return masked, labels.masked_fill(~chosen, _IGNORED)


def _hold_out(texts: Sequence[str], seed: int) -> tuple[list[str], list[str]]:
    """Different texts to learn from, and those to measure on."""
    distinct = sorted(set(texts) - {""})
    if len(distinct) < _MIN_TEXTS:
        raise TooSmallError(
            tr(
                "the catalogue has {n} different texts; at least {least} are needed to learn words "
                "from some and measure on others",
                n=len(distinct),
                least=_MIN_TEXTS,
            )
        )
    order = np.random.default_rng(seed).permutation(len(distinct))
    n_held = min(_MOST_HELD, max(1, round(_HELD_SHARE * len(distinct))))
    shuffled = [distinct[row] for row in order]
    return shuffled[n_held:], shuffled[:n_held]


def _rate_share(step: int, n_steps: int) -> float:
    """Share of the highest learning rate: rises over a tenth of the steps, then falls to 0."""
    warmup = max(1, round(_WARMUP * n_steps))
    return min(step / warmup, (n_steps + 1 - step) / max(1, n_steps + 1 - warmup))
