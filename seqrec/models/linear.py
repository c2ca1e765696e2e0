"""Scores that are sums over the newest events: what each of them says about every item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from seqrec.models.arrays import Arrays, pack_sparse, unpack_sparse

# Small enough never to outweigh a link, large enough to order the items that nothing links to.
POPULARITY_WEIGHT = 1e-6


@dataclass(frozen=True)
class Memory:
    """How much the past counts.

    Attributes:
        n_recent: newest events that count, from 1.
        decay: weight of an event, an event older; above 0, at most 1.
    """

    n_recent: int
    decay: float = 1.0

    def weigh(self, histories: Sequence[NDArray[np.int32]], n_items: int) -> sparse.csr_array:
        """Weight of each item in each history, summed over its events; (B, V), float32."""
        recent = [history[-self.n_recent :] for history in histories]
        lengths = [len(history) for history in recent]
        ages = [np.arange(length - 1, -1, -1) for length in lengths]
        items = np.concatenate([np.zeros(0, dtype=np.int32), *recent])
        weights = self.decay ** np.concatenate([np.zeros(0, dtype=np.int64), *ages])
        starts = np.cumsum([0, *lengths])
        shape = (len(histories), n_items + 1)
        rows = sparse.csr_array((weights.astype(np.float32), items, starts), shape=shape)
        rows.sum_duplicates()
        return rows


class LinearRecommender:
    """Scores an item by the sum of its links from the newest events, newer ones counting more.

    Popularity, with a weight too small to matter otherwise, orders items without a link.
    """

    def __init__(
        self,
        links: sparse.csr_array | NDArray[np.float32],
        memory: Memory,
        shares: NDArray[np.float32],
    ) -> None:
        """Keep what was fitted.

        Args:
            links: what an event of the row's item says about the column's item; (V, V).
            memory: which events count, and how much.
            shares: of the training events by item; (V,).
        """
        self._links = links.astype(np.float32)
        self._memory = memory
        self._shares = shares
        self._popularity = shares * np.float32(POPULARITY_WEIGHT)

    def score(self, histories: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        """Summed links of every item; shape (B, V), column 0 (padding) is -inf.

        An empty history gets popularity.
        """
        weights = self._memory.weigh(histories, len(self._popularity) - 1)
        product = weights @ self._links
        dense = product.toarray() if sparse.issparse(product) else product
        scores: NDArray[np.float32] = dense + self._popularity
        scores[:, 0] = -np.inf
        return scores

    def to_arrays(self) -> Arrays:
        """All that was fitted, to be stored."""
        links = self._links
        memory = np.array([self._memory.n_recent, self._memory.decay])
        packed = pack_sparse("links", links) if sparse.issparse(links) else {"links": links}
        return {"memory": memory, "shares": self._shares, **packed}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """The model that `to_arrays` described."""
        n_recent, decay = arrays["memory"].tolist()
        links = arrays["links"] if "links" in arrays else unpack_sparse("links", arrays)
        return cls(links, Memory(int(n_recent), decay), arrays["shares"])
