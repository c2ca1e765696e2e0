"""Content neighbours: items whose titles share rare words with those of the history."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from seqrec.errors import TooSmallError
from seqrec.models.arrays import Arrays, pack_sparse, unpack_sparse
from seqrec.models.linear import POPULARITY_WEIGHT, Memory
from seqrec.models.pairs import divide_rows, row_sums
from seqrec.translation.texts import mark

_WORD = re.compile(r"\w+")
_MEMORY = Memory(n_recent=10, decay=0.8)
_MIN_ITEMS = 2  # a word of one title only links it to nothing


class ContentNeighbours:
    """Scores an item by the cosine similarity of its text to the texts of the newest events.

    Needs no event of an item: one that is new is scored like any other. Popularity, with a weight
    too small to matter otherwise, orders items without a word in common.
    """

    def __init__(self, texts: Sequence[str], shares: NDArray[np.float32]) -> None:
        """Weigh the words of all texts.

        Args:
            texts: title, and whatever else describes it, by item id; index 0 is padding; (V,).
            shares: of the training events by item; (V,).

        Raises:
            TooSmallError: no two items have a word in common.
        """
        words = weigh_words(texts)
        if not words.nnz:
            raise TooSmallError(mark("no two titles share a word, so that no item is like another"))
        self.keep(words, shares)

    def score(self, histories: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        """Summed similarity of every item; shape (B, V), column 0 (padding) is -inf.

        An empty history gets popularity.
        """
        weights = _MEMORY.weigh(histories, len(self._popularity) - 1)
        similar = ((weights @ self._words) @ self._by_word).toarray()
        scores: NDArray[np.float32] = similar + self._popularity
        scores[:, 0] = -np.inf
        return scores

    def to_arrays(self) -> Arrays:
        """All that was fitted, to be stored."""
        return {"shares": self._shares, **pack_sparse("words", self._words)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """The model that `to_arrays` described."""
        model = cls.__new__(cls)
        model.keep(unpack_sparse("words", arrays), arrays["shares"])
        return model

    def keep(self, words: sparse.csr_array, shares: NDArray[np.float32]) -> None:
        """Take what was fitted: weights of words, (V, words), and shares of events, (V,)."""
        self._words = words
        self._by_word = sparse.csr_array(words.T)
        self._shares = shares
        self._popularity = shares * np.float32(POPULARITY_WEIGHT)


def weigh_words(texts: Sequence[str]) -> sparse.csr_array:
    """TF-IDF of the words of each text, rows of length 1; (V, words), float32; row 0 is empty.

    A word is a run of letters and digits, whatever its case; one that only one item has is left
    out. The weight of a word is its count times 1 + ln(n_items / items with it).
    """
    counts = [Counter(_WORD.findall(text.casefold())) for text in texts]
    counts[0] = Counter()
    n_with = Counter(word for count in counts for word in count)
    known = sorted(word for word, n_items in n_with.items() if n_items >= _MIN_ITEMS)
    column = {word: place for place, word in enumerate(known)}
    n_items = len(texts) - 1
    entries = [
        (row, column[word], n_times * (1.0 + np.log(n_items / n_with[word])))
        for row, count in enumerate(counts)
        for word, n_times in count.items()
        if word in column
    ]
    rows, columns, weights = zip(*entries, strict=True) if entries else ((), (), ())
    shape = (len(texts), len(known))
    table = sparse.coo_array((weights, (rows, columns)), shape=shape, dtype=np.float64).tocsr()
    norms = np.sqrt(row_sums(sparse.csr_array(table.multiply(table))))
    return sparse.csr_array(divide_rows(table, norms).astype(np.float32))
