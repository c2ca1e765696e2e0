"""The most frequent items for everybody: what any model has to beat."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from seqrec.errors import ConfigError
from seqrec.evaluation.split import Split
from seqrec.models.arrays import Arrays
from seqrec.models.pairs import item_shares
from seqrec.translation.texts import mark

POPULARITY = mark("Popularity")  # the name that pages show
HALF_LIFE_DAYS = 14.0
_DAY_S = 86_400.0


class Popularity:
    """Scores an item alike for everybody, whatever the history."""

    def __init__(self, shares: NDArray[np.float32]) -> None:
        """Keep the score of each item; (V,)."""
        self._shares = shares

    def score(self, histories: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        """Share of training events of each item; shape (B, V), column 0 (padding) is -inf."""
        scores = np.tile(self._shares, (len(histories), 1))
        scores[:, 0] = -np.inf
        return scores

    def to_arrays(self) -> Arrays:
        """All that was fitted, to be stored."""
        return {"shares": self._shares}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """The model that `to_arrays` described."""
        return cls(arrays["shares"])


def fit_popularity(split: Split) -> Popularity:
    """Scores an item by its share of the training events."""
    return Popularity(item_shares(split))


def fit_recent_popularity(split: Split, half_life_days: float = HALF_LIFE_DAYS) -> Popularity:
    """Scores an item by its share of the training events, each of which fades with its age.

    The age is that before the newest training event of all.

    Args:
        split: whose training parts are counted.
        half_life_days: an event counts half as much when it is so much older; above 0.

    Raises:
        ConfigError: the log has no times, so that nothing is recent.
    """
    database = split.database
    if not database.has_clock:
        raise ConfigError(
            mark("the log has no times, so that no item is known to be popular of late")
        )
    mask = split.train_mask()
    times_s = database.times_s[mask]
    ages_days = (times_s.max(initial=0) - times_s) / _DAY_S
    weights = 0.5 ** (ages_days / half_life_days)
    counts = np.bincount(database.items[mask], weights=weights, minlength=database.n_items + 1)
    return Popularity((counts / max(counts.sum(), 1e-12)).astype(np.float32))
