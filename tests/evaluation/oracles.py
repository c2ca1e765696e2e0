"""Ranking metrics by their definitions, one user at a time; slow on purpose."""

import math
from collections.abc import Sequence


def rank(scores: Sequence[float], target: int, excluded: set[int]) -> int:
    """Place of the target among all items from 1; an excluded target is last."""
    items = range(1, len(scores))
    if target in excluded:
        return len(items)
    return sum(1 for item in items if item not in excluded and scores[item] >= scores[target])


def top(scores: Sequence[float], k: int, excluded: set[int]) -> list[int]:
    """The best items that are not excluded, ties in the order of ids."""
    items = [item for item in range(1, len(scores)) if item not in excluded]
    return sorted(items, key=lambda item: (-scores[item], item))[:k]


def ndcg(ranks: Sequence[int]) -> float:
    """Mean over users of DCG@10 by ideal DCG@10, which is 1 with one target."""
    return sum(1 / math.log2(place + 1) for place in ranks if place <= 10) / len(ranks)


def gini(counts: Sequence[int]) -> float:
    """Half the mean difference of all pairs, relative to the mean."""
    if not sum(counts):
        return 0.0
    n = len(counts)
    differences = sum(abs(one - other) for one in counts for other in counts)
    return differences / (2 * n * sum(counts))


def cosine(one: set[int], other: set[int]) -> float:
    """Of two sets as vectors of 0 and 1; 0 where one is empty."""
    return len(one & other) / math.sqrt(len(one) * len(other)) if one and other else 0.0


def divergence(past: Sequence[float], listed: Sequence[float]) -> float:
    """KL divergence of two distributions, the second smoothed with 1 % of the first."""
    pairs = zip(past, listed, strict=True)
    return sum(p * math.log(p / (0.99 * q + 0.01 * p)) for p, q in pairs if p)
