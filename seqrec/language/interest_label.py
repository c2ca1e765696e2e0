"""Says which category comes next from what a history says: a head on vectors that do not move.

The features of a history are the decayed mean of its titles' vectors, the shares of the
categories in it, and the newest of them; the head is one linear layer. Rare classes are lifted by
the inverse of how often they occur, to a power that validation chooses (Menon et al. 2021).
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from seqrec.choices import check_choices, limited
from seqrec.errors import TooSmallError
from seqrec.evaluation.classes import report_classes
from seqrec.evaluation.split import Split
from seqrec.models.linear import Memory
from seqrec.models.pairs import training_events
from seqrec.translation.texts import tr

_MEMORY = Memory(n_recent=20, decay=0.9)
_LIFTS = (0.0, 0.25, 0.5, 0.75, 1.0)
_MIN_CLASSES = 2
_MOST_EVENTS = 500_000  # that a pass learns from; of more, others each time
_AT_ONCE = 4096  # histories whose features are held together


@dataclass(frozen=True)
class LabelConfig:
    """How the head learns.

    Attributes:
        epochs: passes over all events; 1 to 1,000.
        batch_size: events in a step; 2 to 65,536.
        learning_rate: of AdamW; above 0, at most 1.
        weight_decay: of AdamW; 0 to 1.
        seed: of every random choice.

    Raises:
        ConfigError: a value is outside its range.
    """

    epochs: int = limited(3, 1, 1000)
    batch_size: int = limited(256, 2, 65_536)
    learning_rate: float = limited(3e-3, 1e-8, 1.0)
    weight_decay: float = limited(0.01, 0.0, 1.0)
    seed: int = limited(0, 0, 2**31 - 1)

    def __post_init__(self) -> None:
        """Check every range."""
        check_choices(self)


class HistoryFeatures:
    """What is known of a history before an event, as numbers."""

    def __init__(self, vectors: NDArray[np.float32], of_items: NDArray[np.int64]) -> None:
        """Keep what is known of items.

        Args:
            vectors: of their texts, padding first; (V, width), of width 0 where no text is read.
            of_items: class of each item, -1 where it has none; (V,).
        """
        self.n_classes = int(of_items.max(initial=-1)) + 1
        marks = np.zeros((len(of_items), self.n_classes), dtype=np.float32)
        rows = np.flatnonzero(of_items >= 0)
        marks[rows, of_items[rows]] = 1.0
        self._known = np.hstack([vectors, marks]).astype(np.float32)
        self._marks = marks

    def of(
        self, items: NDArray[np.int32], places: NDArray[np.int64], starts: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Features of the history before each place; (n, width + 2 classes).

        Args:
            items: of all events, user by user; (n_events,).
            places: of the events that come next; (n,).
            starts: where the history of each begins; (n,).
        """
        before = places[:, None] - np.arange(1, _MEMORY.n_recent + 1)  # newest first
        real = before >= starts[:, None]
        past = np.where(real, items[before.clip(min=0)], 0)
        weights = (real * _MEMORY.decay ** np.arange(_MEMORY.n_recent)).astype(np.float32)
        weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1e-12)
        mean = np.einsum("nl,nld->nd", weights, self._known[past])
        return np.hstack([mean, self._marks[past[:, 0]]])


@dataclass(frozen=True)
class LabelHead:
    """A head that has learned.

    Attributes:
        weights, bias: of the linear layer; (features, n_classes) and (n_classes,).
        log_shares: of the classes among the targets; (n_classes,).
        lift: power of the inverse share that scores are multiplied by.
    """

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    log_shares: NDArray[np.float32]
    lift: float

    def say(self, features: NDArray[np.float32]) -> NDArray[np.int64]:
        """The class of each history; (n, features) to (n,)."""
        logits = features @ self.weights + self.bias - self.lift * self.log_shares
        classes: NDArray[np.int64] = logits.argmax(axis=1)
        return classes


def fit_label_head(
    split: Split, features: HistoryFeatures, of_items: NDArray[np.int64], config: LabelConfig
) -> LabelHead:
    """A head that learns from all events of the training parts that have a class.

    How far rare classes are lifted is chosen by macro F1 on the validation targets.

    Args:
        split: of the log.
        features: of histories.
        of_items: class of each item, -1 where it has none; (V,).
        config: how.

    Raises:
        TooSmallError: all events to learn from are of one class, or none follows another.
    """
    users, items = training_events(split)
    first = np.concatenate([[True], users[1:] != users[:-1]])
    starts = np.maximum.accumulate(np.where(first, np.arange(len(items)), 0))
    places = np.flatnonzero(~first & (of_items[items] >= 0))
    classes = of_items[items[places]]
    if len(np.unique(classes)) < _MIN_CLASSES:
        raise TooSmallError(
            tr(
                "fewer than two categories follow something in the training parts, so that there "
                "is nothing to tell apart; choose a column with more categories on the Data page"
            )
        )
    counts = np.bincount(classes, minlength=features.n_classes)
    log_shares = np.log(np.maximum(counts, 0.5) / counts.sum()).astype(np.float32)
    head = _learn(features, items, (places, starts[places], classes), config)
    found = [LabelHead(*head, log_shares, lift) for lift in _LIFTS]
    scores = [_validate(split, features, of_items, one) for one in found]
    return found[int(np.argmax(scores))]


def say_test_labels(split: Split, features: HistoryFeatures, head: LabelHead) -> NDArray[np.int64]:
    """The class that comes next for every test user; (n_test_users,)."""
    starts = split.database.offsets[:-1][split.test_users]
    items = np.asarray(split.database.items)
    return _say_in_parts(features, head, items, (split.test_places, starts))


def _say_in_parts(
    features: HistoryFeatures,
    head: LabelHead,
    items: NDArray[np.int32],
    asked: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> NDArray[np.int64]:
    """The class of what comes at each place of histories that begin at the starts; (n,)."""
    places, starts = asked
    parts = [
        head.say(features.of(items, places[first : first + _AT_ONCE], starts[first:][:_AT_ONCE]))
        for first in range(0, len(places), _AT_ONCE)
    ]
    return np.concatenate([np.empty(0, dtype=np.int64), *parts])


def _learn(
    features: HistoryFeatures,
    items: NDArray[np.int32],
    asked: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    config: LabelConfig,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    torch.manual_seed(config.seed)
    places, starts, classes = asked
    width = features.of(items, places[:1], starts[:1]).shape[1]
    layer = nn.Linear(width, features.n_classes)
    nn.init.zeros_(layer.weight)
    optimiser = torch.optim.AdamW(
        layer.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
    )
    generator = np.random.default_rng(config.seed)
    for _ in range(config.epochs):
        order = generator.permutation(len(places))[:_MOST_EVENTS]
        for first in range(0, len(order), config.batch_size):
            rows = order[first : first + config.batch_size]
            shown = torch.from_numpy(features.of(items, places[rows], starts[rows]))
            loss = nn.functional.cross_entropy(layer(shown), torch.from_numpy(classes[rows]))
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call] # torch's
            optimiser.step()
    return layer.weight.detach().numpy().T.copy(), layer.bias.detach().numpy()


def _validate(
    split: Split, features: HistoryFeatures, of_items: NDArray[np.int64], head: LabelHead
) -> float:
    """Macro F1 on the validation targets that have a class; 0 where there are none."""
    actual = of_items[split.validation_targets()]
    kept = np.flatnonzero(actual >= 0)
    if not len(kept):
        return 0.0
    starts = split.database.offsets[:-1][split.validation_users[kept]]
    items = np.asarray(split.database.items)
    said = _say_in_parts(features, head, items, (split.validation_places[kept], starts))
    return report_classes(actual[kept], said, features.n_classes).macro_f1
