"""Sorting events by user, then time, then place: the compiled loops.

Events are scattered to their user's stretch, which keeps their order, and each stretch is sorted by
itself: most are short or sorted already. Coverage cannot see compiled code (`pragma: no cover`);
tests/log compares the sorted log with a plain sort.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from seqrec.log.record_kernels import Int32s, Int64s

_SHORT = 48


@njit(cache=True, nogil=True)
def count_codes(
    codes: NDArray[np.signedinteger], places: Int64s, counts: Int64s, firsts: Int64s
) -> None:  # pragma: no cover
    """Add a block's events to the counts and lowest places by code."""
    for row in range(len(codes)):
        code = codes[row]
        counts[code] += 1
        firsts[code] = min(firsts[code], places[row])


@njit(cache=True, nogil=True)
def find_slots(
    codes: Int32s, rows: Int32s, first_row: int, slots: Int64s, ends: Int64s
) -> int:  # pragma: no cover
    """The place of each event of a block among the sorted events of some users.

    Args:
        codes: user codes.
        rows: user row by code.
        first_row: first user row of the stretch, whose events go to slot 0 and on.
        slots: filled: the slot of an event, -1 for users outside; (len(codes),).
        ends: end of what each user's events fill, by user row from `first_row`; changed.

    Returns:
        Number of events of these users.
    """
    n_found = 0
    for place in range(len(codes)):
        row = rows[codes[place]] - first_row
        if 0 <= row < len(ends):
            slots[place] = ends[row]
            ends[row] += 1
            n_found += 1
        else:
            slots[place] = -1
    return n_found


@njit(cache=True, nogil=True)
def scatter(
    values: NDArray[np.generic], slots: Int64s, out: NDArray[np.generic]
) -> None:  # pragma: no cover
    """Put each value into its slot; those with slot -1 are left out."""
    for place in range(len(values)):
        if slots[place] >= 0:
            out[slots[place]] = values[place]


@njit(cache=True, nogil=True)
def sort_stretches(
    offsets: Int64s, times: Int64s, places: Int64s, order: Int32s
) -> None:  # pragma: no cover
    """Sort each user's events by time and place.

    Args:
        offsets: where each user's stretch begins; (n_users + 1,).
        times: of each event; sorted in place.
        places: likewise.
        order: filled: which event of before comes here; (n_events,).
    """
    for row in range(len(offsets) - 1):
        begin, end = offsets[row], offsets[row + 1]
        is_sorted = True
        for at in range(begin, end):
            order[at] = at
            if at > begin and (
                times[at] < times[at - 1]
                or (times[at] == times[at - 1] and places[at] < places[at - 1])
            ):
                is_sorted = False
        if is_sorted:
            continue
        if end - begin <= _SHORT:
            _insert_sorted(begin, end, times, places, order)
        else:
            _merge_sorted(begin, end, times, places, order)


@njit(cache=True, nogil=True)
def _insert_sorted(
    begin: int, end: int, times: Int64s, places: Int64s, order: Int32s
) -> None:  # pragma: no cover
    for at in range(begin + 1, end):
        time, place, event = times[at], places[at], order[at]
        to = at
        while to > begin and (
            times[to - 1] > time or (times[to - 1] == time and places[to - 1] > place)
        ):
            times[to], places[to], order[to] = times[to - 1], places[to - 1], order[to - 1]
            to -= 1
        times[to], places[to], order[to] = time, place, event


@njit(cache=True, nogil=True)
def _merge_sorted(
    begin: int, end: int, times: Int64s, places: Int64s, order: Int32s
) -> None:  # pragma: no cover
    by_place = np.argsort(places[begin:end], kind="mergesort")
    by_both = by_place[np.argsort(times[begin:end][by_place], kind="mergesort")]
    order[begin:end] = (begin + by_both).astype(np.int32)
    times[begin:end] = times[begin:end][by_both]
    places[begin:end] = places[begin:end][by_both]


@njit(cache=True, nogil=True)
def gather(
    values: NDArray[np.generic], order: Int32s, out: NDArray[np.generic]
) -> None:  # pragma: no cover
    """Put the values into an order."""
    for at in range(len(order)):
        out[at] = values[order[at]]


@njit(cache=True, nogil=True)
def sessions_by_gap(
    offsets: Int64s, times: Int64s, gap_us: int, last: int, sessions: Int64s
) -> int:  # pragma: no cover
    """Number the sessions that end after `gap_us` without an event.

    Args:
        offsets: where each user's events begin; (n_users + 1,).
        times: sorted by user and time.
        gap_us: -1 where a history is one session.
        last: number of the last session so far, -1 where there is none.
        sessions: filled; (n_events,).

    Returns:
        Number of the last session.
    """
    for row in range(len(offsets) - 1):
        for at in range(offsets[row], offsets[row + 1]):
            begins = at == offsets[row] or (gap_us >= 0 and times[at] - times[at - 1] > gap_us)
            last += begins
            sessions[at] = last
    return last


@njit(cache=True, nogil=True)
def number_sessions(
    offsets: Int64s, codes: Int64s, last: int, sessions: Int64s
) -> int:  # pragma: no cover
    """Number the log's own sessions; those of two users differ even under one code.

    Args:
        offsets: where each user's events begin; (n_users + 1,).
        codes: session codes, sorted like the events.
        last: number of the last session so far, -1 where there is none.
        sessions: filled; (n_events,).

    Returns:
        Number of the last session.
    """
    for row in range(len(offsets) - 1):
        begin, end = offsets[row], offsets[row + 1]
        # Each event is led to the first one of its session, which numbers them.
        if end - begin <= _SHORT:
            for at in range(begin, end):
                first = begin
                while codes[first] != codes[at]:
                    first += 1
                sessions[at] = first
        else:
            by_code = np.argsort(codes[begin:end], kind="mergesort")
            first = -1
            for place in range(len(by_code)):
                at = begin + by_code[place]
                if place == 0 or codes[at] != codes[first]:
                    first = at
                sessions[at] = first
        for at in range(begin, end):
            if sessions[at] == at:
                last += 1
                sessions[at] = last
            else:
                sessions[at] = sessions[sessions[at]]
    return last
