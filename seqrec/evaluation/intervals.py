"""How sure a difference between two models is: paired bootstrap over users."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec.evaluation.ranking import TOP_K
from seqrec.translation.texts import tr

_N_RESAMPLES = 10_000
_TAIL = 0.025  # on either side: a 95 % interval


@dataclass(frozen=True)
class Difference:
    """NDCG@10 of one model against another's, over the same users.

    Attributes:
        ratio: of the means, minus 1; None where the other's is 0.
        low, high: 95 % interval of the ratio; None where the other's is 0 in a resample.
        n_users: that were ranked by both.
    """

    ratio: float | None
    low: float | None
    high: float | None
    n_users: int

    @property
    def is_sure(self) -> bool:
        """Whether the interval leaves no doubt which of the two is better."""
        return self.low is not None and self.high is not None and self.low * self.high > 0


def gains_of(ranks: NDArray[np.int32]) -> NDArray[np.float64]:
    """NDCG@10 of each user with one target: 1 / log2(rank + 1) up to rank 10, else 0."""
    return np.where(ranks <= TOP_K, 1.0 / np.log2(ranks + 1.0), 0.0)


def compare_ranks(ranks: NDArray[np.int32], others: NDArray[np.int32], seed: int = 0) -> Difference:
    """By how much one model's NDCG@10 is above another's, with its interval.

    Users are drawn with replacement 10,000 times, both models' ranks of a user together. Only
    11 gains differ (ranks 1 to 10, and beyond), so that a draw is one of counts of 121 pairs:
    the cost does not grow with the users.

    Args:
        ranks: of one target a user under the one model; (n_users,).
        others: of the same targets under the other.
        seed: of the draws.
    """
    n_ranks = TOP_K + 1
    pairs = (np.minimum(ranks, n_ranks) - 1) * n_ranks + np.minimum(others, n_ranks) - 1
    counts = np.bincount(pairs, minlength=n_ranks * n_ranks)
    gain = gains_of(np.arange(1, n_ranks + 1, dtype=np.int32))
    draws = np.random.default_rng(seed).multinomial(
        len(ranks), counts / counts.sum(), size=_N_RESAMPLES
    )
    table = draws.reshape(-1, n_ranks, n_ranks)
    own, other = table.sum(axis=2) @ gain, table.sum(axis=1) @ gain
    mean, base = float(gains_of(ranks).mean()), float(gains_of(others).mean())
    ratio = mean / base - 1.0 if base > 0 else None
    if ratio is None or other.min() <= 0:
        return Difference(ratio, None, None, len(ranks))
    low, high = np.quantile(own / other - 1.0, [_TAIL, 1.0 - _TAIL])
    return Difference(ratio, float(low), float(high), len(ranks))


def describe_difference(name: str, other: str, difference: Difference) -> str:
    """A plain sentence: who beats whom, by how much, how sure."""
    both = {"name": tr(name), "other": tr(other), "n": difference.n_users}
    if difference.low is None or difference.high is None:
        return tr(
            "{other} hits too seldom to say by how much {name} beats it ({n:,} users).", **both
        )
    if not difference.is_sure:
        return tr(
            "{name} and {other} cannot be told apart on {n:,} users: the difference is "
            "{low:+.0%} to {high:+.0%} (95 % interval).",
            **both,
            low=difference.low,
            high=difference.high,
        )
    low, high = sorted((abs(difference.low), abs(difference.high)))
    if difference.low > 0:
        return tr(
            "{name} beats {other} by {low:.0%} to {high:.0%} (95 % interval over {n:,} users).",
            **both,
            low=low,
            high=high,
        )
    return tr(
        "{name} is beaten by {other} by {low:.0%} to {high:.0%} (95 % interval over {n:,} users).",
        **both,
        low=low,
        high=high,
    )
