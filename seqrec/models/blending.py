"""Finds the weights of a hybrid on the validation targets; test targets are never looked at."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from seqrec.evaluation.ranking import TOP_K, mask_items, top_items, users_at_once
from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import Split
from seqrec.models.hybrid import Blend, BlendKind, level_scores

logger = logging.getLogger(__name__)

MAX_USERS = 1000
_GRID = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5)
_N_PASSES = 3
_MIN_GAIN = 1e-4  # of NDCG@10: less is noise
_MIN_BUCKET_GAIN = 0.002  # likewise, of weights for each history length
_N_CANDIDATES = 30  # best items of each model among which the search ranks
_MIN_BUCKET = 150  # users, else a history length has no weights of its own
_N_FOLDS = 2


@dataclass(frozen=True)
class Levels:
    """What the search needs of each validation user; n users, C candidates.

    Attributes:
        of_kind: levels of each model, the target's first; (models, n, C).
        absent: -inf where there is no candidate or it is excluded, else 0; (n, C).
        lengths: events of the history; (n,).
    """

    of_kind: dict[BlendKind, NDArray[np.float32]]
    absent: NDArray[np.float32]
    lengths: NDArray[np.int64]

    def take(self, rows: NDArray[np.int64]) -> Self:
        """The levels of some users."""
        of_kind = {kind: table[:, rows] for kind, table in self.of_kind.items()}
        return type(self)(of_kind, self.absent[rows], self.lengths[rows])


def fit_blend(
    split: Split,
    models: Mapping[str, Recommender],
    exclude_seen: bool,  # noqa: FBT001 - a protocol, as in the configuration of a run
    seed: int = 0,
    max_users: int = MAX_USERS,
) -> tuple[Blend, float]:
    """Weights by coordinate search for NDCG@10, and that NDCG on users they were not fitted on.

    Scores, ranks or logs, one set of weights or one for each third of the history lengths: what is
    best on the half of the users that it was not fitted on, fitted again on all.

    Args:
        split: whose validation targets are used.
        models: fitted on training parts; by name.
        exclude_seen: whether items of the history are left out.
        seed: of the sample of users and of its halves.
        max_users: of the sample; the cost grows with it.
    """
    generator = np.random.default_rng(seed)
    users = split.validation_users
    users = np.sort(generator.choice(users, min(len(users), max_users), replace=False))
    levels = collect_levels(split, models, users, exclude_seen)
    folds = generator.permutation(len(users)) % _N_FOLDS
    by_kind = {kind: _cross_validate(levels, kind, (), folds) for kind in BlendKind}
    kind = max(by_kind, key=lambda one: by_kind[one])
    bounds, ndcg = _choose_bounds(levels.lengths), by_kind[kind]
    apart = _cross_validate(levels, kind, bounds, folds) if bounds else 0.0
    if apart <= ndcg + _MIN_BUCKET_GAIN:
        bounds, apart = (), ndcg
    weights = _fit_weights(levels, kind, bounds)
    blend = Blend(kind, tuple(models), bounds, tuple(tuple(row.tolist()) for row in weights))
    logger.info("blend by %s, bounds %s, weights %s", kind.name, bounds, blend.weights)
    return blend, apart


def collect_levels(
    split: Split,
    models: Mapping[str, Recommender],
    users: NDArray[np.int64],
    exclude_seen: bool,  # noqa: FBT001
) -> Levels:
    """Levels of the best items of every model and of the target, for some validation users."""
    parts: dict[BlendKind, list[NDArray[np.float32]]] = {kind: [] for kind in BlendKind}
    absent = []
    size = users_at_once(split.database.n_items, len(models))
    for start in range(0, len(users), size):
        rows = users[start : start + size]
        histories = [split.validation_history(int(row)) for row in rows]
        scores = [model.score(histories) for model in models.values()]
        for own in scores:
            mask_items(own, histories if exclude_seen else None)
        tops = np.concatenate([top_items(own, _N_CANDIDATES)[0] for own in scores], axis=1)
        candidates = _candidates(tops, split.validation_targets_of(rows))
        kept = np.take_along_axis(np.isfinite(scores[0]), candidates, 1)
        width = 1 + _N_CANDIDATES * len(models)  # as wide in every part
        absent.append(_widen(np.where(kept, 0.0, -np.inf), width, -np.inf))
        for kind, found in parts.items():
            levels = [np.take_along_axis(level_scores(own, kind), candidates, 1) for own in scores]
            found.append(_widen(np.where(kept, np.stack(levels), 0.0), width, 0.0))
    lengths = np.array([len(split.validation_history(int(row))) for row in users])
    of_kind = {kind: np.concatenate(found, axis=1) for kind, found in parts.items()}
    return Levels(of_kind, np.concatenate(absent), lengths)


def _candidates(tops: NDArray[np.int32], targets: NDArray[np.int32]) -> NDArray[np.int64]:
    """Items of each row without repeats, the target first; 0 fills short rows up."""
    items = np.zeros((len(tops), 1 + tops.shape[1]), dtype=np.int64)
    for row, (best, target) in enumerate(zip(tops, targets, strict=True)):
        others = np.unique(best)
        others = others[others != target]
        items[row, 0] = target
        items[row, 1 : len(others) + 1] = others
    return items


def _widen(table: NDArray[np.float64], width: int, value: float) -> NDArray[np.float32]:
    """The table with columns of a value behind, up to a width; (..., width)."""
    widened = np.full((*table.shape[:-1], width), value, dtype=np.float32)
    widened[..., : table.shape[-1]] = table
    return widened


def _choose_bounds(lengths: NDArray[np.int64]) -> tuple[int, ...]:
    """Thirds of the history lengths; none where a third has too few users."""
    bounds = np.unique(np.quantile(lengths, [1 / 3, 2 / 3]).astype(np.int64))
    buckets = np.searchsorted(bounds, lengths, side="right")
    if np.bincount(buckets, minlength=len(bounds) + 1).min() < _MIN_BUCKET:
        return ()
    return tuple(bounds.tolist())


def _cross_validate(
    levels: Levels, kind: BlendKind, bounds: tuple[int, ...], folds: NDArray[np.int64]
) -> float:
    """NDCG@10 of the users of each fold under weights that were fitted on the others."""
    gains = np.zeros(len(folds))
    for fold in range(_N_FOLDS):
        weights = _fit_weights(levels.take(np.flatnonzero(folds != fold)), kind, bounds)
        held = np.flatnonzero(folds == fold)
        buckets = np.searchsorted(np.array(bounds), levels.lengths[held], side="right")
        for bucket, row in enumerate(weights):
            rows = held[buckets == bucket]
            gains[rows] = _gains(_mix(levels.take(rows), kind, row))
    return float(gains.mean())


def _fit_weights(levels: Levels, kind: BlendKind, bounds: tuple[int, ...]) -> NDArray[np.float64]:
    """Weights of each bucket; (buckets, models)."""
    single = np.eye(len(levels.of_kind[kind]))
    alone = [_gains(_mix(levels, kind, weights)).mean() for weights in single]
    shared = _search(levels, kind, single[int(np.argmax(alone))])
    if not bounds:
        return shared[None]
    buckets = np.searchsorted(np.array(bounds), levels.lengths, side="right")
    parts = [levels.take(np.flatnonzero(buckets == bucket)) for bucket in range(len(bounds) + 1)]
    return np.stack([_search(part, kind, shared) for part in parts])


def _search(levels: Levels, kind: BlendKind, start: NDArray[np.float64]) -> NDArray[np.float64]:
    """The best weights found by changing one at a time; (models,)."""
    weights = start.copy()
    best = float(_gains(_mix(levels, kind, weights)).mean())
    for _ in range(_N_PASSES):
        before = best
        for model, own in enumerate(levels.of_kind[kind]):
            others = weights.copy()
            others[model] = 0.0
            rest = _mix(levels, kind, others)
            for weight in _GRID:
                if weight == 0.0 and not others.any():
                    continue
                trial = float(_gains(rest + np.float32(weight) * own).mean())
                if trial > best + _MIN_GAIN:
                    best, weights[model] = trial, weight
        if best == before:
            break
    return weights


def _mix(levels: Levels, kind: BlendKind, weights: NDArray[np.float64]) -> NDArray[np.float32]:
    """Weighted sum of levels, -inf where there is no candidate; (n, C)."""
    mixed = levels.absent.copy()
    for own, weight in zip(levels.of_kind[kind], weights, strict=True):
        if weight:
            mixed += np.float32(weight) * own
    return mixed


def _gains(mixed: NDArray[np.float32]) -> NDArray[np.float64]:
    """1 / log2(rank + 1) of the target, in column 0, up to rank 10, else 0; (n,)."""
    ranks = (mixed >= mixed[:, :1]).sum(axis=1)
    is_hit = (ranks <= TOP_K) & np.isfinite(mixed[:, 0])
    return np.where(is_hit, 1.0 / np.log2(ranks + 1.0), 0.0)
