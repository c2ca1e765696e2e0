"""In which of two groups a pattern is more common: difference, interval, odds, and chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.conditions import NearLimits
from seqrec.mining.evidence import LEVEL, Significance
from seqrec.mining.levels import Level
from seqrec.mining.occurrences import find_occurrences
from seqrec.mining.segments import Mask, Split, split_log
from seqrec.mining.significance import Values, adjust, hypergeometric_tails

Patterns = Sequence[tuple[int, ...]]


@dataclass(frozen=True)
class Contrast:
    """How common each pattern is in two groups; the arrays have one value a pattern.

    Attributes:
        counts_a, counts_b: histories (or sessions) of the group that hold the pattern; int64.
        n_a, n_b: histories (or sessions) of the group that have any event.
        level: accepted share of false discoveries among the patterns.
    """

    counts_a: NDArray[np.int64]
    counts_b: NDArray[np.int64]
    n_a: int
    n_b: int
    level: float = LEVEL

    @property
    def shares(self) -> tuple[Values, Values]:
        """Share of each group, 0 where a group is empty."""
        return self.counts_a / max(self.n_a, 1), self.counts_b / max(self.n_b, 1)

    @property
    def differences(self) -> Values:
        """Share of A minus share of B; (n,)."""
        return self.shares[0] - self.shares[1]

    @property
    def odds_ratios(self) -> Values:
        """Odds of the pattern in A over those in B; infinite or NaN where nothing is divided by."""
        a, b = self.counts_a.astype(np.float64), self.counts_b.astype(np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(a * (self.n_b - b) / (b * (self.n_a - a)))

    @property
    def significance(self) -> Significance:
        """Two-sided Fisher tests of the differences, adjusted for all listed patterns.

        Twice the smaller tail; Benjamini and Yekutieli (2001) hold whatever the patterns share.
        """
        both = self.counts_a + self.counts_b
        n_all = self.n_a + self.n_b
        group = np.full(len(both), self.n_a)
        more = hypergeometric_tails(np.column_stack([self.counts_a, both, group]), n_all)
        group = np.full(len(both), self.n_b)
        less = hypergeometric_tails(np.column_stack([self.counts_b, both, group]), n_all)
        p_values = np.minimum(1.0, 2 * np.minimum(more, less))
        layer, n_tests = np.full(len(both), 2), np.full(len(both), float(len(both)))
        return Significance(p_values, adjust(p_values, layer, n_tests))

    @property
    def differs(self) -> Mask:
        """Patterns whose difference chance does not explain; (n,)."""
        return self.significance.discoveries(self.level)

    @property
    def intervals(self) -> tuple[Values, Values]:
        """Bounds of the differences; of those that differ, `level` miss the truth on average.

        Newcombe's hybrid score interval (1998, method 10), as wide as Benjamini and Yekutieli
        (2005, definition 1) ask for after a selection: the widest of many is wide by chance.
        """
        n = max(len(self.counts_a), 1)
        harmonic = float(digamma(n + 1) + np.euler_gamma)
        level = self.level * max(1, int(self.differs.sum())) / (n * harmonic)
        z = NormalDist().inv_cdf(1 - level / 2)
        (share_a, share_b), difference = self.shares, self.differences
        low_a, high_a = _wilson(share_a, self.n_a, z)
        low_b, high_b = _wilson(share_b, self.n_b, z)
        below = np.sqrt((share_a - low_a) ** 2 + (high_b - share_b) ** 2)
        above = np.sqrt((high_a - share_a) ** 2 + (share_b - low_b) ** 2)
        return difference - below, difference + above


def contrast_patterns(
    database: SequenceDatabase,
    patterns: Patterns,
    split: Split,
    near: NearLimits,
    *,
    by_session: bool = False,
    level: Level | None = None,
) -> Contrast:
    """How common some patterns are in the two parts; meant for the patterns that are shown.

    `level` tells the categories of patterns that were mined from items and categories at once.
    """
    groups = split_log(database, split, level)
    counts = [
        [
            len(
                find_occurrences(group, pattern, near, by_session=by_session, level=level).user_rows
            )
            for pattern in patterns
        ]
        for group in groups
    ]
    counts_a, counts_b = (np.array(row, dtype=np.int64) for row in counts)
    n_a, n_b = (int(_units_of_users(group, by_session=by_session).sum()) for group in groups)
    return Contrast(counts_a, counts_b, n_a, n_b)


def contrast_users(
    database: SequenceDatabase,
    patterns: Patterns,
    groups: tuple[Mask, Mask],
    near: NearLimits,
    *,
    by_session: bool = False,
    level: Level | None = None,
) -> Contrast:
    """How common some patterns are among two groups of users; meant for those that are shown.

    Args:
        database: at the level and of the event types that the patterns were mined from.
        patterns: item ids in order.
        groups: whether each user row is in A, in B; who is in both is left out of both.
        near: limits that the patterns were mined with.
        by_session: whether they were looked for in sessions, not in whole histories.
        level: categories of patterns that were mined from items and categories at once.
    """
    both = groups[0] & groups[1]
    in_a, in_b = groups[0] & ~both, groups[1] & ~both
    counts = np.zeros((len(patterns), 2), dtype=np.int64)
    for row, pattern in enumerate(patterns):
        found = find_occurrences(database, pattern, near, by_session=by_session, level=level)
        counts[row] = in_a[found.user_rows].sum(), in_b[found.user_rows].sum()
    n_units = _units_of_users(database, by_session=by_session)
    n_a, n_b = int(n_units[in_a].sum()), int(n_units[in_b].sum())
    return Contrast(counts[:, 0], counts[:, 1], n_a, n_b)


def _units_of_users(database: SequenceDatabase, *, by_session: bool) -> NDArray[np.int64]:
    """Histories (one or none) or sessions with any event, by user."""
    if not by_session:
        return (np.diff(np.asarray(database.offsets)) > 0).astype(np.int64)
    sessions = np.unique(database.session_ids)
    return np.bincount(database.session_user_rows()[sessions], minlength=database.n_users)


def _wilson(shares: Values, n: int, z: float) -> tuple[Values, Values]:
    """Wilson's score interval (1927) of a share of n; the whole range where n is 0."""
    if n == 0:
        return np.zeros(len(shares)), np.ones(len(shares))
    middle = shares + z * z / (2 * n)
    half = z * np.sqrt(shares * (1 - shares) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return (middle - half) / scale, (middle + half) / scale
