"""What a model says of known items, told of new ones by those whose titles are like theirs."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from seqrec.evaluation.recommender import Recommender

N_NEAREST = 50
_ROWS_AT_ONCE = 512
_TINY = 1e-12


class TitleNeighbours:
    """Scores a new item by the mean of the known ones with the nearest titles.

    Of the known scores the root is taken, so that one item that surely follows does not drown the
    others; neighbours count by the square of their likeness. Nothing is learned.
    """

    def __init__(
        self,
        known: Recommender,
        vectors: NDArray[np.float32],
        is_new: NDArray[np.bool_],
        n_nearest: int = N_NEAREST,
    ) -> None:
        """Find the neighbours.

        Args:
            known: whose scores are not negative and 0 where nothing leads to an item.
            vectors: of the items' titles, of length 1, padding first; (V, width).
            is_new: whether each item is new to `known`; (V,).
            n_nearest: known items that a new one is told of by.
        """
        self._known = known
        self._new = np.flatnonzero(is_new)
        self._shares = _share_neighbours(vectors, is_new, n_nearest)

    def score(self, histories: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        """Roots of known scores, and their means for new items; column 0 is -inf; (B, V)."""
        scores = self._known.score(histories)
        scores[:, 0] = 0.0
        roots: NDArray[np.float32] = np.sqrt(np.maximum(scores, 0.0))
        roots[:, self._new] = (self._shares @ roots.T).T
        roots[:, 0] = -np.inf
        return roots


def _share_neighbours(
    vectors: NDArray[np.float32], is_new: NDArray[np.bool_], n_nearest: int
) -> sparse.csr_array:
    """What each known item counts for each new one, rows sum to 1 or 0; (new, V)."""
    new, known = np.flatnonzero(is_new), np.flatnonzero(~is_new)[1:]
    n_nearest = min(n_nearest, len(known))
    columns = np.zeros((len(new), n_nearest), dtype=np.int64)
    weights = np.zeros((len(new), n_nearest), dtype=np.float32)
    for first in range(0, len(new), _ROWS_AT_ONCE):
        rows = slice(first, first + _ROWS_AT_ONCE)
        likeness = vectors[new[rows]] @ vectors[known].T
        nearest = np.argsort(-likeness, axis=1, kind="stable")[:, :n_nearest]
        columns[rows] = known[nearest]
        weights[rows] = np.maximum(np.take_along_axis(likeness, nearest, axis=1), 0.0) ** 2
    weights /= np.maximum(weights.sum(axis=1, keepdims=True), _TINY)
    places = np.repeat(np.arange(len(new)), n_nearest)
    return sparse.csr_array(
        (weights.ravel(), (places, columns.ravel())), shape=(len(new), len(vectors))
    )
