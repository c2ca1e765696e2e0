"""Precision, recall and F1 of each class, as scikit-learn defines them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class ClassReport:
    """How well one of several classes is told for each user; n classes.

    Attributes:
        counts: users of each class, the support; int64, (n,).
        precision: of the users who were said to be of the class, those who are; NaN where nobody
            was said to be; (n,).
        recall: of the users of the class, those who were said to be; NaN where nobody is; (n,).
        f1: 2 TP / (2 TP + FP + FN); NaN where the class neither occurs nor is said; (n,).
        accuracy: share of users whose class was told.
        macro_f1: mean of F1 over the classes that have one.
        weighted_f1: the same, each class as often as it occurs.
    """

    counts: NDArray[np.int64]
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    f1: NDArray[np.float64]
    accuracy: float
    macro_f1: float
    weighted_f1: float


def report_classes(
    actual: NDArray[np.integer], said: NDArray[np.integer], n_classes: int
) -> ClassReport:
    """The report of one guess a user.

    Args:
        actual: class of each user, from 0; (n_users,), at least one.
        said: what was guessed; -1 is no guess and a miss of the class; (n_users,).
        n_classes: how many there are.

    Raises:
        ValueError: nobody was classified, or the two differ in length.
    """
    if not len(actual) or len(actual) != len(said):
        raise ValueError("one guess for each of at least one user is needed")
    counts = np.bincount(actual, minlength=n_classes)
    guesses = np.bincount(said[said >= 0], minlength=n_classes)
    hits = np.bincount(actual[actual == said], minlength=n_classes)
    f1 = _share(2 * hits, counts + guesses)
    known = np.isfinite(f1)
    return ClassReport(
        counts=counts,
        precision=_share(hits, guesses),
        recall=_share(hits, counts),
        f1=f1,
        accuracy=float(hits.sum() / len(actual)),
        macro_f1=float(f1[known].mean()),
        weighted_f1=float((np.where(known, f1, 0.0) * counts).sum() / counts.sum()),
    )


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    shares: NDArray[np.float64] = np.divide(
        part, whole, out=np.full(len(part), np.nan), where=whole > 0
    )
    return shares
