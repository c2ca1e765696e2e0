"""Other views of a history, for the contrastive loss: cropped, masked, reordered, substituted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec.evaluation.split import Split
from seqrec.models.pairs import count_pairs
from seqrec.models.spectral import spectral_embeddings
from seqrec.training.config_parts import ViewKind

_CROP_SHARE = 0.6  # of a history that is kept
_MASK_SHARE = 0.3  # of the events that are left out
_REORDER_SHARE = 0.4  # of a history that is shuffled
_SUBSTITUTE_SHARE = 0.5  # of the events that are free to change
_N_ITEMS_AT_ONCE = 1024
_WIDTH = 32
_FREQUENT = 0.9  # a transition that is more frequent than this share of all is a pattern

Items = NDArray[np.int64]


@dataclass(frozen=True)
class Likeness:
    """What a substitution needs of a log.

    Attributes:
        alike: the item that is most alike to each; (V,), 0 for padding.
        patterns: frequent transitions as earlier item * V + later item, rising.
    """

    alike: Items
    patterns: Items


def find_likeness(split: Split, seed: int) -> Likeness:
    """Most alike items by their spectrum, and the frequent transitions of the training parts."""
    size = split.database.n_items + 1
    pairs = count_pairs(split, max_gap=1, decay=1.0).tocoo()
    bound = np.quantile(pairs.data, _FREQUENT) if pairs.nnz else 0.0
    rows, columns = (axis.astype(np.int64) for axis in pairs.coords)
    often = (pairs.data >= bound) & (pairs.data > 1)
    vectors = spectral_embeddings(split, _WIDTH, seed)
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    alike = np.zeros(size, dtype=np.int64)
    for start in range(1, size, _N_ITEMS_AT_ONCE):
        items = np.arange(start, min(start + _N_ITEMS_AT_ONCE, size))
        cosines = unit[items] @ unit.T
        cosines[np.arange(len(items)), items] = -np.inf
        cosines[:, 0] = -np.inf
        alike[items] = cosines.argmax(axis=1)
    return Likeness(alike, np.sort(rows[often] * size + columns[often]))


def make_view(
    history: Items, kind: ViewKind, likeness: Likeness | None, generator: np.random.Generator
) -> Items:
    """Another view of a history; one event at least is left.

    Args:
        history: items, oldest first, one at least; (length,).
        kind: how it is changed.
        likeness: for a substitution.
        generator: of the random choices.
    """
    if kind is ViewKind.CROP:
        return _crop(history, generator)
    if kind is ViewKind.MASK:
        kept = generator.random(len(history)) >= _MASK_SHARE
        kept[-1] |= not kept.any()
        return history[kept]
    if kind is ViewKind.REORDER:
        return _reorder(history, generator)
    if likeness is None:
        raise ValueError("a substitution needs to know which items are alike")
    return _substitute(history, likeness, generator)


def _crop(history: Items, generator: np.random.Generator) -> Items:
    length = max(1, round(len(history) * _CROP_SHARE))
    start = int(generator.integers(0, len(history) - length + 1))
    return history[start : start + length]


def _reorder(history: Items, generator: np.random.Generator) -> Items:
    length = round(len(history) * _REORDER_SHARE)
    start = int(generator.integers(0, len(history) - length + 1))
    view = history.copy()
    view[start : start + length] = generator.permutation(view[start : start + length])
    return view


def _substitute(history: Items, likeness: Likeness, generator: np.random.Generator) -> Items:
    """Half of the events that are in no frequent transition give way to the item most alike."""
    size = len(likeness.alike)
    kept = np.zeros(len(history), dtype=bool)
    frequent = _holds(likeness.patterns, history[:-1] * size + history[1:])
    kept[:-1] |= frequent
    kept[1:] |= frequent
    changed = ~kept & (generator.random(len(history)) < _SUBSTITUTE_SHARE)
    return np.where(changed, likeness.alike[history], history)


def _holds(ordered: Items, wanted: Items) -> NDArray[np.bool_]:
    """Whether each of `wanted` is in an ordered array; quicker for few than `np.isin`."""
    if not len(ordered):
        return np.zeros(len(wanted), dtype=bool)
    places = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    found: NDArray[np.bool_] = ordered[places] == wanted
    return found
