"""EASE: the linear model that predicts a user's items best from the user's other items."""

import numpy as np
from scipy import linalg

from seqrec.errors import OverLimitError
from seqrec.evaluation.split import Split
from seqrec.models.linear import LinearRecommender, Memory
from seqrec.models.neighbours import user_items
from seqrec.models.pairs import item_shares
from seqrec.translation.texts import mark

MAX_ITEMS = 20_000
_L2 = 500.0
_MEMORY = Memory(n_recent=50, decay=0.8)
_BYTES_AN_ENTRY = 8  # two matrices of 4-byte numbers
_GIB = 1 << 30


def fit_ease(split: Split) -> LinearRecommender:
    """Ridge regression of each item on all others, in closed form (Steck 2019, section 3.1).

    Unlike the paper, a history is weighted by recency when it is scored: items here follow.

    Raises:
        OverLimitError: the catalogue is too large for a matrix of items by items.
    """
    n_items = split.database.n_items
    if n_items > MAX_ITEMS:
        size_gib = n_items**2 * _BYTES_AN_ENTRY / _GIB
        raise OverLimitError(
            mark(
                "EASE needs a matrix of items by items: {size:,.0f} GiB for {n:,} items; it is "
                "fitted up to {most:,}"
            ).format(size=size_gib, n=n_items, most=MAX_ITEMS)
        )
    users = user_items(split)
    gram = np.asarray((users.T @ users).toarray(), dtype=np.float32)
    gram[np.diag_indices_from(gram)] += np.float32(_L2)
    factor, _ = linalg.lapack.spotrf(gram, lower=1, overwrite_a=1)
    inverse, _ = linalg.lapack.spotri(factor, lower=1, overwrite_c=1)
    inverse = np.tril(inverse) + np.tril(inverse, -1).T
    links = inverse / -np.diag(inverse)
    np.fill_diagonal(links, 0.0)
    return LinearRecommender(links.astype(np.float32), _MEMORY, item_shares(split))
