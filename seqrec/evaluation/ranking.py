"""Ranks and metrics over the whole catalogue; one target a user."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TOP_K = 10
_SCORES_AT_ONCE = 1 << 24  # 64 MiB of scores


@dataclass(frozen=True)
class RankingMetrics:
    """Means over users of one list each, ranked over the whole catalogue.

    Attributes:
        ndcg: NDCG@10; with one target it is 1 / log2(rank + 1) up to rank 10, else 0.
        hit_rate: share of users whose target is within the first 10 (equals Recall@10 here).
        mrr: mean of 1 / rank, without a cut.
        n_users: the denominator.
    """

    ndcg: float
    hit_rate: float
    mrr: float
    n_users: int


def mask_items(scores: NDArray[np.float32], histories: Sequence[NDArray[np.int32]] | None) -> None:
    """Set the scores of padding, and of each history's items where given, to -inf, in place.

    Args:
        scores: (B, V).
        histories: B arrays of item ids, or None to keep items that were seen.
    """
    scores[:, 0] = -np.inf
    for row, history in enumerate(histories or ()):
        scores[row, history] = -np.inf


def rank_targets(scores: NDArray[np.float32], targets: NDArray[np.int32]) -> NDArray[np.int32]:
    """Rank of each row's target from 1: how many items score at least as high.

    Ties count against the target, so that a constant score is the worst, not the best. A target
    that is masked (-inf) or whose score is not a number comes last.

    Args:
        scores: (B, V), with `mask_items` applied.
        targets: item ids; (B,).

    Returns:
        (B,), from 1 to V - 1.
    """
    own = scores[np.arange(len(targets)), targets][:, None]  # (B, 1)
    n_items = scores.shape[1] - 1
    # Not `scores >= own`: a score that is not a number must not make its target the first.
    ranks: NDArray[np.int64] = (~(scores < own)).sum(axis=1)
    capped: NDArray[np.int32] = np.minimum(ranks, n_items).astype(np.int32)
    return capped


def top_items(scores: NDArray[np.float32], k: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The k best items of each row and their scores, best first; ties in the order of item ids.

    Returns:
        Two arrays (B, min(k, V - 1)); masked items and those whose score is not a number come
        last, with score -inf.
    """
    scores = np.where(np.isnan(scores), np.float32(-np.inf), scores)
    k = min(k, scores.shape[1] - 1)
    bounds = -np.partition(-scores, k - 1, axis=1)[:, k - 1]
    rows = zip(scores, bounds, strict=True)
    items = np.stack([_best_of(row, bound, k) for row, bound in rows])
    return items, np.take_along_axis(scores, items, axis=1)


def users_at_once(n_items: int, n_models: int = 1) -> int:
    """How many users to score together, so that memory is bounded whatever the catalogue.

    Args:
        n_items: of the catalogue.
        n_models: whose scores are held at the same time.
    """
    return max(1, min(256, _SCORES_AT_ONCE // ((n_items + 1) * n_models)))


def measure_ranks(ranks: NDArray[np.int32]) -> RankingMetrics:
    """The metrics of the ranks of one target a user; (n_users,)."""
    within = ranks <= TOP_K
    gains = np.where(within, 1.0 / np.log2(ranks + 1.0), 0.0)
    return RankingMetrics(
        ndcg=float(gains.mean()),
        hit_rate=float(within.mean()),
        mrr=float((1.0 / ranks).mean()),
        n_users=len(ranks),
    )


def _best_of(row: NDArray[np.float32], bound: np.float32, k: int) -> NDArray[np.int32]:
    """The k best items of one row, whose k-th best score is `bound`."""
    candidates = 1 + np.flatnonzero(row[1:] >= bound)
    order = np.argsort(-row[candidates], kind="stable")[:k]
    best: NDArray[np.int32] = candidates[order].astype(np.int32)
    return best
