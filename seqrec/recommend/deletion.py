"""A test of explanations: without its strongest reason an item must fall, more than by chance."""

from dataclasses import dataclass

import numpy as np

from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import Split
from seqrec.recommend.explain import explain_items

_MIN_EVENTS = 2


@dataclass(frozen=True)
class Deletion:
    """Mean falls of the first item of a list when one event is taken out of the history.

    Attributes:
        reason: of its score, without the event that its reasons name first.
        random: of its score, without an event drawn at random.
        reason_places: places that it falls without the named event.
        random_places: places that it falls without a random one.
        n_users: histories of two or more events that were tried.
    """

    reason: float
    random: float
    reason_places: float
    random_places: float
    n_users: int


def delete_events(recommender: Recommender, split: Split, n_users: int, seed: int = 0) -> Deletion:
    """Delete events from the histories of some test users.

    Args:
        recommender: whose first item is explained.
        split: whose test users are drawn.
        n_users: at most.
        seed: of the draws.
    """
    generator = np.random.default_rng(seed)
    users = generator.permutation(split.test_users)[:n_users]
    falls = []
    for user in users:
        history = split.test_history(int(user))
        scores = recommender.score([history])[0]
        item = int(np.argmax(scores))
        reasons = explain_items(recommender, history, np.array([item], dtype=np.int32))
        if len(history) < _MIN_EVENTS or not reasons.strongest(0, 1):
            continue
        places = [reasons.strongest(0, 1)[0][0], int(generator.integers(len(history)))]
        without = recommender.score([np.delete(history, place) for place in places])
        drops = scores[item] - without[:, item]
        ranks = (without >= without[:, [item]]).sum(axis=1) - 1
        falls.append([*drops, *ranks])
    means: list[float] = np.mean(falls, axis=0).tolist()
    return Deletion(means[0], means[1], means[2], means[3], len(falls))
