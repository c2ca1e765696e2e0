"""The interests of users as a column table, and as a matrix; no compiler is loaded."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from seqrec.mining.interest_config import Kind


@dataclass(frozen=True)
class InterestRows:
    """Interests of some users, users rising, patterns first, then the heaviest first.

    Attributes:
        user_rows: int64, (n,).
        kinds: `Kind` of each; int8.
        labels: which of the labels of that kind, from 0; int64.
        counts: times that the user completes it; int64.
        newest_s: Unix seconds at which they last did; int64.
        shares: recency-weighted share of all that the user completes of the kind; float64.
        weights: share of the user's interest of the kind, 0 to 1; float64.
    """

    user_rows: NDArray[np.int64]
    kinds: NDArray[np.int8]
    labels: NDArray[np.int64]
    counts: NDArray[np.int64]
    newest_s: NDArray[np.int64]
    shares: NDArray[np.float64]
    weights: NDArray[np.float64]

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.user_rows)

    @property
    def places(self) -> NDArray[np.int64]:
        """Rank of each row among those of its user and kind, from 1; (n,)."""
        runs = self.user_rows * len(Kind) + self.kinds
        begins = np.flatnonzero(np.diff(runs, prepend=-1))
        lengths = np.diff(np.append(begins, len(runs)))
        places: NDArray[np.int64] = np.arange(len(runs)) - np.repeat(begins, lengths) + 1
        return places

    def take(self, rows: NDArray[np.int64]) -> Self:
        """Some rows, in the order of `rows`."""
        return type(self)(*(getattr(self, field.name)[rows] for field in fields(self)))

    def of_kind(self, kind: Kind) -> Self:
        """The rows of one kind."""
        return self.take(np.flatnonzero(self.kinds == kind))

    @classmethod
    def join(cls, parts: Sequence[Self]) -> Self:
        """The rows of all parts, users rising; where they tie, in the order of the parts."""
        names = [field.name for field in fields(cls)]
        joined = cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
        return joined.take(np.argsort(joined.user_rows, kind="stable"))


def interest_matrix(rows: InterestRows, n_users: int, n_labels: tuple[int, int]) -> csr_array:
    """The weights as features, float32: a row a user, a column a pattern, then one a category.

    Args:
        rows: interests of any of the users.
        n_users: users of the log.
        n_labels: patterns (or itemsets) and categories that were looked for; 0 leaves that kind
            out.

    Returns:
        Shape (n_users, sum of n_labels); a user's row sums to 1 for each kind that they have any
        interest of, or to less where few interests of a user were kept.
    """
    wanted = rows.take(np.flatnonzero(np.array(n_labels)[rows.kinds] > 0))
    columns = wanted.labels + np.array([0, n_labels[0]])[wanted.kinds]
    return csr_array(
        (wanted.weights.astype(np.float32), (wanted.user_rows, columns)),
        shape=(n_users, sum(n_labels)),
    )
