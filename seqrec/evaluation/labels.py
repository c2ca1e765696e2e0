"""Which category a user is interested in next: what a list says of it, beside two baselines."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqrec.evaluation.classes import report_classes
from seqrec.evaluation.split import Split
from seqrec.translation.texts import mark

CLASSIFIER = mark("Category classifier")
MOST_FREQUENT, MARKOV_LABELS = mark("Most frequent category"), mark("Markov over categories")
_MOST_CLASSES = 200  # of which each has a row; the means are over all


@dataclass(frozen=True)
class LabelTask:
    """The category of each test user's next item, to be told from the history before it.

    Attributes:
        names: of the categories, by class from 0.
        of_items: class of each item, -1 where it has none; (V,).
        users: places among `split.test_users` of those whose target has a category; (n,).
        actual: class of their targets; (n,).
    """

    names: tuple[str, ...]
    of_items: NDArray[np.int64]
    users: NDArray[np.int64]
    actual: NDArray[np.int64]

    def describe(self, said: NDArray[np.int64]) -> dict[str, Any]:
        """Precision, recall and F1 of some classifier, as JSON values; undefined ones are None.

        Args:
            said: class of every test user, -1 for no guess; (n_test_users,).
        """
        report = report_classes(self.actual, said[self.users], len(self.names))
        rows = self.listed()
        found = {
            name: [None if np.isnan(one) else float(one) for one in value[rows]]
            for name, value in asdict(report).items()
            if name in ("precision", "recall", "f1")
        }
        means = (report.accuracy, report.macro_f1, report.weighted_f1)
        return {
            **dict(zip(("accuracy", "macro_f1", "weighted_f1"), means, strict=True)),
            **found,
        }

    def listed(self) -> NDArray[np.int64]:
        """The classes that have a row: the most frequent among the targets first."""
        counts = np.bincount(self.actual, minlength=len(self.names))
        return np.argsort(-counts, kind="stable")[:_MOST_CLASSES]


def make_label_task(split: Split, categories: Sequence[str]) -> LabelTask | None:
    """The task of a log; None where no test target has a category.

    Args:
        split: whose test targets count.
        categories: by item id, "" for none.
    """
    names, of_items = np.unique(np.asarray(categories, dtype=str), return_inverse=True)
    has_none = len(names) > 0 and not names[0]
    of_items = of_items.astype(np.int64) - int(has_none)
    classes = of_items[split.test_targets()]
    users = np.flatnonzero(classes >= 0)
    if not len(users):
        return None
    return LabelTask(tuple(names[int(has_none) :].tolist()), of_items, users, classes[users])


def guess_most_frequent(task: LabelTask, split: Split) -> NDArray[np.int64]:
    """The category of most training events, for everybody; (n_test_users,)."""
    learned = task.of_items[split.train_items()]
    counts = np.bincount(learned[learned >= 0], minlength=len(task.names))
    return np.full(len(split.test_users), int(counts.argmax()), dtype=np.int64)


def guess_by_markov(task: LabelTask, split: Split) -> NDArray[np.int64]:
    """The category that most often came right after the user's last one; (n_test_users,).

    Events without a category are passed over. After a category that nothing follows in the
    training parts, or without one, the most frequent category.
    """
    size = len(task.names)
    mask = split.train_mask() & (task.of_items[split.database.items] >= 0)
    learned = task.of_items[split.database.items[mask]]
    lengths = np.diff(split.database.offsets)
    owners = np.repeat(np.arange(split.database.n_users), lengths)[mask]
    follows = owners[1:] == owners[:-1]
    pairs, counts = np.unique(
        learned[:-1][follows] * size + learned[1:][follows], return_counts=True
    )
    order = np.lexsort((pairs, -counts, pairs // size))  # of each category the most frequent first
    firsts, places = np.unique(pairs[order] // size, return_index=True)
    after = np.full(size, -1, dtype=np.int64)
    after[firsts] = pairs[order][places] % size
    said = guess_most_frequent(task, split)
    for place, row in enumerate(split.test_users):
        before = task.of_items[split.test_history(int(row))]
        named = before[before >= 0]
        if len(named) and after[named[-1]] >= 0:
            said[place] = after[named[-1]]
    return said


def vote_labels(task: LabelTask, items: NDArray[np.int32]) -> NDArray[np.int64]:
    """The category that each list speaks for: its items add up, the one of rank r 1 / log2(r + 1).

    Args:
        task: of the log.
        items: lists, best first, 0 behind short ones; (B, K).

    Returns:
        Classes, -1 where no listed item has one; (B,).
    """
    votes = np.zeros((len(items), len(task.names) + 1))
    rows = np.arange(len(items))
    for place in range(items.shape[1]):
        labels = np.where(items[:, place] > 0, task.of_items[items[:, place]], -1)
        votes[rows, labels] += 1.0 / np.log2(place + 2.0)  # the last column takes those without
    best = votes[:, :-1].argmax(axis=1)
    return np.where(votes[rows, best] > 0, best, -1)


class LabelMeter:
    """Takes the lists of some users at a time; memory is a class a user and model."""

    def __init__(
        self,
        task: LabelTask,
        split: Split,
        models: Sequence[str],
        classified: Mapping[str, NDArray[np.int64]],
    ) -> None:
        """Begin with no user.

        Args:
            task: of the log.
            split: whose test targets count.
            models: whose lists are counted.
            classified: by the name of a classifier, class of every test user; (n_test_users,).
        """
        self._task, self._split, self._classified = task, split, classified
        self._said: dict[str, list[NDArray[np.int64]]] = {name: [] for name in models}

    def add(self, model: str, items: NDArray[np.int32]) -> None:
        """Count the lists of the next test users of one model; (B, K)."""
        self._said[model].append(vote_labels(self._task, items))

    def measure(self) -> dict[str, Any]:
        """The report of every model, classifier and both baselines, as JSON values."""
        task, split = self._task, self._split
        said = {name: np.concatenate(parts) for name, parts in self._said.items()}
        said |= self._classified
        said[MARKOV_LABELS] = guess_by_markov(task, split)
        said[MOST_FREQUENT] = guess_most_frequent(task, split)
        rows = task.listed()
        counts = np.bincount(task.actual, minlength=len(task.names))
        return {
            "n_users": len(task.users),
            "n_without": len(split.test_users) - len(task.users),
            "n_classes": len(task.names),
            "classes": [task.names[row] for row in rows],
            "counts": counts[rows].tolist(),
            "models": {name: task.describe(own) for name, own in said.items()},
        }
