"""Quality on the held-out second last events, while a run goes on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec.evaluation.ranking import mask_items, measure_ranks, rank_targets, users_at_once
from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import Split

_N_USERS = 2000


@dataclass(frozen=True)
class Validation:
    """Means over the validation users, whole catalogue ranked.

    Attributes:
        loss: cross-entropy of the target under a softmax of the scores, nats; meaningful for
            scores that are logits only.
        ndcg: NDCG@10.
        hit_rate: hit rate@10.
    """

    loss: float
    ndcg: float
    hit_rate: float


def sample_users(split: Split, seed: int) -> NDArray[np.int64]:
    """The users on whom a run validates: all, or a sample of 2,000 where there are more."""
    users = split.validation_users
    if len(users) <= _N_USERS:
        return users
    return np.sort(np.random.default_rng(seed).choice(users, _N_USERS, replace=False))


def validate(
    split: Split,
    recommender: Recommender,
    users: NDArray[np.int64],
    exclude_seen: bool,  # noqa: FBT001
) -> Validation:
    """How well a recommender predicts the validation targets of some users."""
    places = split.validation_places[np.searchsorted(split.validation_users, users)]
    # Histories of like length are scored together: padding is work for nothing.
    users = users[np.argsort(places - split.database.offsets[users], kind="stable")]
    targets = split.validation_targets_of(users)
    losses, ranks = [], []
    size = users_at_once(split.database.n_items)
    for start in range(0, len(users), size):
        wanted = targets[start : start + size]
        histories = [split.validation_history(int(row)) for row in users[start : start + size]]
        scores = recommender.score(histories)
        own = scores[np.arange(len(wanted)), wanted].astype(np.float64)
        losses.append(np.logaddexp.reduce(scores.astype(np.float64), axis=1) - own)
        mask_items(scores, histories if exclude_seen else None)
        ranks.append(rank_targets(scores, wanted))
    metrics = measure_ranks(np.concatenate(ranks))
    return Validation(float(np.concatenate(losses).mean()), metrics.ndcg, metrics.hit_rate)
