"""Every measure of a rule or pattern, derived from its counts and nowhere else.

Definitions: Agrawal, Imielinski & Swami 1993 (support, confidence); Brin, Motwani, Ullman & Tsur
1997 (lift, conviction); Piatetsky-Shapiro 1991 (leverage). A measure whose denominator is zero is
undefined and stays NaN: libraries disagree there (conviction at confidence 1 is infinite in one).
"""

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Measure = NDArray[np.float64]


def support(n_both: Counts, n_all: int) -> Measure:
    """Share of all transactions or histories."""
    return _ratio(n_both, np.float64(n_all))


def confidence(n_both: Counts, n_antecedent: Counts) -> Measure:
    """Share of the transactions with the antecedent that hold the consequent too."""
    return _ratio(n_both, n_antecedent)


def lift(n_both: Counts, n_antecedent: Counts, n_consequent: Counts, n_all: int) -> Measure:
    """How many times more often both occur together than if they were independent."""
    return _ratio(n_both * np.float64(n_all), n_antecedent * n_consequent.astype(np.float64))


def leverage(n_both: Counts, n_antecedent: Counts, n_consequent: Counts, n_all: int) -> Measure:
    """Support minus the support expected of independent sides."""
    expected = support(n_antecedent, n_all) * support(n_consequent, n_all)
    return np.asarray(support(n_both, n_all) - expected, dtype=np.float64)


def conviction(n_both: Counts, n_antecedent: Counts, n_consequent: Counts, n_all: int) -> Measure:
    """Expected share of failures over the share seen; undefined (NaN) at confidence 1."""
    return _ratio(1 - support(n_consequent, n_all), 1 - confidence(n_both, n_antecedent))


def _ratio(above: "NDArray[np.generic] | float", below: "NDArray[np.generic] | float") -> Measure:
    top, bottom = np.broadcast_arrays(
        np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    )
    ratio = np.full(top.shape, np.nan)
    np.divide(top, bottom, out=ratio, where=bottom != 0)
    return ratio
