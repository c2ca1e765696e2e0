"""The most frequent items for everybody: what any model has to beat."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from seqrec.evaluation.split import Split


class Popularity:
    """Scores an item by its share of the training events, whatever the history."""

    def __init__(self, split: Split) -> None:
        counts = np.bincount(split.train_items(), minlength=split.database.n_items + 1)
        self._shares = (counts / max(counts.sum(), 1)).astype(np.float32)

    def score(self, histories: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        """Share of training events of each item; shape (B, V), column 0 (padding) is -inf."""
        scores = np.tile(self._shares, (len(histories), 1))
        scores[:, 0] = -np.inf
        return scores
