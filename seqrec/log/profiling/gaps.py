"""How long users pause between two events, and which pause ends a session."""

import math
from dataclasses import asdict, dataclass
from typing import Any, Self

import duckdb
import numpy as np
from numpy.typing import NDArray

BINS_A_DECADE = 10
N_BINS = 10 * BINS_A_DECADE  # from 1 s to 317 years
_MIN_SUGGESTED_S = 30
_MAX_SUGGESTED_S = 3 * 86_400
_SMOOTHING = np.array([1, 2, 3, 2, 1]) / 9
_SHALLOW = 0.7
_MIN_PEAK_SHARE = 0.001
_ROUND_S = tuple(
    count * unit_s
    for unit_s, counts in (
        (1, (30,)),
        (60, (1, 2, 3, 5, 10, 15, 20, 30, 45)),
        (3600, (1, 2, 3, 4, 6, 8, 12)),
        (86_400, (1, 2, 3)),
    )
    for count in counts
)

_COUNT_GAPS = f"""
    SELECT CASE WHEN gap_s > 0 THEN least(floor({BINS_A_DECADE} * log10(gap_s)), {N_BINS - 1})
        ELSE -1 END::INT AS bin, count(*)
    FROM (
        SELECT floor(time_us / 1_000_000) - lag(floor(time_us / 1_000_000)) OVER (
            PARTITION BY user_code ORDER BY time_us) AS gap_s
        FROM coded)
    WHERE gap_s NOTNULL GROUP BY ALL"""  # noqa: S608 - two numbers of ours


@dataclass(frozen=True)
class GapHistogram:
    """Seconds between consecutive events of a user, in bins of equal ratio.

    Attributes:
        counts: gaps of each bin; bin i holds gaps from 10 ** (i / 10) s, below that of the next.
        n_zero: gaps of less than a second, which no bin holds.
        suggested_s: the pause in the valley between two kinds of gaps, those inside a visit and
            those between visits; None where there is no such valley.
    """

    counts: tuple[int, ...]
    n_zero: int
    suggested_s: float | None

    @property
    def n_gaps(self) -> int:
        """All gaps: events less users."""
        return sum(self.counts) + self.n_zero

    @property
    def edges_s(self) -> tuple[float, ...]:
        """The edges of the bins, one more than there are bins."""
        return tuple(10 ** (place / BINS_A_DECADE) for place in range(len(self.counts) + 1))

    @classmethod
    def of(cls, bins: NDArray[np.int64], n_zero: int) -> Self:
        """The histogram of `N_BINS` counts, less the empty bins at its end."""
        n_bins = int(np.flatnonzero(bins)[-1]) + 1 if bins.any() else 0
        return cls(tuple(bins[:n_bins].tolist()), n_zero, _find_valley(bins, n_zero))

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The histogram that `to_json` wrote."""
        return cls(tuple(value["counts"]), value["n_zero"], value["suggested_s"])


def gap_histogram(connection: duckdb.DuckDBPyConnection) -> GapHistogram:
    """The gaps of the coded tables, in whole seconds."""
    rows = connection.execute(_COUNT_GAPS).fetchall()
    counts = dict(rows)
    n_zero = counts.pop(-1, 0)
    bins = np.zeros(N_BINS, dtype=np.int64)
    for place, n_gaps in counts.items():
        bins[place] = n_gaps
    return GapHistogram.of(bins, n_zero)


def inner_gaps(times_s: NDArray[np.int64], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Seconds between consecutive events of one user; (n_events - n_users with events,)."""
    inside = np.ones(len(times_s), dtype=bool)
    inside[offsets[:-1][np.diff(offsets) > 0]] = False
    return np.diff(times_s)[inside[1:]]


def count_gaps(gaps_s: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    """How many gaps fall into each of the `N_BINS` bins, and how many are 0."""
    positive = gaps_s[gaps_s > 0]
    places = np.floor(BINS_A_DECADE * np.log10(positive)).astype(np.int64)
    bins = np.bincount(np.minimum(places, N_BINS - 1), minlength=N_BINS)
    return bins, len(gaps_s) - len(positive)


def _find_valley(bins: NDArray[np.int64], n_zero: int) -> float | None:
    """The lowest place between two peaks, as a round length of time; None where it is shallow.

    Both peaks must hold some of the gaps; the gaps of 0 may be the left one.
    """
    smooth = np.convolve(bins, _SMOOTHING, mode="same")
    left = np.maximum(np.maximum.accumulate(smooth), n_zero)
    right = np.maximum.accumulate(smooth[::-1])[::-1]
    lower_peak = np.minimum(left, right)
    centres_s = 10 ** ((np.arange(N_BINS) + 0.5) / BINS_A_DECADE)
    allowed = (centres_s >= _MIN_SUGGESTED_S) & (centres_s <= _MAX_SUGGESTED_S)
    allowed &= lower_peak > _MIN_PEAK_SHARE * bins.sum()
    if not allowed.any():
        return None
    depth = np.where(allowed, smooth / np.maximum(lower_peak, 1), np.inf)
    lowest = np.flatnonzero(depth <= depth.min() + 1e-9)
    if depth.min() > _SHALLOW:
        return None
    valley_s = centres_s[lowest[len(lowest) // 2]]
    return float(min(_ROUND_S, key=lambda round_s: abs(math.log(round_s / valley_s))))
