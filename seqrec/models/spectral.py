"""A start for item embeddings: the spectrum of which items follow each other closely."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import svds

from seqrec.evaluation.split import Split
from seqrec.models.pairs import count_pairs

_WINDOW = 5  # steps between two items that count as a pair
_DECAY = 0.8  # weight of a pair, a step further apart
_STD = 0.08
_MOST_EVENTS = 2_000_000  # of a larger log some users are counted: more change little, and last


def spectral_embeddings(split: Split, width: int, seed: int) -> NDArray[np.float32]:
    """Left singular vectors of the items' positive pointwise mutual information.

    Source: Levy and Goldberg (2014), sections 3 and 5; pairs are counted within five steps of a
    history, nearer ones more. Of more than two million events, those of random users are.

    Returns:
        Shape (V, width), standard deviation 0.08; row 0 (padding) is 0. Columns beyond the rank
        of the matrix are random.
    """
    generator = np.random.default_rng(seed)
    after = count_pairs(_some_users(split, generator), _WINDOW, _DECAY)
    pairs = sparse.csr_array(after + after.T)
    size = pairs.shape[0]
    embeddings = generator.normal(0.0, _STD, (size, width))
    rank = min(width, size - 2)
    information = _mutual_information(pairs)
    # Where items follow each other as by chance alone, all is zero and has no spectrum.
    if rank >= 1 and information.count_nonzero():
        vectors, values, _ = svds(information, k=rank, v0=generator.random(size))
        spectrum = vectors * np.sqrt(np.maximum(values, 0.0))
        embeddings[:, :rank] = spectrum * (_STD / max(float(spectrum.std()), 1e-12))
    embeddings[0] = 0.0
    return embeddings.astype(np.float32)


def _some_users(split: Split, generator: np.random.Generator) -> Split:
    begins = split.database.offsets[:-1]
    share = _MOST_EVENTS / max(int((split.train_ends - begins).sum()), 1)
    if share >= 1.0:
        return split
    chosen = generator.random(len(begins)) < share
    return replace(split, train_ends=np.where(chosen, split.train_ends, begins))


def _mutual_information(pairs: sparse.csr_array) -> sparse.csr_array:
    counts = pairs.tocoo()
    sums = np.asarray(pairs.sum(axis=1)).ravel()
    rows, columns = counts.coords
    expected = sums[rows] * sums[columns] / sums.sum()
    values = np.maximum(np.log(counts.data / expected), 0.0)
    return sparse.csr_array(sparse.coo_array((values, (rows, columns)), shape=pairs.shape))
