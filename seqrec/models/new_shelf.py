"""Items that nobody had yet, ordered for a history by what their titles say."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec.evaluation.ranking import TOP_K, rank_targets
from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import Split

MAX_USERS = 500


@dataclass(frozen=True)
class ShelfRate:
    """How often the next item is found where it is new.

    Attributes:
        hit_rate: share of the users whose target is among the first ten of the shelf; None where
            there are none.
        n_users: test users whose target is new, 500 at most (seed 0).
    """

    hit_rate: float | None
    n_users: int


class NewShelf:
    """New items alone, and how they are ordered."""

    def __init__(self, model: Recommender, is_new: NDArray[np.bool_]) -> None:
        """Keep both.

        Args:
            model: orders items by their titles; may know more items than a log.
            is_new: whether each of its items is; (V,), padding is not.
        """
        self.model = model
        self.items = np.flatnonzero(is_new).astype(np.int32)

    def list(
        self, history: NDArray[np.int32], k: int
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The best k new items for a history, which are not in it, and their scores."""
        items = self.items[~np.isin(self.items, history)]
        scores = self.model.score([history])[0, items]
        order = np.argsort(-scores, kind="stable")[:k]
        return items[order], scores[order]

    def measure(self, split: Split) -> ShelfRate:
        """How often the held-out item is among the first ten, where it is a new one.

        Args:
            split: whose test targets count; items of the history are left out of the shelf.
        """
        targets = split.test_targets()
        rows = np.flatnonzero(np.isin(targets, self.items))
        if len(rows) > MAX_USERS:
            rows = np.sort(np.random.default_rng(0).choice(rows, MAX_USERS, replace=False))
        if not len(rows):
            return ShelfRate(None, 0)
        return ShelfRate(float((self._rank(split, rows) <= TOP_K).mean()), len(rows))

    def _rank(self, split: Split, rows: NDArray[np.int64]) -> NDArray[np.int32]:
        ranks = np.zeros(len(rows), dtype=np.int32)
        for place, row in enumerate(rows):
            history = split.test_history(int(split.test_users[row]))
            scores = self.model.score([history])
            scores[0, history] = -np.inf
            wanted = np.searchsorted(self.items, split.test_targets()[[row]]).astype(np.int32)
            ranks[place] = rank_targets(scores[:, self.items], wanted)[0]
        return ranks


class FirstItems:
    """A model that knows more items than are asked for: those behind are left out."""

    def __init__(self, model: Recommender, n_items: int) -> None:
        """Keep the model.

        Args:
            model: of at least so many items.
            n_items: that are kept; V - 1.
        """
        self._model, self._n_items = model, n_items

    def score(self, histories: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        """Scores of the first items; shape (B, V), column 0 (padding) is -inf."""
        return self._model.score(histories)[:, : self._n_items + 1]
