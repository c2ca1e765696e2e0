"""What speaks for mined rows beside their count: chance, and users who were not looked at."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from seqrec.translation.texts import mark

LEVEL = 0.05
BEYOND, MAYBE, UNTESTED = (
    mark("more than chance"),
    mark("may be chance"),
    mark("not tested"),
)


@dataclass(frozen=True)
class Significance:
    """How easily chance explains each row of a result.

    Attributes:
        p_values: probability of at least such a count if nothing but chance were at work; NaN
            where the question makes no sense; (n,).
        adjusted: the lowest share of false discoveries at which the row counts as one; NaN as
            above; (n,).
    """

    p_values: NDArray[np.float64]
    adjusted: NDArray[np.float64]

    def discoveries(self, level: float = LEVEL) -> NDArray[np.bool_]:
        """Rows of which a share of at most `level` is false, on average; (n,)."""
        return self.adjusted <= level

    def verdicts(self, level: float = LEVEL) -> NDArray[np.str_]:
        """`BEYOND`, `MAYBE` or `UNTESTED` for each row; (n,)."""
        untested = np.isnan(self.adjusted)
        return np.select([untested, self.discoveries(level)], [UNTESTED, BEYOND], MAYBE)

    def take(self, rows: NDArray[np.int64]) -> Self:
        """Some rows; they stay adjusted for all."""
        return type(self)(self.p_values[rows], self.adjusted[rows])


@dataclass(frozen=True)
class HeldPatterns:
    """How common each pattern is among users whom the search did not see.

    Attributes:
        counts: held-out histories (or sessions) with the pattern; int64, (n,).
        n_histories: held-out histories (or sessions) in all.
    """

    counts: NDArray[np.int64]
    n_histories: int

    def take(self, rows: NDArray[np.int64]) -> Self:
        """Some rows."""
        return type(self)(self.counts[rows], self.n_histories)


@dataclass(frozen=True)
class HeldRules:
    """The counts of each rule among users whom the search did not see; fields as in `RuleTable`."""

    n_both: NDArray[np.int64]
    n_antecedent: NDArray[np.int64]
    n_consequent: NDArray[np.int64]
    n_transactions: int

    def take(self, rows: NDArray[np.int64]) -> Self:
        """Some rows."""
        return type(self)(
            self.n_both[rows],
            self.n_antecedent[rows],
            self.n_consequent[rows],
            self.n_transactions,
        )
