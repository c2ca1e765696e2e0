"""How different the end of a log is from its beginning."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

_SEED = 11
_N_BINS = 1 << 20
_MAX_SORTED = 1 << 19
_SLICE = 1_000_000


@dataclass(frozen=True)
class Drift:
    """About the first tenth of the events in time beside the last.

    Attributes:
        n_first, n_last: events of each part.
        n_last_items: different items of the last part.
        n_unseen_items: those of them that the first part has not.
        n_unseen_events: events of the last part on these items.
        item_distance: Jensen-Shannon distance between the item shares, 0 (same) to 1 (disjoint);
            the square root of the divergence to base 2 (Lin 1991; Endres and Schindelin 2003).
        chance_distance: what the item distance would be if events were dealt to the parts at
            random; what is above it is drift.
        event_shares: share of each event type in the first and in the last part.
        event_distance: Jensen-Shannon distance between these.
    """

    n_first: int
    n_last: int
    n_last_items: int
    n_unseen_items: int
    n_unseen_events: int
    item_distance: float
    chance_distance: float
    event_shares: tuple[tuple[float, float], ...]
    event_distance: float

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {**self.__dict__, "event_shares": [list(pair) for pair in self.event_shares]}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The drift that `to_json` wrote."""
        return cls(**{**value, "event_shares": tuple(map(tuple, value["event_shares"]))})


class DriftCount:
    """Counts items and event types of the first and the last tenth, some events at a time."""

    def __init__(self, times_s: NDArray[np.int64], n_items: int, n_types: int) -> None:
        self._first_until_s, self._last_from_s = _find_tenths(times_s)
        self._items = np.zeros((2, n_items + 1), dtype=np.int64)
        self._types = np.zeros((2, n_types), dtype=np.int64)

    def add(
        self,
        times_s: NDArray[np.int64],
        items: NDArray[np.int32],
        event_ids: NDArray[np.int16],
    ) -> None:
        """Count events; (n_part,) each."""
        masks = (times_s <= self._first_until_s, times_s >= self._last_from_s)
        for place, mask in enumerate(masks):
            self._items[place] += np.bincount(items[mask], minlength=self._items.shape[1])
            self._types[place] += np.bincount(event_ids[mask], minlength=self._types.shape[1])

    def result(self) -> Drift | None:
        """The drift; None where so many events share one time that the parts overlap."""
        if self._first_until_s >= self._last_from_s:
            return None
        first, last = self._items
        unseen = (first == 0) & (last > 0)
        types = self._types / self._types.sum(axis=1, keepdims=True)
        return Drift(
            n_first=int(first.sum()),
            n_last=int(last.sum()),
            n_last_items=int(np.count_nonzero(last)),
            n_unseen_items=int(np.count_nonzero(unseen)),
            n_unseen_events=int(last[unseen].sum()),
            item_distance=jensen_shannon(first, last),
            chance_distance=_chance_distance(first, last),
            event_shares=tuple((float(share[0]), float(share[1])) for share in types.T),
            event_distance=jensen_shannon(*self._types),
        )


def jensen_shannon(first: NDArray[np.int64], second: NDArray[np.int64]) -> float:
    """Jensen-Shannon distance between two distributions given by counts; (n,) each."""
    shares = [counts / counts.sum() for counts in (first, second)]
    middle = (shares[0] + shares[1]) / 2
    divergence = 0.0
    for share in shares:
        some = share > 0
        divergence += float(share[some] @ np.log2(share[some] / middle[some])) / 2
    return float(np.sqrt(max(divergence, 0.0)))


def _find_tenths(times_s: NDArray[np.int64]) -> tuple[int, int]:
    """The time up to which the first tenth of the events lies, and from which the last does.

    Exact for spans of up to 2**20 s (12 days); else to the width of one of so many equal bins.
    """
    first_s, last_s = int(times_s.min()), int(times_s.max())
    width_s = (last_s - first_s) // _N_BINS + 1
    n_events = len(times_s)
    ranks = max(n_events // 10, 1) - 1, n_events - max(n_events // 10, 1)
    first_bin, last_bin = _bins_at(ranks, times_s, first_s, width_s)
    return first_s + (first_bin + 1) * width_s - 1, first_s + last_bin * width_s


def _bins_at(
    ranks: tuple[int, int], times_s: NDArray[np.int64], first_s: int, width_s: int
) -> list[int]:
    """The bins of the events at two places in the order of time."""
    if len(times_s) <= _MAX_SORTED:
        # So few are put in order sooner than all bins are gone through.
        bins = (np.asarray(times_s) - first_s) // width_s
        return [int(found) for found in np.partition(bins, ranks)[list(ranks)]]
    counts = np.zeros(_N_BINS, dtype=np.int64)
    for start in range(0, len(times_s), _SLICE):
        bins = (times_s[start : start + _SLICE] - first_s) // width_s
        counts += np.bincount(bins, minlength=_N_BINS)
    return [int(found) for found in np.searchsorted(np.cumsum(counts), ranks, side="right")]


def _chance_distance(first: NDArray[np.int64], last: NDArray[np.int64]) -> float:
    """The distance after the events of both parts are dealt to two parts of the same sizes."""
    together = first + last
    drawn = np.random.default_rng(_SEED).multivariate_hypergeometric(
        together, int(first.sum()), method="marginals"
    )
    return jensen_shannon(drawn, together - drawn)
