"""The four-fold table of a rule: what every measure is derived from."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from seqrec.mining.tables import RuleTable

Measure = NDArray[np.float64]


@dataclass(frozen=True)
class Cells:
    """Counts of the sides of rules, and of the four cells that they make; all are floats, (n,).

    Whole numbers up to 2^53 are exact. Cells are negative where the counts contradict each other,
    as those of sequential rules may: "both" counts one order alone there.

    Attributes:
        both: transactions with both sides.
        before: with the antecedent.
        after: with the consequent.
        n_all: transactions in all.
    """

    both: Measure
    before: Measure
    after: Measure
    n_all: float

    @classmethod
    def of(cls, rules: RuleTable, rows: slice = slice(None)) -> "Cells":
        """The tables of some rules."""
        columns = (rules.n_both, rules.n_antecedent, rules.n_consequent)
        both, before, after = (column[rows].astype(np.float64) for column in columns)
        return cls(both, before, after, float(rules.n_transactions))

    @cached_property
    def only_before(self) -> Measure:
        """Transactions with the antecedent and without the consequent."""
        return self.before - self.both

    @cached_property
    def only_after(self) -> Measure:
        """Transactions with the consequent and without the antecedent."""
        return self.after - self.both

    @cached_property
    def neither(self) -> Measure:
        """Transactions without either side."""
        return self.n_all - self.before - self.only_after

    @cached_property
    def not_before(self) -> Measure:
        """Transactions without the antecedent."""
        return self.n_all - self.before

    @cached_property
    def not_after(self) -> Measure:
        """Transactions without the consequent."""
        return self.n_all - self.after

    @cached_property
    def expected(self) -> Measure:
        """Transactions with both sides if they were independent."""
        return self.before * self.after / self.n_all if self.n_all else 0 * self.before

    @cached_property
    def beyond(self) -> Measure:
        """Transactions with both sides beyond those expected, times all: a whole number."""
        return self.both * self.n_all - self.before * self.after

    @cached_property
    def confidence(self) -> Measure:
        """Share of the transactions with the antecedent that hold the consequent."""
        return ratio(self.both, self.before)

    @cached_property
    def confidence_without(self) -> Measure:
        """Share of the transactions without the antecedent that hold the consequent."""
        return ratio(self.only_after, self.not_before)


def ratio(above: Measure, below: Measure) -> Measure:
    """Quotients, NaN where the divisor is zero: undefined stays undefined."""
    quotients = np.full(above.shape, np.nan)
    np.divide(above, below, out=quotients, where=below != 0)
    return quotients


def root(values: Measure) -> Measure:
    """Square roots, NaN below zero."""
    roots = np.full(values.shape, np.nan)
    return np.sqrt(values, out=roots, where=values >= 0)


def log(values: Measure) -> Measure:
    """Natural logarithms, NaN where there is none."""
    logs = np.full(values.shape, np.nan)
    return np.log(values, out=logs, where=values > 0)


def times_log(values: Measure, factors: Measure) -> Measure:
    """`factors` times the logarithm of `values`; 0 where the factor is, as its limit is."""
    return np.where(factors == 0, 0.0, factors * log(values))
