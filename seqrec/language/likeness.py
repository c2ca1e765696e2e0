"""Titles compared as a backbone reads them: nothing of a log is learned.

The lessons of `next_text` use the same mean of the same newest events, so that what they bring
can be seen without a model on top.
"""

import numpy as np
from numpy.typing import NDArray

from seqrec.models.embedded import EmbeddingRecommender, Towers
from seqrec.models.linear import Memory

LIKENESS_MEMORY = Memory(n_recent=5, decay=0.8)
_WITHOUT_TEXT = -2.0  # below any cosine


def like_texts(vectors: NDArray[np.float32]) -> EmbeddingRecommender:
    """Scores an item by how like its text is to those of the newest events.

    Args:
        vectors: of the items' texts, of length 1, or 0 for those without one, which come last;
            (V, width).
    """
    has_text = np.linalg.norm(vectors, axis=1) > 0
    bias = np.where(has_text, 0.0, _WITHOUT_TEXT).astype(np.float32)
    return EmbeddingRecommender(Towers(vectors, vectors, bias), LIKENESS_MEMORY)
