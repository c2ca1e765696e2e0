"""Rare words beside what a language model makes of titles: names of series, platforms, brands."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import svds

from seqrec.models.content import weigh_words

WIDTH = 256


def add_words(
    vectors: NDArray[np.float32], titles: Sequence[str], width: int = WIDTH, seed: int = 0
) -> NDArray[np.float32]:
    """Vectors of titles with as many numbers again for their words; (V, text width + width).

    The words' are the largest singular vectors of their TF-IDF (Deerwester et al. 1990, latent
    semantic analysis), both halves with the same weight. Where there are too few words or items
    for so many, there are fewer.

    Args:
        vectors: of the titles, of length 1, padding first; (V, text width).
        titles: by item id, padding first; (V,).
        width: of the words' half at most.
        seed: of the first guess of the singular vectors.
    """
    words = weigh_words(titles)
    width = min(width, min(words.shape) - 1)
    if width < 1:
        return vectors
    left, strengths, _ = svds(words.astype(np.float64), k=width, random_state=seed)
    halves = np.hstack([vectors, (left * strengths).astype(np.float32)])
    joined: NDArray[np.float32] = halves * np.float32(0.5**0.5)
    return joined
