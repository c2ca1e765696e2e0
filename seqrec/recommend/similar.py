"""Items of a history whose titles share rare words with a recommended one."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from seqrec.log.behaviour_log import Catalogue
from seqrec.models.content import weigh_words

_LEAST = 0.2  # of the cosine: less is a common word


class TitleWords:
    """The words of all titles and categories, weighed by how rare they are."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Weigh the words; once a log."""
        texts = catalogue.titles
        if catalogue.categories is not None:
            texts = texts + " " + catalogue.categories
        self._words: sparse.csr_array = weigh_words([str(text) for text in texts])

    def find_similar(
        self, history: NDArray[np.int32], item: int, n_items: int = 3
    ) -> list[tuple[int, float]]:
        """Items of the history like this one and their likeness, 0.2 to 1; the most alike first.

        The item itself is not among them.
        """
        others = np.unique(history[history != item])
        alike = (self._words[others] @ self._words[[item]].T).toarray().ravel()
        order = np.argsort(-alike, kind="stable")[:n_items]
        return [(int(others[at]), float(alike[at])) for at in order if alike[at] >= _LEAST]
