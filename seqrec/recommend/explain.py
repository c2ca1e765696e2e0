"""Why an item is on a list: by how much its score drops without each past event."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec.evaluation.ranking import users_at_once
from seqrec.evaluation.recommender import Recommender

MAX_EVENTS = 200


@dataclass(frozen=True)
class Reasons:
    """Exact effects of single events, for any model: nothing inside the model is interpreted.

    Attributes:
        items: that are explained; (K,).
        scores: of them under the whole history; (K,).
        positions: of the events that were removed, from 0, oldest first; (E,). Events older than
            the newest 200 are not tried.
        drops: score under the whole history minus score without the event, (K, E): above 0 the
            event speaks for the item, below 0 against it.
    """

    items: NDArray[np.int32]
    scores: NDArray[np.float32]
    positions: NDArray[np.int64]
    drops: NDArray[np.float32]

    def strongest(self, row: int, n_events: int) -> list[tuple[int, float]]:
        """Positions and drops of the events that speak most for an item, the strongest first."""
        order = np.argsort(-self.drops[row], kind="stable")[:n_events]
        pairs = [(int(self.positions[at]), float(self.drops[row, at])) for at in order]
        return [(position, drop) for position, drop in pairs if drop > 0]


def explain_items(
    recommender: Recommender, history: NDArray[np.int32], items: NDArray[np.int32]
) -> Reasons:
    """Reasons for some items, from one pass of scoring over the history without each event.

    Args:
        recommender: any model.
        history: item ids, oldest first; may be empty, then there are no reasons.
        items: ids to explain; (K,).
    """
    whole = recommender.score([history])[0]
    positions = np.arange(max(len(history) - MAX_EVENTS, 0), len(history))
    size = users_at_once(len(whole) - 1)
    drops = np.zeros((len(items), len(positions)), dtype=np.float32)
    for start in range(0, len(positions), size):
        part = positions[start : start + size]
        without = [np.delete(history, position) for position in part]
        scores = recommender.score(without)[:, items]  # (events, K)
        drops[:, start : start + len(part)] = (whole[items] - scores).T
    return Reasons(items, whole[items], positions, drops)


def choose_reasons(chosen: NDArray[np.bool_], own: Reasons, others: Reasons) -> Reasons:
    """Reasons of one model for some items and of another for the rest.

    Args:
        chosen: whether an item has those of the first; (K,).
        own: of the first model, for all items.
        others: of the second, for the same.
    """
    return Reasons(
        own.items,
        np.where(chosen, own.scores, others.scores),
        own.positions,
        np.where(chosen[:, None], own.drops, others.drops),
    )
