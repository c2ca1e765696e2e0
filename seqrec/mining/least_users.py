"""How few users a count of sessions may come from, where users were not counted."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqrec.log.sequences import SequenceDatabase


def least_users(counts: NDArray[Any], per_user: NDArray[np.int64]) -> NDArray[np.int64]:
    """The fewest users that can be behind each count: those with most are taken first.

    Args:
        counts: sessions of each row, none above the sum of `per_user`; (n,).
        per_user: sessions of each user; (n_users,).

    Returns:
        Users at least; 0 for a count of 0; (n,).
    """
    covered = np.concatenate([[0], np.cumsum(np.sort(per_user)[::-1])])
    return np.searchsorted(covered, counts, side="left").astype(np.int64)


def sessions_per_user(database: SequenceDatabase) -> NDArray[np.int64]:
    """Number of sessions of each user; (n_users,)."""
    owners = database.session_user_rows()
    return np.bincount(owners, minlength=database.n_users).astype(np.int64)
