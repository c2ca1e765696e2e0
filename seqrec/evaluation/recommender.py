"""What every recommender can do: score the next event of histories."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Recommender(Protocol):
    """Anything that scores the next event of histories."""

    def score(self, histories: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        """Scores of every item as next event; shape (B, V), column 0 (padding) is -inf."""
