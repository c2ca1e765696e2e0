"""How often a pattern's order would come about by chance: events shuffled within each history."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from seqrec.mining.holder_kernels import holds_in_order, rarest_of
from seqrec.mining.kernels import Int32s, Int64s

# Events shuffled for one pattern in one unit at most, so that a huge history costs like any other.
_MOST_SHUFFLED = 4096
_PAIR = 2


@njit(cache=True, nogil=True)
def shuffle_units(
    units: tuple[Int32s, Int64s],
    lists: tuple[Int32s, Int64s],
    index: tuple[Int64s, Int64s],
    n_shuffles: int,
    seed: int,
) -> tuple[Int64s, Int64s, NDArray[np.float64]]:  # pragma: no cover
    """Units with all items of each list, shuffles made, mean share of shuffles in order.

    Two different items need no shuffles: their share is exact.

    Args:
        units: items, rising in each unit, since their order does not count; bounds.
        lists: items of each list and their offsets.
        index: as `index_holders` gives it.
        n_shuffles: of each unit at most.
        seed: of the shuffles.
    """
    np.random.seed(seed)  # noqa: NPY002 - the compiler's own generator
    n_lists = len(lists[1]) - 1
    n_holders = np.zeros(n_lists, dtype=np.int64)
    n_made = np.zeros(n_lists, dtype=np.int64)
    shares = np.zeros(n_lists)
    chosen = np.empty(max(1, np.diff(units[1]).max()), dtype=np.int32)
    for row in range(n_lists):
        pattern = lists[0][lists[1][row] : lists[1][row + 1]]
        rarest = rarest_of(pattern, index[1])
        for at in range(index[1][rarest], index[1][rarest + 1]):
            unit = index[0][at]
            n_chosen = _choose(units[0][units[1][unit] : units[1][unit + 1]], pattern, chosen)
            if n_chosen == 0:
                continue
            n_holders[row] += 1
            if len(pattern) == _PAIR and pattern[0] != pattern[1]:
                shares[row] += _chance_of_pair(chosen[:n_chosen], pattern[0])
                continue
            n_times = max(1, min(n_shuffles, _MOST_SHUFFLED // n_chosen))
            n_held = 0
            for _ in range(n_times):
                np.random.shuffle(chosen[:n_chosen])  # noqa: NPY002
                n_held += holds_in_order(chosen[:n_chosen], pattern)
            n_made[row] += n_times
            shares[row] += n_held / n_times
        shares[row] /= max(1, n_holders[row])
    return n_holders, n_made, shares


@njit(cache=True, nogil=True)
def _chance_of_pair(events: Int32s, first: int) -> float:  # pragma: no cover
    """Chance that some event of the first item lies before some of the other."""
    n_first, ways = 0, 1.0
    for item in events:
        n_first += item == first
    for place in range(1, n_first + 1):
        ways *= (len(events) - n_first + place) / place
    return 1.0 - 1.0 / ways


@njit(cache=True, nogil=True)
def _choose(items: Int32s, pattern: Int32s, chosen: Int32s) -> int:  # pragma: no cover
    """Write the events of a pattern's items; 0 where an item is missing, or occurs too seldom."""
    n_chosen = 0
    for place in range(len(pattern)):
        wanted, need, earlier = pattern[place], 0, False
        for at in range(len(pattern)):
            need += pattern[at] == wanted
            earlier |= at < place and pattern[at] == wanted
        if earlier:
            continue
        start = np.searchsorted(items, wanted)
        end = start + np.searchsorted(items[start:], wanted, side="right")
        if end - start < need:
            return 0
        chosen[n_chosen : n_chosen + end - start] = wanted
        n_chosen += end - start
    return n_chosen
