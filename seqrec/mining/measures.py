"""The measures that are read most, straight from columns of counts; all others: `rule_measures`.

Definitions: Agrawal, Imielinski & Swami 1993 (support, confidence); Brin, Motwani, Ullman & Tsur
1997 (lift).
"""

import numpy as np
from numpy.typing import NDArray

from seqrec.mining import table_measures
from seqrec.mining.cells import Cells, Measure, ratio

Counts = NDArray[np.int64]


def support(n_both: Counts, n_all: int) -> Measure:
    """Share of all transactions or histories; NaN where there are none."""
    return ratio(_floats(n_both), np.full(np.shape(n_both), float(n_all)))


def confidence(n_both: Counts, n_antecedent: Counts) -> Measure:
    """Share of the transactions with the antecedent that hold the consequent too."""
    return ratio(_floats(n_both), _floats(n_antecedent))


def lift(n_both: Counts, n_antecedent: Counts, n_consequent: Counts, n_all: int) -> Measure:
    """How many times more often both occur together than if they were independent."""
    both, before, after = (_floats(column) for column in (n_both, n_antecedent, n_consequent))
    return table_measures.lift(Cells(both, before, after, float(n_all)))


def _floats(counts: Counts) -> Measure:
    return np.asarray(counts, dtype=np.float64)
