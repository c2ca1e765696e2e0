"""Which items follow which within a few steps of a history, counted over the training parts."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from seqrec.evaluation.split import Split


def training_events(split: Split) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """User row and item of every event that may be learned from; two arrays (n_train_events,)."""
    mask = split.train_mask()
    users = np.repeat(np.arange(split.database.n_users), np.diff(split.database.offsets))
    return users[mask], split.database.items[mask]


def count_pairs(split: Split, max_gap: int, decay: float) -> sparse.csr_array:
    """How often one item follows another; a pair g steps apart counts `decay ** (g - 1)`.

    Args:
        split: whose training parts are counted.
        max_gap: steps between the two events at most, from 1.
        decay: weight of a pair, a step further apart; above 0, at most 1.

    Returns:
        Shape (V, V), the earlier item's row; float64.
    """
    users, items = training_events(split)
    size = split.database.n_items + 1
    total = sparse.csr_array((size, size), dtype=np.float64)
    for gap in range(1, min(max_gap, max(len(items) - 1, 0)) + 1):
        same = users[gap:] == users[:-gap]
        weights = np.full(int(same.sum()), decay ** (gap - 1))
        near = (items[:-gap][same], items[gap:][same])
        total = total + sparse.coo_array((weights, near), shape=(size, size)).tocsr()
    return total


def row_sums(counts: sparse.csr_array) -> NDArray[np.float64]:
    """Sum of each row; (rows,)."""
    return np.asarray(counts.sum(axis=1), dtype=np.float64).ravel()


def divide_rows(counts: sparse.csr_array, by: NDArray[np.float64]) -> sparse.csr_array:
    """The counts with each row divided by a number; a row whose number is 0 becomes 0."""
    factors = np.divide(1.0, by, out=np.zeros_like(by), where=by > 0)
    return sparse.csr_array(sparse.diags_array(factors) @ counts)


def item_shares(split: Split) -> NDArray[np.float32]:
    """Share of the training events of each item; (V,), 0 for padding."""
    counts = np.bincount(split.train_items(), minlength=split.database.n_items + 1)
    shares: NDArray[np.float32] = (counts / max(counts.sum(), 1)).astype(np.float32)
    return shares
