"""Kinds of test users and targets: for whom, and for which items, a model is good."""

import numpy as np
from numpy.typing import NDArray

from seqrec.evaluation.split import Split
from seqrec.translation.texts import mark

_FEW_EVENTS = 5
_THIRDS = (1 / 3, 2 / 3)


def slice_targets(split: Split) -> dict[str, NDArray[np.bool_]]:
    """Which of `split.test_users` are of each kind; slices of nobody are left out.

    Users are told apart by the events before the target, targets by the training events of their
    item (an item is popular while the more frequent ones make up less than a third of all events)
    and by whether the user had the item before.
    """
    users, targets = split.test_users, split.test_targets()
    lengths = np.array([len(split.test_history(int(row))) for row in users])
    n_learned = (split.train_ends - split.database.offsets[:-1])[users]
    again = np.array(
        [target in split.test_history(int(row)) for row, target in zip(users, targets, strict=True)]
    )
    low, high = np.quantile(lengths, _THIRDS)
    counts = np.bincount(split.train_items(), minlength=split.database.n_items + 1)
    order = np.argsort(-counts, kind="stable")
    before = np.empty(len(counts))
    before[order] = (np.cumsum(counts[order]) - counts[order]) / max(counts.sum(), 1)
    place, is_new = before[targets], counts[targets] == 0
    # English, as they are stored: pages tell them in the language of the reader.
    found = {
        mark("short histories (up to {n:.0f} events)").format(n=low): lengths <= low,
        mark("medium histories"): (lengths > low) & (lengths <= high),
        mark("long histories (above {n:.0f} events)").format(n=high): lengths > high,
        mark("cold users (fewer than {n} training events)").format(n=_FEW_EVENTS): (
            n_learned < _FEW_EVENTS
        ),
        mark("popular targets"): (place < _THIRDS[0]) & ~is_new,
        mark("middling targets"): (place >= _THIRDS[0]) & (place < _THIRDS[1]) & ~is_new,
        mark("rare targets"): (place >= _THIRDS[1]) & ~is_new,
        mark("cold targets (no training event)"): is_new,
        mark("targets that the user had before"): again,
        mark("targets new to the user"): ~again,
    }
    return {name: mask for name, mask in found.items() if mask.any()}
