"""Item-item neighbours: items that the same users had, and items that the user had."""

from itertools import pairwise

import numpy as np
from scipy import sparse

from seqrec.evaluation.split import Split
from seqrec.models.linear import LinearRecommender, Memory
from seqrec.models.pairs import divide_rows, item_shares, training_events

N_NEIGHBOURS = 100
_MEMORY = Memory(n_recent=100, decay=0.95)
_OWN_MEMORY = Memory(n_recent=1000, decay=0.95)
_ROWS_AT_ONCE = 1024


def fit_item_neighbours(split: Split) -> LinearRecommender:
    """Scores an item by the cosine similarity of its users to those of the history's items.

    Only the 100 nearest neighbours of an item count; an item is no neighbour of itself.
    """
    users = user_items(split)
    norms = np.sqrt(np.asarray(users.sum(axis=0)).ravel())
    unit = sparse.csr_array(divide_rows(sparse.csr_array(users.T), norms))  # (V, n_users)
    blocks = [
        _nearest(unit, first, min(first + _ROWS_AT_ONCE, unit.shape[0]))
        for first in range(0, unit.shape[0], _ROWS_AT_ONCE)
    ]
    links = sparse.csr_array(sparse.vstack(blocks))
    return LinearRecommender(links, _MEMORY, item_shares(split))


def fit_own_items(split: Split) -> LinearRecommender:
    """Scores an item by how often and how lately the user had it: who buys again, wins with it."""
    size = split.database.n_items + 1
    identity = sparse.csr_array(sparse.eye_array(size, dtype=np.float32))
    return LinearRecommender(identity, _OWN_MEMORY, item_shares(split))


def user_items(split: Split) -> sparse.csr_array:
    """1 where a user had an item in the training part; (n_users, V), float32."""
    users, items = training_events(split)
    shape = (split.database.n_users, split.database.n_items + 1)
    ones = np.ones(len(items), dtype=np.float32)
    table = sparse.coo_array((ones, (users, items)), shape=shape).tocsr()
    table.data[:] = 1.0
    return table


def _nearest(unit: sparse.csr_array, first: int, last: int) -> sparse.csr_array:
    """Similarities of items `first` to `last` to their nearest neighbours; ties by item id."""
    found = sparse.csr_array(unit[first:last] @ unit.T)
    found.sort_indices()
    found.setdiag(0.0, k=first)
    kept = []
    for low, high in pairwise(found.indptr.tolist()):
        similar = found.data[low:high]
        bound = (
            np.partition(similar, -N_NEIGHBOURS)[-N_NEIGHBOURS]
            if high - low > N_NEIGHBOURS
            else 0.0
        )
        near = np.flatnonzero(similar >= bound)
        best = near[np.argsort(-similar[near], kind="stable")[:N_NEIGHBOURS]]
        kept.append(low + best[similar[best] > 0])
    places = np.concatenate(kept)
    lengths = [len(best) for best in kept]
    rows = np.repeat(np.arange(last - first), lengths)
    near_items = found.indices[places]
    return sparse.coo_array((found.data[places], (rows, near_items)), shape=found.shape).tocsr()
