"""A list in which items that nobody had yet have places of their own."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from seqrec.evaluation.ranking import mask_items
from seqrec.evaluation.recommender import Recommender

FIRST_PLACE, EVERY = 11, 5


class ReservedPlaces:
    """Known items in the order of one model; every fifth place from the eleventh is a new item's.

    No score puts the two in one order: in training no target is new, so that a model learns
    nothing of how likely it is that the next one is.
    """

    def __init__(
        self,
        known: Recommender,
        newcomers: Recommender,
        is_new: NDArray[np.bool_],
        exclude_seen: bool,  # noqa: FBT001 - a protocol, as in the configuration of a run
    ) -> None:
        """Keep both models.

        Args:
            known: orders the known items.
            newcomers: orders the new ones.
            is_new: whether each item is; (V,).
            exclude_seen: whether items of the history have no place.
        """
        self._known, self._newcomers = known, newcomers
        self._new = np.flatnonzero(is_new)
        self._old = np.flatnonzero(~is_new)[1:]  # without padding
        self._exclude_seen = exclude_seen
        places = np.arange(1, len(is_new))
        wanted = (places >= FIRST_PLACE) & ((places - FIRST_PLACE) % EVERY == 0)
        self._new_places = _fill(wanted, len(self._new))

    def score(self, histories: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        """Minus the place of every item; shape (B, V), column 0 (padding) is -inf.

        Items that have no place are -inf too, and come behind both kinds.
        """
        known, newcomers = self._known.score(histories), self._newcomers.score(histories)
        for own in (known, newcomers):
            mask_items(own, histories if self._exclude_seen else None)
        scores = np.full(known.shape, -np.inf, dtype=np.float32)
        self._place(scores, known, self._old, np.flatnonzero(~self._new_places) + 1)
        self._place(scores, newcomers, self._new, np.flatnonzero(self._new_places) + 1)
        return scores

    def _place(
        self,
        scores: NDArray[np.float32],
        own: NDArray[np.float32],
        items: NDArray[np.int64],
        places: NDArray[np.int64],
    ) -> None:
        """Give items of one kind their places, best first; masked ones come last and have none."""
        order = np.argsort(-own[:, items], axis=1, kind="stable")
        ranked = items[order]
        placed = np.broadcast_to(-places.astype(np.float32), order.shape)
        kept = np.isfinite(np.take_along_axis(own, ranked, axis=1))
        np.put_along_axis(scores, ranked, np.where(kept, placed, -np.inf), axis=1)


def _fill(wanted: NDArray[np.bool_], n_new: int) -> NDArray[np.bool_]:
    """Which places are new items': those that are wanted, and the last ones for the rest."""
    is_new = wanted & (np.cumsum(wanted) <= n_new)
    rest = n_new - int(is_new.sum())
    if rest:
        free = np.flatnonzero(~is_new)
        is_new[free[len(free) - rest :]] = True
    return is_new
