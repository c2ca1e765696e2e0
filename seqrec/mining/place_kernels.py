"""How often a pattern would come about by chance within its limits: events shuffled over places.

Each history keeps its events and the times at which there was one; which event came when is
shuffled. An event may have two symbols, its item and its category.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from seqrec.mining.holder_kernels import rarest_of
from seqrec.mining.kernels import Int32s, Int64s

# Events placed for one pattern in one unit at most, so that a huge history costs like any other.
_MOST_PLACED = 4096
# Columns of what is chosen of a unit: number of the event, its symbols (0 for none); the last is by
# the number of an event: its row, -1 between uses.
_EVENT, _FIRST, _SECOND, _ROW, _N_COLUMNS = range(5)


@njit(cache=True, nogil=True)
def place_units(
    units: tuple[Int32s, Int32s, Int64s, Int64s, Int64s],
    lists: tuple[Int32s, Int64s],
    index: tuple[Int64s, Int64s],
    near: tuple[int, int, int],
    draws: tuple[int, int, int],
) -> tuple[Int64s, Int64s, NDArray[np.float64]]:  # pragma: no cover
    """Units with all symbols of each list, shuffles made, mean share of shuffles that hold it.

    Args:
        units: symbols, rising in each unit; the number in its unit of each one's event; bounds of
            the symbols; times of the events; bounds of the events.
        lists: symbols of each list and their offsets.
        index: as `index_holders` gives it.
        near: most events between, most seconds between, most seconds in all; -1 for no limit.
        draws: shuffles of a unit at most; of all units of a list; seed. Where a list has more
            units, so many of them are drawn at random.
    """
    np.random.seed(draws[2])  # noqa: NPY002 - the compiler's own generator
    n_lists = len(lists[1]) - 1
    n_holders = np.zeros(n_lists, dtype=np.int64)
    n_made = np.zeros(n_lists, dtype=np.int64)
    shares = np.zeros(n_lists)
    longest = max(1, np.diff(units[2]).max())
    chosen = np.zeros((longest, _N_COLUMNS), dtype=np.int64)
    chosen[:, _ROW] = -1
    places = np.empty(longest, dtype=np.int64)
    holders = np.empty(max(1, np.diff(index[1]).max()), dtype=np.int64)
    for row in range(n_lists):
        pattern = lists[0][lists[1][row] : lists[1][row + 1]]
        rarest = rarest_of(pattern, index[1])
        for at in range(index[1][rarest], index[1][rarest + 1]):
            if _choose(units, index[0][at], pattern, chosen) > 0:
                holders[n_holders[row]] = index[0][at]
                n_holders[row] += 1
        n_looked = min(n_holders[row], draws[1])
        for number in range(n_looked):
            drawn = number
            if n_looked < n_holders[row]:
                drawn = np.random.randint(n_holders[row])  # noqa: NPY002
            n_times, n_held = _place_often(
                (units, holders[drawn]),
                (chosen, places),
                pattern,
                near,
                (draws[0], draws[1] // n_looked),
            )
            n_made[row] += n_times
            shares[row] += n_held / n_times
        shares[row] /= max(1, n_looked)
    return n_holders, n_made, shares


@njit(cache=True, nogil=True)
def _place_often(
    of: tuple[tuple[Int32s, Int32s, Int64s, Int64s, Int64s], int],
    scratch: tuple[Int64s, Int64s],
    pattern: Int32s,
    near: tuple[int, int, int],
    most: tuple[int, int],
) -> tuple[int, int]:  # pragma: no cover
    """Shuffles made of one unit, and in how many of them it holds a pattern."""
    units, unit = of
    chosen, places = scratch
    times_s = units[3][units[4][unit] : units[4][unit + 1]]
    n_chosen = _choose(units, unit, pattern, chosen)
    cost = min(n_chosen * n_chosen, len(times_s))
    n_times = max(1, min(most[0], most[1], _MOST_PLACED // cost))
    n_held = 0
    for _ in range(n_times):
        _shuffle(chosen, n_chosen)
        _draw_places(places, n_chosen, len(times_s))
        n_held += _holds_near((chosen, places, times_s), n_chosen, pattern, near)
    return n_times, n_held


@njit(cache=True, nogil=True)
def _choose(
    units: tuple[Int32s, Int32s, Int64s, Int64s, Int64s],
    unit: int,
    pattern: Int32s,
    chosen: Int64s,
) -> int:  # pragma: no cover
    """Write the events of a pattern's symbols; 0 where one is missing, or occurs too seldom."""
    symbols = units[0][units[2][unit] : units[2][unit + 1]]
    numbers = units[1][units[2][unit] : units[2][unit + 1]]
    n_chosen, complete = 0, True
    for place in range(len(pattern)):
        wanted, need, earlier = pattern[place], 0, False
        for at in range(len(pattern)):
            need += pattern[at] == wanted
            earlier |= at < place and pattern[at] == wanted
        start = np.searchsorted(symbols, wanted)
        end = start + np.searchsorted(symbols[start:], wanted, side="right")
        complete &= end - start >= need
        if earlier or not complete:
            continue
        for at in range(start, end):
            known = chosen[numbers[at], _ROW]
            if known >= 0:
                chosen[known, _SECOND] = wanted
                continue
            chosen[numbers[at], _ROW] = n_chosen
            chosen[n_chosen, _EVENT] = numbers[at]
            chosen[n_chosen, _FIRST], chosen[n_chosen, _SECOND] = wanted, 0
            n_chosen += 1
    for row in range(n_chosen):
        chosen[chosen[row, _EVENT], _ROW] = -1
    return n_chosen if complete else 0


@njit(cache=True, nogil=True)
def _shuffle(chosen: Int64s, n_chosen: int) -> None:  # pragma: no cover
    """Put the symbols of the chosen events in a random order."""
    for row in range(n_chosen - 1, 0, -1):
        other = np.random.randint(row + 1)  # noqa: NPY002
        first, second = chosen[row, _FIRST], chosen[row, _SECOND]
        chosen[row, _FIRST], chosen[row, _SECOND] = chosen[other, _FIRST], chosen[other, _SECOND]
        chosen[other, _FIRST], chosen[other, _SECOND] = first, second


@njit(cache=True, nogil=True)
def _draw_places(places: Int64s, n_chosen: int, n_events: int) -> None:  # pragma: no cover
    """Write so many different places of all, rising, every choice of them as likely."""
    if n_chosen * n_chosen > n_events:
        # Knuth, The Art of Computer Programming 2, algorithm S.
        n_drawn = 0
        for place in range(n_events):
            if np.random.randint(n_events - place) < n_chosen - n_drawn:  # noqa: NPY002
                places[n_drawn] = place
                n_drawn += 1
        return
    # Floyd's: see Bentley and Floyd (1987), A sample of brilliance.
    for row in range(n_chosen):
        last = n_events - n_chosen + row
        place = np.random.randint(last + 1)  # noqa: NPY002
        at = int(np.searchsorted(places[:row], place))
        if at < row and places[at] == place:
            place, at = last, row
        for later in range(row, at, -1):
            places[later] = places[later - 1]
        places[at] = place


@njit(cache=True, nogil=True)
def _holds_near(
    drawn: tuple[Int64s, Int64s, Int64s], n_chosen: int, pattern: Int32s, near: tuple[int, int, int]
) -> bool:  # pragma: no cover
    """Whether the events at their places hold a pattern within the limits.

    Of each part of the pattern the last end is kept, with its latest start: see `window_kernels`.
    """
    chosen, places, times_s = drawn
    ends = np.full(len(pattern), -1, dtype=np.int64)
    starts = np.full(len(pattern), -1, dtype=np.int64)
    for row in range(n_chosen):
        at = places[row]
        for place in range(len(pattern) - 1, -1, -1):
            if pattern[place] != chosen[row, _FIRST] and pattern[place] != chosen[row, _SECOND]:
                continue
            start = at
            if place > 0:
                before, start = ends[place - 1], starts[place - 1]
                if before < 0 or not _is_near(times_s, near, (start, before, at)):
                    continue
            ends[place], starts[place] = at, start
            if place == len(pattern) - 1:
                return True
    return False


@njit(cache=True, nogil=True)
def _is_near(
    times_s: Int64s, near: tuple[int, int, int], places: tuple[int, int, int]
) -> bool:  # pragma: no cover
    """Whether an event may follow the one before, and the first of a pattern."""
    start, before, at = places
    return bool(
        (near[0] < 0 or at - before - 1 <= near[0])
        and (near[1] < 0 or times_s[at] - times_s[before] <= near[1])
        and (near[2] < 0 or times_s[at] - times_s[start] <= near[2])
    )
