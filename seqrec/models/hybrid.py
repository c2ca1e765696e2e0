"""Hybrids: several recommenders whose scores or ranks are added with weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from seqrec.evaluation.ranking import mask_items
from seqrec.evaluation.recommender import Recommender
from seqrec.translation.texts import mark

HYBRID = mark("Hybrid")  # the name that pages show
# Added to every rank: the first is worth (1 + 20) / (10 + 20) as much as the tenth.
_RANK_OFFSET = 20.0
_TINY = 1e-12
# Of a share that is spread over all items before its log is taken: most counts are 0.
_SPREAD = 0.1


class BlendKind(StrEnum):
    """What is added."""

    SCORES = mark("scores, each model's brought to mean 0 and deviation 1")
    RANKS = mark("1 / (20 + rank)")
    LOGS = mark("logs of shares of the score, logits as they are")


@dataclass(frozen=True)
class Blend:
    """Weights of models, by how long a history is.

    Attributes:
        kind: what is added.
        names: of the models, in the order of the weights.
        bounds: lengths of history from which the next bucket's weights count, rising.
        weights: a row of weights for each bucket, one more than there are bounds.

    Raises:
        ValueError: bounds, names and weights do not fit together.
    """

    kind: BlendKind
    names: tuple[str, ...]
    bounds: tuple[int, ...]
    weights: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        """Check the shapes."""
        if len(self.weights) != len(self.bounds) + 1:
            raise ValueError("there is one row of weights more than there are bounds")
        if any(len(row) != len(self.names) for row in self.weights):
            raise ValueError("each row has one weight a model")
        if not np.any(self.weights):
            raise ValueError("no model has a weight")
        if any(low >= high for low, high in pairwise(self.bounds)):
            raise ValueError("the bounds rise")

    @property
    def used(self) -> tuple[str, ...]:
        """The models that have a weight in any bucket."""
        sums = np.abs(np.array(self.weights)).sum(axis=0)
        return tuple(name for name, total in zip(self.names, sums, strict=True) if total > 0)

    def mix(
        self, scores: Mapping[str, NDArray[np.float32]], lengths: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Blended scores; an item that any used model excludes (-inf) stays excluded.

        Args:
            scores: of the used models at least; each (B, V).
            lengths: events of each history; (B,).

        Returns:
            (B, V).
        """
        buckets = np.searchsorted(np.array(self.bounds, dtype=np.int64), lengths, side="right")
        weights = np.array(self.weights, dtype=np.float32)[buckets]  # (B, models)
        mixed = np.zeros_like(scores[self.used[0]])
        for column, name in enumerate(self.names):
            if name in self.used:
                kept = np.isfinite(scores[name])
                levels = np.where(kept, level_scores(scores[name], self.kind), np.float32(0))
                mixed += np.where(kept, weights[:, [column]] * levels, np.float32(-np.inf))
        return mixed


class Hybrid:
    """A blend of recommenders behind the signature that all recommenders share."""

    def __init__(
        self,
        blend: Blend,
        models: Mapping[str, Recommender],
        exclude_seen: bool,  # noqa: FBT001 - a protocol, as in the configuration of a run
    ) -> None:
        """Keep the models that the blend uses; it is applied to what is not excluded."""
        self.blend = blend
        self._models = {name: models[name] for name in blend.used}
        self._exclude_seen = exclude_seen

    def score(self, histories: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        """Blended scores of every item; shape (B, V), column 0 (padding) is -inf."""
        scores = {name: model.score(histories) for name, model in self._models.items()}
        for own in scores.values():
            mask_items(own, histories if self._exclude_seen else None)
        return self.mix(scores, histories)

    def mix(
        self,
        scores: Mapping[str, NDArray[np.float32]],
        histories: Sequence[NDArray[np.int32]],
    ) -> NDArray[np.float32]:
        """The same from scores that the models gave before and that are masked; (B, V)."""
        lengths = np.array([len(history) for history in histories], dtype=np.int64)
        return self.blend.mix(scores, lengths)


def level_scores(scores: NDArray[np.float32], kind: BlendKind) -> NDArray[np.float32]:
    """Scores that can be added to another model's; row by row, over the items not excluded.

    Args:
        scores: (B, V); excluded items are -inf and stay so.
        kind: what is added.

    Returns:
        (B, V), float32.
    """
    kept = np.isfinite(scores)
    if kind is BlendKind.RANKS:
        levels = 1.0 / (_RANK_OFFSET + _rank_all(scores))
        return np.where(kept, levels, np.float32(-np.inf)).astype(np.float32)
    n_kept = np.maximum(kept.sum(axis=1, keepdims=True), 1)
    values = np.where(kept, scores, np.float32(0))
    if kind is BlendKind.LOGS:
        return np.where(kept, _log_shares(values, n_kept), np.float32(-np.inf)).astype(np.float32)
    centred = values - values.sum(axis=1, keepdims=True) / n_kept
    squares = np.where(kept, centred, np.float32(0)) ** 2
    deviation = np.sqrt(squares.sum(axis=1, keepdims=True) / n_kept) + _TINY
    return np.where(kept, centred / deviation, np.float32(-np.inf)).astype(np.float32)


def _log_shares(values: NDArray[np.float32], n_kept: NDArray[np.int64]) -> NDArray[np.float32]:
    """Logs of rows of shares; a row with a score below 0 is one of logits, and stays; (B, V).

    Added, they are the log of a product of probabilities (Hinton 2002), each to a power.
    """
    sums = values.sum(axis=1, keepdims=True)
    are_shares = (values.min(axis=1, keepdims=True) >= 0) & (sums > 0)
    shares = values / np.where(are_shares, sums, np.float32(1))
    logs = np.log(np.maximum((1 - _SPREAD) * shares + _SPREAD / n_kept, _TINY))
    found: NDArray[np.float32] = np.where(are_shares, logs, values)
    return found


def _rank_all(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """How many items of its row score at least as high as each; (B, V)."""
    rising = np.sort(scores, axis=1)
    ranks = np.empty_like(scores)
    for row, (ordered, values) in enumerate(zip(rising, scores, strict=True)):
        # Not by item id: ids are numbered by how frequent items are, held-out events included.
        ranks[row] = len(values) - np.searchsorted(ordered, values, side="left")
    return ranks
