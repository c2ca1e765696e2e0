"""First-order Markov chain: what follows the last item most often."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from seqrec.evaluation.split import Split

# Small enough never to outweigh one observed transition of an item with up to 10^5 successors.
_POPULARITY_WEIGHT = 1e-6


class Markov:
    """Scores an item by its share of the transitions from the last item of the history.

    Popularity, with a weight too small to matter otherwise, orders items that never followed.
    """

    def __init__(self, split: Split) -> None:
        database = split.database
        size = database.n_items + 1
        mask = split.train_mask()
        users = np.repeat(np.arange(database.n_users), np.diff(database.offsets))[mask]
        items = database.items[mask]
        follows = users[1:] == users[:-1]
        pairs = (items[:-1][follows], items[1:][follows])
        ones = np.ones(len(pairs[0]), dtype=np.float32)
        counts = sparse.coo_array((ones, pairs), shape=(size, size)).tocsr()
        totals = np.asarray(counts.sum(axis=1)).ravel()
        self._shares = sparse.diags_array(1.0 / np.maximum(totals, 1.0)) @ counts
        popularity = np.bincount(items, minlength=size)
        self._popularity = (popularity / max(popularity.sum(), 1) * _POPULARITY_WEIGHT).astype(
            np.float32
        )

    def score(self, histories: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        """Share of the last item's transitions; shape (B, V), column 0 (padding) is -inf.

        An empty history gets popularity.
        """
        last = np.array([history[-1] if len(history) else 0 for history in histories])
        shares = np.asarray(self._shares[last].toarray(), dtype=np.float32)
        scores: NDArray[np.float32] = shares + self._popularity
        scores[:, 0] = -np.inf
        return scores
