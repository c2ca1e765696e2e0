"""Sequential rules as a recommender: who had these items in this order, later has that one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from seqrec.models.arrays import Arrays, pack_sparse, unpack_sparse
from seqrec.models.linear import POPULARITY_WEIGHT, Memory

N_RECENT = 10  # events at most from a rule's first item to its last
_DECAY = 0.8
_PAIR_WEIGHT = 0.5  # of a rule with two items in its if, beside one with one
_MEMORY = Memory(N_RECENT, _DECAY)


@dataclass(frozen=True)
class PatternCounts:
    """Patterns of one to three items and how many histories hold each; mined before.

    Attributes:
        singles: histories by item id; (V,).
        pairs, n_pairs: items in their order, (n, 2), and histories, (n,).
        triples, n_triples: likewise, (m, 3) and (m,); the first two items of each are among the
            pairs.
    """

    singles: NDArray[np.int64]
    pairs: NDArray[np.int32]
    n_pairs: NDArray[np.int64]
    triples: NDArray[np.int32]
    n_triples: NDArray[np.int64]


class SequentialRules:
    """Scores an item by the confidence of the rules that lead from the newest events to it.

    A rule whose if has one item counts 0.8 to the power of that event's age, one whose if has two
    half of that for both events. Popularity, with a weight too small to matter otherwise, orders
    items that no rule leads to.
    """

    def __init__(self, patterns: PatternCounts, shares: NDArray[np.float32]) -> None:
        """Turn patterns into rules "all items but the last, later the last".

        Args:
            patterns: mined on training parts only.
            shares: of the training events by item; (V,).

        Raises:
            ValueError: a triple begins with a pair that is not among the pairs.
        """
        size = len(shares)
        keys = patterns.pairs[:, 0].astype(np.int64) * size + patterns.pairs[:, 1]
        order = np.argsort(keys)
        keys = keys[order]
        after_one = _confidences(
            patterns.pairs, patterns.n_pairs / patterns.singles[patterns.pairs[:, 0]], (size, size)
        )
        firsts = patterns.triples[:, 0].astype(np.int64) * size + patterns.triples[:, 1]
        if not np.isin(firsts, keys).all():
            raise ValueError("a triple begins with a pair that is not among the pairs")
        place = np.searchsorted(keys, firsts)
        confidence = patterns.n_triples / patterns.n_pairs[order][place]
        ends = np.column_stack([place, patterns.triples[:, 2]])
        self.keep(keys, after_one, _confidences(ends, confidence, (len(keys), size)), shares)

    def score(self, histories: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        """Summed confidence of every item; shape (B, V), column 0 (padding) is -inf.

        An empty history gets popularity.
        """
        found = _MEMORY.weigh(histories, self._size - 1) @ self._after_one
        found = found + self._weigh_pairs(histories) @ self._after_two
        scores: NDArray[np.float32] = found.toarray() + self._popularity
        scores[:, 0] = -np.inf
        return scores

    def to_arrays(self) -> Arrays:
        """All that was fitted, to be stored."""
        tables = {
            **pack_sparse("after_one", self._after_one),
            **pack_sparse("after_two", self._after_two),
        }
        return {"keys": self._keys, "shares": self._shares, **tables}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """The model that `to_arrays` described."""
        model = cls.__new__(cls)
        one, two = (unpack_sparse(name, arrays) for name in ("after_one", "after_two"))
        model.keep(arrays["keys"], one, two, arrays["shares"])
        return model

    def keep(
        self,
        keys: NDArray[np.int64],
        after_one: sparse.csr_array,
        after_two: sparse.csr_array,
        shares: NDArray[np.float32],
    ) -> None:
        """Take what was fitted: n pairs, confidences after one and two items, shares of events."""
        self._size = len(shares)
        self._keys = keys  # (n,)
        self._after_one = after_one
        self._after_two = after_two
        self._shares = shares
        self._popularity = shares * np.float32(POPULARITY_WEIGHT)

    def _weigh_pairs(self, histories: Sequence[NDArray[np.int32]]) -> sparse.csr_array:
        """Weight of each known pair in each history; (B, n), float32."""
        found = [self._pairs_in(history[-N_RECENT:].astype(np.int64)) for history in histories]
        places = np.concatenate([np.zeros(0, dtype=np.int64), *(places for places, _ in found)])
        weights = np.concatenate([np.zeros(0), *(weights for _, weights in found)])
        starts = np.cumsum([0, *(len(places) for places, _ in found)])
        shape = (len(histories), len(self._keys))
        return sparse.csr_array((weights.astype(np.float32), places, starts), shape=shape)

    def _pairs_in(self, recent: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Places among the known pairs and weights of the pairs of a short history."""
        first, second = np.triu_indices(len(recent), 1)
        keys = recent[first] * self._size + recent[second]
        places = np.searchsorted(self._keys, keys).astype(np.int64)
        is_known = places < len(self._keys)
        is_known[is_known] = self._keys[places[is_known]] == keys[is_known]
        ages: NDArray[np.int64] = 2 * (len(recent) - 1) - first - second
        weights = np.float64(_PAIR_WEIGHT) * np.power(_DECAY, ages[is_known])
        return places[is_known], weights


def _confidences(
    ends: NDArray[np.int64] | NDArray[np.int32],
    values: NDArray[np.float64],
    shape: tuple[int, int],
) -> sparse.csr_array:
    table = sparse.coo_array((values.astype(np.float32), (ends[:, 0], ends[:, 1])), shape=shape)
    return table.tocsr()
