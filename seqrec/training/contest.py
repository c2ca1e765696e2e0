"""Several recommenders ranked on the same test targets, a few users at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqrec.evaluation.evaluator import Evaluator
from seqrec.evaluation.ranking import (
    TOP_K,
    mask_items,
    rank_targets,
    top_items,
    users_at_once,
)
from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import Split
from seqrec.models.hybrid import Hybrid


@dataclass(frozen=True)
class Contest:
    """Who is compared on what.

    Attributes:
        split: the log, split as it was for training.
        recommenders: by the name that the page shows; a hybrid after the models that it mixes.
        exclude_seen: whether items of the history are left out of its list; a target that was
            seen then counts as ranked last.
        categories: by item id; None where the log has none.
        classified: by the name of a classifier of the next item's category, class of every test
            user; (n_test_users,).
    """

    split: Split
    recommenders: Mapping[str, Recommender]
    exclude_seen: bool
    categories: Sequence[str] | None = None
    classified: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)

    @property
    def users_at_once(self) -> int:
        """How many users to score together under all recommenders."""
        return users_at_once(self.split.database.n_items, len(self.recommenders))


def score_all(
    contest: Contest, histories: list[NDArray[np.int32]]
) -> dict[str, NDArray[np.float32]]:
    """Masked scores of every recommender, (B, V) each; a hybrid mixes those of the others."""
    scores: dict[str, NDArray[np.float32]] = {}
    for name, recommender in contest.recommenders.items():
        if isinstance(recommender, Hybrid):
            scores[name] = recommender.mix(scores, histories)
            continue
        scores[name] = recommender.score(histories)
        mask_items(scores[name], histories if contest.exclude_seen else None)
    return scores


def evaluate(contest: Contest) -> tuple[dict[str, Any], dict[str, NDArray[np.int32]]]:
    """Everything that a comparison says, as JSON values, with its protocol, and the ranks.

    No list is kept; the ranks are of the test targets, by model.
    """
    split = contest.split
    evaluator = Evaluator(split, list(contest.recommenders), contest.categories, contest.classified)
    for start in range(0, len(split.test_users), contest.users_at_once):
        rows = split.test_users[start : start + contest.users_at_once]
        histories = [split.test_history(int(row)) for row in rows]
        for name, scores in score_all(contest, histories).items():
            ranks = rank_targets(scores, split.test_targets_of(rows))
            evaluator.add(name, ranks, top_items(scores, TOP_K), histories)
    return describe_protocol_of(contest) | evaluator.summarise(), evaluator.ranks()


def describe_protocol_of(contest: Contest) -> dict[str, Any]:
    """How the numbers of a contest come about, as JSON values."""
    found: dict[str, Any] = {
        "split": str(contest.split.protocol),
        "exclude_seen": contest.exclude_seen,
    }
    for recommender in contest.recommenders.values():
        if isinstance(recommender, Hybrid):
            found["blend"] = asdict(recommender.blend)
    return found
