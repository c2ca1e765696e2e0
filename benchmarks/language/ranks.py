"""Ranks of targets behind histories that are given as they are."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from seqrec.evaluation.intervals import Difference
from seqrec.evaluation.ranking import mask_items, rank_targets, users_at_once
from seqrec.evaluation.recommender import Recommender


def rank_behind(
    model: Recommender,
    histories: Sequence[NDArray[np.int32]],
    targets: NDArray[np.int32],
    exclude_seen: bool,  # noqa: FBT001 - a protocol, as in the configuration of a run
) -> NDArray[np.int32]:
    """Rank of each target among all items, ties against the model; (n,)."""
    n_items = model.score(histories[:1]).shape[1] - 1
    size, ranks = users_at_once(n_items), []
    for first in range(0, len(histories), size):
        shown = histories[first : first + size]
        scores = model.score(shown)
        mask_items(scores, shown if exclude_seen else None)
        ranks.append(rank_targets(scores, targets[first : first + size]))
    return np.concatenate(ranks)


def tell(difference: Difference) -> str:
    """The difference and its 95 % interval."""
    if difference.ratio is None or difference.low is None or difference.high is None:
        return "not defined"
    return f"{difference.ratio:+.1%} ({difference.low:+.1%} to {difference.high:+.1%})"
