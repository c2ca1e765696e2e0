"""How often each number occurs among many: event counts of users, of items, of sessions."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Distribution:
    """Numbers by value; n of them take at most about sqrt(2 x their sum) entries.

    Attributes:
        values: the different numbers, rising; int64, (n_values,).
        counts: how often each occurs; int64, (n_values,).
    """

    values: NDArray[np.int64]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, numbers: NDArray[np.integer[Any]]) -> Self:
        """The distribution of whole numbers from 0, none of them huge beside their sum."""
        return cls.from_histogram(np.bincount(numbers) if len(numbers) else np.zeros(0, np.int64))

    @classmethod
    def from_histogram(cls, histogram: NDArray[np.int64]) -> Self:
        """The distribution in which the number i occurs `histogram[i]` times."""
        values = np.flatnonzero(histogram)
        return cls(values, histogram[values].astype(np.int64))

    @property
    def n_numbers(self) -> int:
        """How many numbers there are."""
        return int(self.counts.sum())

    @property
    def total(self) -> int:
        """The sum of all numbers."""
        return int(self.values @ self.counts)

    @property
    def largest(self) -> int:
        """The largest number; 0 where there is none."""
        return int(self.values[-1]) if len(self.values) else 0

    @property
    def median(self) -> float:
        """The middle number; of an even number of them, the mean of the two in the middle."""
        ends = np.cumsum(self.counts)
        middle = [(self.n_numbers - 1) // 2, self.n_numbers // 2]
        return float(self.values[np.searchsorted(ends, middle, side="right")].mean())

    @property
    def gini(self) -> float:
        """Gini coefficient: 0 where all numbers are equal, near 1 where one has everything."""
        n_numbers = self.n_numbers
        counts = self.counts.astype(np.float64)
        before = np.cumsum(counts) - counts
        ranks = counts * (2 * before + counts - n_numbers)
        return float(self.values @ ranks) / (n_numbers * self.total)

    def count_from(self, limit: int) -> int:
        """How many numbers are at least `limit`."""
        return int(self.counts[self.values >= limit].sum())

    def top_shares(self, ranks: NDArray[np.int64]) -> NDArray[np.float64]:
        """Share of the sum that the largest 1, 2... numbers hold.

        Args:
            ranks: how many of the largest are taken, from 1; (n_ranks,).
        """
        values, counts = self.values[::-1], self.counts[::-1]
        ends = np.cumsum(counts)
        sums = np.cumsum(values * counts)
        group = np.searchsorted(ends, ranks)
        inside = sums[group] - (ends[group] - ranks) * values[group]
        shares: NDArray[np.float64] = inside / sums[-1]
        return shares

    def to_json(self) -> dict[str, list[int]]:
        """As plain values."""
        return {"values": self.values.tolist(), "counts": self.counts.tolist()}

    @classmethod
    def from_json(cls, value: dict[str, list[int]]) -> Self:
        """The distribution that `to_json` wrote."""
        return cls(np.array(value["values"], np.int64), np.array(value["counts"], np.int64))
