"""Distinct users behind mined results: who holds each list of items in one of their sessions."""

import numpy as np
from numba import njit

from seqrec.mining.kernels import Int32s, Int64s
from seqrec.mining.step_kernels import collect_steps


@njit(cache=True, nogil=True)
def index_holders(
    items: Int32s, bounds: Int64s, counts: Int64s
) -> tuple[Int64s, Int64s]:  # pragma: no cover
    """Units that hold each item id, item by item, and where each item's stretch starts."""
    offsets = np.zeros(len(counts) + 1, dtype=np.int64)
    offsets[1:] = np.cumsum(counts)
    holders = np.empty(offsets[-1], dtype=np.int64)
    ends = offsets[:-1].copy()
    for unit in range(len(bounds) - 1):
        for at in range(bounds[unit], bounds[unit + 1]):
            item = items[at]
            if ends[item] == offsets[item] or holders[ends[item] - 1] != unit:
                holders[ends[item]] = unit
                ends[item] += 1
    return holders, offsets


@njit(cache=True, nogil=True)
def count_users_of_sets(
    units: tuple[Int32s, Int64s, Int64s],
    lists: tuple[Int32s, Int64s],
    index: tuple[Int64s, Int64s],
    n_users: Int64s,
) -> None:  # pragma: no cover
    """Fill in the distinct users with a unit that holds all of each list.

    Args:
        units: items, rising in each unit; their bounds; user row of each unit, rising.
        lists: items of each list, rising, and their offsets.
        index: as `index_holders` gives it.
        n_users: to fill in; (n_lists,).
    """
    items, bounds, users = units
    holders, offsets = index
    for row in range(len(n_users)):
        wanted = lists[0][lists[1][row] : lists[1][row + 1]]
        rarest = rarest_of(wanted, offsets)
        last_user = -1
        for at in range(offsets[rarest], offsets[rarest + 1]):
            unit = holders[at]
            if users[unit] == last_user:
                continue
            held, low, high = True, bounds[unit], bounds[unit + 1]
            for item in wanted:
                low += np.searchsorted(items[low:high], item)
                if low == high or items[low] != item:
                    held = False
                    break
            if held:
                last_user = users[unit]
                n_users[row] += 1


@njit(cache=True, nogil=True)
def count_users_of_patterns(
    units: tuple[Int32s, Int64s, Int64s, Int64s],
    lists: tuple[Int32s, Int64s],
    index: tuple[Int64s, Int64s],
    near: tuple[int, int, int],
    n_users: Int64s,
) -> None:  # pragma: no cover
    """Fill in the distinct users with a unit that holds each list in order.

    Args:
        units: items, times, bounds; user row of each unit, rising.
        lists: items of each list and their offsets.
        index: as `index_holders` gives it.
        near: most events between, most seconds between, most seconds in all; -1 for no limit.
        n_users: to fill in; (n_lists,).
    """
    items, times_s, bounds, users = units
    holders, offsets = index
    free = near[0] < 0 and near[1] < 0 and near[2] < 0
    steps_s = np.empty((1, max(1, np.diff(lists[1]).max())), dtype=np.int64)
    for row in range(len(n_users)):
        pattern = lists[0][lists[1][row] : lists[1][row + 1]]
        rarest = rarest_of(pattern, offsets)
        last_user = -1
        for at in range(offsets[rarest], offsets[rarest + 1]):
            unit = holders[at]
            if users[unit] == last_user:
                continue
            if free:
                held = holds_in_order(items[bounds[unit] : bounds[unit + 1]], pattern)
            else:
                one = holders[at : at + 1]
                held = collect_steps((items, times_s, bounds), pattern, one, near, steps_s) > 0
            if held:
                last_user = users[unit]
                n_users[row] += 1


@njit(cache=True, nogil=True)
def rarest_of(wanted: Int32s, offsets: Int64s) -> int:  # pragma: no cover
    """The item of a list that the fewest units hold."""
    best = wanted[0]
    for item in wanted:
        if offsets[item + 1] - offsets[item] < offsets[best + 1] - offsets[best]:
            best = item
    return int(best)


@njit(cache=True, nogil=True)
def holds_in_order(items: Int32s, pattern: Int32s) -> bool:  # pragma: no cover
    """Whether the items of a pattern occur in this order."""
    place = 0
    for item in items:
        if item == pattern[place]:
            place += 1
            if place == len(pattern):
                return True
    return False
