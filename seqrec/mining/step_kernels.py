"""Seconds between the items of a pattern, history by history."""

import numpy as np

from seqrec.mining.kernels import Int32s, Int64s, compiled


@compiled
def collect_steps(
    events: tuple[Int32s, Int64s, Int64s],
    pattern: Int32s,
    units: Int64s,
    near: tuple[int, int, int],
    steps_s: Int64s,
) -> int:  # pragma: no cover
    """Fill in the seconds between consecutive items, a row a history that holds the pattern.

    Args:
        events: items, times and bounds of the units.
        pattern: item ids.
        units: units to look at.
        near: most events between, most seconds between, most seconds in all; -1 for no limit.
        steps_s: at least as many rows as `units`, a column a step.

    Returns:
        Number of rows.
    """
    chains = np.empty((len(pattern), len(pattern)), dtype=np.int64)
    n_rows = 0
    for unit in units:
        if near[0] < 0 and near[1] < 0 and near[2] < 0:
            found = _earliest(events, pattern, unit, chains)
        else:
            found = _nearest(events, pattern, unit, near, chains)
        if found:
            for place in range(len(pattern) - 1):
                chain = chains[-1]
                steps_s[n_rows, place] = events[1][chain[place + 1]] - events[1][chain[place]]
            n_rows += 1
    return n_rows


@compiled
def _earliest(
    events: tuple[Int32s, Int64s, Int64s], pattern: Int32s, unit: int, chains: Int64s
) -> bool:  # pragma: no cover
    """Write each item's earliest place after the one before into the last chain, if all occur."""
    items, _, bounds = events
    place = 0
    for at in range(bounds[unit], bounds[unit + 1]):
        if items[at] == pattern[place]:
            chains[-1, place] = at
            place += 1
            if place == len(pattern):
                return True
    return False


@compiled
def _nearest(
    events: tuple[Int32s, Int64s, Int64s],
    pattern: Int32s,
    unit: int,
    near: tuple[int, int, int],
    chains: Int64s,
) -> bool:  # pragma: no cover
    """Write the places that end earliest, each as late as the next one lets it, if all occur."""
    items, times_s, bounds = events
    chains[:, :] = -1
    for at in range(bounds[unit], bounds[unit + 1]):
        for place in range(len(pattern) - 1, -1, -1):
            if items[at] != pattern[place]:
                continue
            if place > 0:
                before = chains[place - 1]
                if before[0] < 0 or not _is_near(times_s, near, before, place, at):
                    continue
                chains[place, :place] = before[:place]
            chains[place, place] = at
            if place == len(pattern) - 1:
                return True
    return False


@compiled
def _is_near(
    times_s: Int64s, near: tuple[int, int, int], before: Int64s, place: int, at: int
) -> bool:  # pragma: no cover
    """Whether an event may follow a chain of places."""
    gap = at - before[place - 1] - 1
    gap_s, span_s = times_s[at] - times_s[before[place - 1]], times_s[at] - times_s[before[0]]
    return bool(
        (near[0] < 0 or gap <= near[0])
        and (near[1] < 0 or gap_s <= near[1])
        and (near[2] < 0 or span_s <= near[2])
    )
