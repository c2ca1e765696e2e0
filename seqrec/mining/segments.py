"""Two groups of a log, and in which of them a pattern is more common."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.conditions import NearLimits
from seqrec.mining.levels import Level
from seqrec.mining.occurrences import find_occurrences

_LEVEL = 0.05


@dataclass(frozen=True)
class Split:
    """How a log is parted in two groups, A and B; exactly one of the two is given.

    Attributes:
        item: A are the users who have this item (or category) anywhere, B those who do not.
        time_s: A is what happened before these Unix seconds, B what happened from them on.

    Raises:
        ValueError: none or both are given.
    """

    item: int | None = None
    time_s: int | None = None

    def __post_init__(self) -> None:
        """Check that there is one criterion."""
        if (self.item is None) == (self.time_s is None):
            raise ValueError("a log is split by an item or by a time")


@dataclass(frozen=True)
class Contrast:
    """How common each pattern is in two groups; the arrays have one value a pattern.

    Attributes:
        counts_a, counts_b: histories (or sessions) of the group that hold the pattern; int64.
        n_a, n_b: histories (or sessions) of the group that have any event.
    """

    counts_a: NDArray[np.int64]
    counts_b: NDArray[np.int64]
    n_a: int
    n_b: int

    @property
    def shares(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Share of each group, 0 where a group is empty."""
        return self.counts_a / max(self.n_a, 1), self.counts_b / max(self.n_b, 1)

    @property
    def differences(self) -> NDArray[np.float64]:
        """Share of A minus share of B; (n,)."""
        return self.shares[0] - self.shares[1]

    @property
    def intervals(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Bounds of the differences that hold for all patterns at once with 95 % confidence.

        Newcombe's hybrid score interval (1998, method 10); the level is divided by the number of
        patterns (Bonferroni), since the widest difference of many is wide by chance.
        """
        z = NormalDist().inv_cdf(1 - _LEVEL / 2 / max(len(self.counts_a), 1))
        (share_a, share_b), difference = self.shares, self.differences
        low_a, high_a = _wilson(share_a, self.n_a, z)
        low_b, high_b = _wilson(share_b, self.n_b, z)
        below = np.sqrt((share_a - low_a) ** 2 + (high_b - share_b) ** 2)
        above = np.sqrt((high_a - share_a) ** 2 + (share_b - low_b) ** 2)
        return difference - below, difference + above


def split_log(
    database: SequenceDatabase, split: Split, level: Level | None = None
) -> tuple[SequenceDatabase, SequenceDatabase]:
    """The events of group A and of group B; every user is in both, maybe without events.

    `level` tells the categories where `split.item` may be the symbol of one, see `levels`.
    """
    if split.time_s is not None:
        early = np.asarray(database.times_s) < split.time_s
    else:
        offsets = np.asarray(database.offsets)
        owners = np.repeat(np.arange(database.n_users), offsets[1:] - offsets[:-1])
        found = np.asarray(database.items) == split.item
        if level is not None and split.item is not None and split.item > database.n_items:
            found = level.ids[database.items] == split.item - database.n_items
        early = (np.bincount(owners[found], minlength=database.n_users) > 0)[owners]
    return database.keep_events(early), database.keep_events(~early)


def contrast_patterns(
    database: SequenceDatabase,
    patterns: Sequence[tuple[int, ...]],
    split: Split,
    near: NearLimits,
    *,
    by_session: bool = False,
    level: Level | None = None,
) -> Contrast:
    """How common some patterns are in the two groups; meant for the patterns that are shown.

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
    n_a, n_b = (_count_units(group, by_session=by_session) for group in groups)
    return Contrast(counts_a, counts_b, n_a, n_b)


def _count_units(database: SequenceDatabase, *, by_session: bool) -> int:
    if by_session:
        return len(np.unique(database.session_ids))
    return int(np.count_nonzero(np.diff(database.offsets)))


def _wilson(
    shares: NDArray[np.float64], n: int, z: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Wilson's score interval (1927) of a share of n; the whole range where n is 0."""
    if n == 0:
        return np.zeros(len(shares)), np.ones(len(shares))
    middle = shares + z * z / (2 * n)
    half = z * np.sqrt(shares * (1 - shares) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return (middle - half) / scale, (middle + half) / scale
