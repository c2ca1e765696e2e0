"""Several models on the same test targets: everything that a comparison of them says."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqrec.evaluation.intervals import compare_ranks, gains_of
from seqrec.evaluation.labels import LabelMeter, make_label_task
from seqrec.evaluation.lists import ListMeter, know_items
from seqrec.evaluation.ranking import TOP_K, measure_ranks
from seqrec.evaluation.slices import slice_targets
from seqrec.evaluation.split import Split


class Evaluator:
    """Takes the ranks and lists of some users at a time; memory is a number a user and model."""

    def __init__(
        self,
        split: Split,
        names: Sequence[str],
        categories: Sequence[str] | None,
        classified: Mapping[str, NDArray[np.int64]] | None = None,
    ) -> None:
        """Begin with no user.

        Args:
            split: whose test targets are ranked.
            names: of the models.
            categories: by item id, for calibration and for the category of the next item; None
                where the log has none.
            classified: by the name of a classifier of the next item's category, class of every
                test user; (n_test_users,).
        """
        self._split = split
        facts = know_items(split, categories)
        self._ranks: dict[str, list[NDArray[np.int32]]] = {name: [] for name in names}
        self._meters = {name: ListMeter(facts) for name in names}
        task = None if categories is None else make_label_task(split, categories)
        self._labels = None if task is None else LabelMeter(task, split, names, classified or {})

    def add(
        self,
        name: str,
        ranks: NDArray[np.int32],
        top: tuple[NDArray[np.int32], NDArray[np.float32]],
        histories: Sequence[NDArray[np.int32]],
    ) -> None:
        """Count the next test users of one model.

        Args:
            name: of the model.
            ranks: of their targets; (B,).
            top: their best items and scores, K >= 10; (B, K) each.
            histories: before the target; B arrays.
        """
        items, values = top[0][:, :TOP_K], top[1][:, :TOP_K]
        self._ranks[name].append(ranks)
        listed = np.where(np.isfinite(values), items, 0)
        self._meters[name].add(listed, histories)
        if self._labels is not None:
            self._labels.add(name, listed)

    def ranks(self) -> dict[str, NDArray[np.int32]]:
        """The ranks of all test targets so far, by model; (n_users,)."""
        return {name: np.concatenate(parts) for name, parts in self._ranks.items()}

    def summarise(self) -> dict[str, Any]:
        """Metrics, list metrics, intervals and slices of all models as JSON values."""
        ranks = self.ranks()
        metrics = {name: measure_ranks(values) for name, values in ranks.items()}
        best = max(metrics, key=lambda name: metrics[name].ndcg)
        labels = {} if self._labels is None else {"labels": self._labels.measure()}
        return {
            **labels,
            "n_items": self._split.database.n_items,
            "n_users": len(self._split.test_users),
            "models": {name: asdict(values) for name, values in metrics.items()},
            "lists": {name: asdict(meter.measure()) for name, meter in self._meters.items()},
            "best": best,
            "best_against": {
                name: asdict(compare_ranks(ranks[best], values))
                for name, values in ranks.items()
                if name != best
            },
            "slices": {
                kind: {
                    "n_users": int(mask.sum()),
                    "ndcg": {
                        name: float(gains_of(values[mask]).mean()) for name, values in ranks.items()
                    },
                }
                for kind, mask in slice_targets(self._split).items()
            },
        }
