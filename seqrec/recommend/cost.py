"""What a control costs: NDCG@10 on validation events with it and without it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec.evaluation.intervals import Difference, compare_ranks, gains_of
from seqrec.evaluation.ranking import TOP_K
from seqrec.evaluation.split import Split
from seqrec.recommend.engine import Engine, Wish
from seqrec.recommend.rerank import ListMaker

MAX_USERS = 300
_SCORES_KEPT = 1 << 25  # 128 MiB


@dataclass(frozen=True)
class Cost:
    """How good lists are that a wish makes.

    Attributes:
        ndcg: NDCG@10 over the validation users.
        difference: against the lists without the wish.
        n_shorter: users whose list is shorter than ten items.
    """

    ndcg: float
    difference: Difference
    n_shorter: int


class CostMeter:
    """Measures wishes on a sample of validation users; scores are made once a model."""

    def __init__(self, engine: Engine, split: Split, seed: int = 0) -> None:
        """Draw the users.

        Args:
            engine: whose models are asked; they have not learned from the targets.
            split: whose validation targets count.
            seed: of the sample of 300 users, fewer where the catalogue is large.
        """
        self.engine = engine
        n_users = min(MAX_USERS, max(1, _SCORES_KEPT // (split.database.n_items + 1)))
        users = split.validation_users
        generator = np.random.default_rng(seed)
        users = np.sort(generator.choice(users, min(n_users, len(users)), replace=False))
        self._histories = [split.validation_history(int(row)) for row in users]
        self._targets = split.validation_targets_of(users)
        self._scores: dict[tuple[str, bool, bool], NDArray[np.float32]] = {}

    @property
    def n_users(self) -> int:
        """Users of the sample."""
        return len(self._histories)

    def measure(self, plain: Wish, wishes: Mapping[str, Wish]) -> dict[str, Cost]:
        """The cost of each wish beside the plain one; lists of ten, whatever their k."""
        base, _ = self._ranks(plain)
        found = {}
        for name, wish in wishes.items():
            ranks, n_shorter = self._ranks(wish)
            ndcg = float(gains_of(ranks).mean())
            found[name] = Cost(ndcg, compare_ranks(ranks, base), n_shorter)
        return found

    def _ranks(self, wish: Wish) -> tuple[NDArray[np.int32], int]:
        """Place of each target in its list, from 1, 11 where it is not there; short lists."""
        maker = ListMaker(wish.rules, self.engine.shelf, wish.taste)
        ranks = np.full(self.n_users, TOP_K + 1, dtype=np.int32)
        n_shorter = 0
        for row, scores in enumerate(self._score(wish)):
            items = maker.choose(scores, self._histories[row], TOP_K).items
            n_shorter += len(items) < TOP_K
            (places,) = np.nonzero(items == self._targets[row])
            if len(places):
                ranks[row] = places[0] + 1
        return ranks, n_shorter

    def _score(self, wish: Wish) -> NDArray[np.float32]:
        key = (wish.model, wish.hide_seen, wish.reserved)
        if key not in self._scores:
            if len(self._scores) > 1:
                self._scores.clear()  # the newest two models are enough for one page
            parts: Sequence[NDArray[np.float32]] = [
                self.engine.score(
                    wish.model, [history], hide_seen=wish.hide_seen, reserved=wish.reserved
                )
                for history in self._histories
            ]
            self._scores[key] = np.concatenate(parts)
        return self._scores[key]
