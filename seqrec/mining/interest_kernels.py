"""How often, how lately and how much each user shows each of many lists of items, in one pass."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from seqrec.mining.kernels import Int32s, Int64s, compiled

Floats = NDArray[np.float64]

# Columns of what is written for a user and a label.
USER, LABEL, COUNT, NEWEST_S, N_WHOLE = range(5)
SHARE, WEIGHT, N_REAL = range(3)


class Events(NamedTuple):
    """Events of some users, unit by unit.

    Attributes:
        items: item ids; int32, (n_events,).
        times_s: Unix seconds; int64.
        recency: what each event counts, above 0 and at most 1; float64.
        bounds: unit u is `items[bounds[u]:bounds[u + 1]]`; int64, (n_units + 1,).
        owners: user row of each unit, rising; int64, (n_units,).
    """

    items: Int32s
    times_s: Int64s
    recency: Floats
    bounds: Int64s
    owners: Int64s


class Slots(NamedTuple):
    """Where each item stands in the lists.

    Attributes:
        bounds: item i has the slots `bounds[i]` to `bounds[i + 1]`; int64, (n_items + 2,).
        labels: list of each slot; int64.
        states: place of each slot among the items of all lists; falling in each item, so that no
            event is taken twice for one list; int64.
        offsets: list l is the places `offsets[l]` to `offsets[l + 1]`; int64, (n_labels + 1,).
        near: most events between, most seconds between, most seconds in all; -1 for no limit.
        ordered: whether the order of a list's items counts.
    """

    bounds: Int64s
    labels: Int64s
    states: Int64s
    offsets: Int64s
    near: tuple[int, int, int]
    ordered: bool


class Tally(NamedTuple):
    """What is known of one user, by label; zero between users.

    Attributes:
        ends, starts_s: place in the events at which the items of a list up to a state were last
            found, and when its first item was; (n_states,).
        done: place at which a label was last completed; for sets the first of them that the unit
            has; (n_labels,).
        held: items of a set that the unit has so far; (n_labels,).
        unit: the unit of `held`; (n_labels,).
        counts, recent, newest_s: times completed, their recency summed, the newest; (n_labels,).
        touched: labels that were completed; (n_labels,).
        found: labels that the last event completed; (n_labels,).
    """

    ends: Int64s
    starts_s: Int64s
    done: Int64s
    held: Int64s
    unit: Int64s
    counts: Int64s
    recent: Floats
    newest_s: Int64s
    touched: Int64s
    found: Int64s


@compiled
def count_labels(events: Events, slots: Slots, totals: Int64s) -> None:  # pragma: no cover
    """Add the users with each label and the times that it occurs to `totals`; (n_labels, 2)."""
    tally = _make_tally(slots)
    first = 0
    while first < len(events.owners):
        last, n_touched = _tally_user(events, slots, tally, first)
        for label in tally.touched[:n_touched]:
            totals[label, 0] += 1
            totals[label, 1] += tally.counts[label]
            tally.counts[label] = 0
        first = last


@compiled
def weigh_users(
    events: Events, slots: Slots, bits: Floats, most: int
) -> tuple[Int64s, Floats]:  # pragma: no cover
    """Rows of users and labels, the heaviest of each user first.

    Args:
        events: of some users.
        slots: where each item stands in the lists.
        bits: how telling each label is, above 0 where it occurs; (n_labels,).
        most: rows a user at most.

    Returns:
        Whole numbers (n, N_WHOLE) and shares (n, N_REAL); of what the user completed and of the
        user's weight.
    """
    tally = _make_tally(slots)
    whole, real = np.empty((1024, N_WHOLE), np.int64), np.empty((1024, N_REAL), np.float64)
    first = n_rows = 0
    while first < len(events.owners):
        last, n_touched = _tally_user(events, slots, tally, first)
        labels = np.sort(tally.touched[:n_touched])
        weights = tally.recent[labels] * bits[labels]
        recent, weight = tally.recent[labels].sum(), weights.sum()
        order = np.argsort(-weights, kind="mergesort")[:most]
        if n_rows + len(order) > len(whole):
            whole = _grow(whole, n_rows + len(order))
            real = _grow(real, n_rows + len(order))
        for place in order:
            label = labels[place]
            whole[n_rows, USER] = events.owners[first]
            whole[n_rows, LABEL] = label
            whole[n_rows, COUNT] = tally.counts[label]
            whole[n_rows, NEWEST_S] = tally.newest_s[label]
            real[n_rows, SHARE] = tally.recent[label] / recent
            real[n_rows, WEIGHT] = weights[place] / weight
            n_rows += 1
        tally.counts[labels] = 0
        first = last
    return whole[:n_rows].copy(), real[:n_rows].copy()


@compiled
def list_completions(events: Events, slots: Slots) -> tuple[Int64s, Int64s]:  # pragma: no cover
    """Place of the event and label of every completion, unit by unit, event by event."""
    tally = _make_tally(slots)
    found = np.empty((1024, 2), np.int64)
    n_found = 0
    for unit in range(len(events.owners)):
        for at in range(events.bounds[unit], events.bounds[unit + 1]):
            n_done = _find_done(events, slots, tally, unit, at)
            if n_found + n_done > len(found):
                found = _grow(found, n_found + n_done)
            found[n_found : n_found + n_done, 0] = at
            found[n_found : n_found + n_done, 1] = tally.found[:n_done]
            n_found += n_done
    return found[:n_found, 0].copy(), found[:n_found, 1].copy()


@compiled
def _make_tally(slots: Slots) -> Tally:  # pragma: no cover
    n_labels, n_states = len(slots.offsets) - 1, slots.offsets[-1]
    return Tally(
        np.full(n_states, -1, np.int64),
        np.zeros(n_states, np.int64),
        np.full(n_labels, -1, np.int64),
        np.zeros(n_labels, np.int64),
        np.full(n_labels, -1, np.int64),
        np.zeros(n_labels, np.int64),
        np.zeros(n_labels, np.float64),
        np.zeros(n_labels, np.int64),
        np.zeros(n_labels, np.int64),
        np.zeros(n_labels, np.int64),
    )


# A trace without columns is none.
Trace = tuple[Int64s, int]


@compiled
def _tally_user(
    events: Events, slots: Slots, tally: Tally, first: int
) -> tuple[int, int]:  # pragma: no cover
    """Count what the owner of a unit completes: the unit behind their last, labels completed."""
    unit, n_touched = first, 0
    while unit < len(events.owners) and events.owners[unit] == events.owners[first]:
        for at in range(events.bounds[unit], events.bounds[unit + 1]):
            n_done = _find_done(events, slots, tally, unit, at)
            for label in tally.found[:n_done]:
                if tally.counts[label] == 0:
                    tally.recent[label] = 0.0
                    tally.newest_s[label] = events.times_s[at]
                    tally.touched[n_touched] = label
                    n_touched += 1
                tally.counts[label] += 1
                tally.recent[label] += events.recency[at]
                tally.newest_s[label] = max(tally.newest_s[label], events.times_s[at])
        unit += 1
    return unit, n_touched


@compiled
def _find_done(
    events: Events, slots: Slots, tally: Tally, unit: int, at: int
) -> int:  # pragma: no cover
    """Write the labels that an event completes to `tally.found`: how many; the states move on."""
    item = events.items[at]
    low, high = slots.bounds[item], slots.bounds[item + 1]
    if low == high:
        return 0
    if slots.ordered:
        return _find_lists(events, slots, tally, (low, high), (events.bounds[unit], at))
    return _find_sets(slots, tally, (low, high), (unit, at))


@compiled
def _find_lists(
    events: Events, slots: Slots, tally: Tally, where: tuple[int, int], place: tuple[int, int]
) -> int:  # pragma: no cover
    """The lists that an event completes, given its slots, the start of its unit, its place."""
    begin, at = place
    times_s, labels, states, offsets = events.times_s, slots.labels, slots.states, slots.offsets
    ends, starts_s, done, found = tally.ends, tally.starts_s, tally.done, tally.found
    max_gap, max_gap_s, max_span_s = slots.near
    n_done = 0
    for slot in range(where[0], where[1]):
        label, state = labels[slot], states[slot]
        # Occurrences share no event, nor do they lie within each other.
        open_from = max(begin, done[label] + 1)
        start_s = times_s[at]
        if state > offsets[label]:
            before = ends[state - 1]
            if before < open_from:
                continue
            start_s = starts_s[state - 1]
            near = max_gap < 0 or at - before - 1 <= max_gap
            near = near and (max_gap_s < 0 or times_s[at] - times_s[before] <= max_gap_s)
            if not (near and (max_span_s < 0 or times_s[at] - start_s <= max_span_s)):
                continue
        elif at < open_from:
            continue
        if state == offsets[label + 1] - 1:
            done[label] = at
            found[n_done] = label
            n_done += 1
        else:
            ends[state], starts_s[state] = at, start_s
    return n_done


@compiled
def _find_sets(
    slots: Slots, tally: Tally, where: tuple[int, int], place: tuple[int, int]
) -> int:  # pragma: no cover
    """The sets that an event completes, given its slots, its unit and its place."""
    unit, at = place
    n_done = 0
    for slot in range(where[0], where[1]):
        label, state = slots.labels[slot], slots.states[slot]
        if tally.unit[label] != unit:
            tally.unit[label], tally.held[label], tally.done[label] = unit, 0, at
        if tally.held[label] > 0 and tally.ends[state] >= tally.done[label]:
            continue  # The unit has this item already.
        tally.ends[state] = at
        tally.held[label] += 1
        if tally.held[label] == slots.offsets[label + 1] - slots.offsets[label]:
            tally.found[n_done] = label
            n_done += 1
    return n_done


@compiled
def _grow(rows: NDArray[Any], n_needed: int) -> NDArray[Any]:  # pragma: no cover
    """A copy with room for twice as many rows as are needed."""
    larger = np.empty((2 * n_needed, rows.shape[1]), rows.dtype)
    larger[: len(rows)] = rows
    return larger
