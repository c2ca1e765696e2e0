"""Logits of a text model, raised where rare words of the titles are the same."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from seqrec.evaluation.recommender import Recommender

WEIGHT = 0.3
_TINY = 1e-12


class WordHelp:
    """Adds, in units of each row's deviation, how much the words of titles have in common.

    What a language model makes of a title leaves out rare words such as the name of a series,
    and those link titles best.
    """

    def __init__(self, text: Recommender, words: Recommender, weight: float = WEIGHT) -> None:
        """Keep both models.

        Args:
            text: whose scores are logits.
            words: by the words of titles.
            weight: of the words.
        """
        self._text, self._words, self._weight = text, words, weight

    def score(self, histories: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        """Raised logits of every item; shape (B, V), column 0 (padding) is -inf."""
        logits = self._text.score(histories)
        words = self._words.score(histories)[:, 1:]
        level = (words - words.mean(axis=1, keepdims=True)) / (
            words.std(axis=1, keepdims=True) + _TINY
        )
        logits[:, 1:] += np.float32(self._weight) * level
        return logits
