"""The search for patterns whose items lie near each other: limits of gap and span.

Here the earliest place of a pattern is not enough, since only a later one may be followed in time:
a node keeps *every* place at which the pattern can end, with the latest place at which it can then
have started. Both limits are upper ones, so that an event is best reached from the last such place
before it, and one pass from each place to the next finds all there is.
"""

from typing import NamedTuple

import numpy as np

from seqrec.mining.kernels import COMPLETE, OVER_MEMORY, Int32s, Int64s, compiled
from seqrec.mining.trie_kernels import (
    MAX_GAP,
    MAX_GAP_S,
    MAX_LENGTH,
    MAX_SPAN_S,
    MIN_COUNT,
    MIN_LENGTH,
    N_ROWS,
    STARTS,
    STATUS,
    WANTED,
    WORK,
    check_limits,
    keep_row,
    write_row,
)

# A node: its row in the trie, its places, its length, its count.
ROW, FROM, TO, LENGTH, COUNT, N_FIELDS = range(6)
# Columns of an event and of a place.
_CODE, _UNIT, _AT = range(3)
_PLACE, _START, _END = range(3)


class WindowSearch(NamedTuple):
    """What one thread reads and writes.

    Attributes:
        events: (code, unit, place among all events), a row of -1 at the end; int32, (n + 1, 3).
        times_s: seconds of all events; int64.
        firsts: places of each code, code by code; int32.
        bounds: code c has `firsts[bounds[c]:bounds[c + 1]]`; int64, (n_codes + 1,).
        unit_counts: units that hold each code.
        limits, own, trie, wanted, at_count: see `trie_kernels`.
        stack: nodes to come; int64, (n, N_FIELDS).
        places: (place, latest start, end of what is reached) of the nodes on the stack; the last
            once a node is counted; int32, (n, 3).
        tally: by code: count, places, last unit, where the next place goes; int64, (n_codes, 4).
        touched: codes that follow a node; int64, (n_codes,).
    """

    events: Int32s
    times_s: Int64s
    firsts: Int32s
    bounds: Int64s
    unit_counts: Int64s
    limits: Int64s
    own: Int64s
    trie: Int32s
    wanted: Int64s
    at_count: Int64s
    stack: Int64s
    places: Int32s
    tally: Int64s
    touched: Int64s


# Columns of `tally`.
_COUNT, _N_PLACES, _LAST_UNIT, _CURSOR, N_COLUMNS = range(5)


@compiled
def encode_events(
    items: Int32s, bounds: Int64s, codes: Int32s, n_codes: int
) -> tuple[Int32s, Int32s, Int64s]:  # pragma: no cover
    """Events, places by code and their bounds, as `WindowSearch` has them."""
    events = np.full((len(items) + 1, 3), -1, dtype=np.int32)
    ends = np.zeros(n_codes + 1, dtype=np.int64)
    end = 0
    for unit in range(len(bounds) - 1):
        for at in range(bounds[unit], bounds[unit + 1]):
            code = codes[items[at]]
            if code >= 0:
                events[end, _CODE] = code
                events[end, _UNIT] = unit
                events[end, _AT] = at
                ends[code + 1] += 1
                end += 1
    for code in range(n_codes):
        ends[code + 1] += ends[code]
    cursors = ends[:-1].copy()
    firsts = np.empty(end, dtype=np.int32)
    for place in range(end):
        code = events[place, _CODE]
        firsts[cursors[code]] = place
        cursors[code] += 1
    return events[: end + 1], firsts, ends


@compiled
def grow_windows(
    search: WindowSearch, codes: tuple[int, int], control: Int64s, progress: Int64s
) -> None:  # pragma: no cover
    """As `pattern_kernels.grow`, for patterns that keep to limits of gap and span."""
    limits, own = search.limits, search.own
    node = np.zeros(N_FIELDS, dtype=np.int64)
    for first in range(codes[1] - 1, codes[0] - 1, -1):
        count = search.unit_counts[first]
        starts = search.wanted[first] & STARTS or not limits[WANTED] & STARTS
        if count < limits[MIN_COUNT] or own[STATUS] != COMPLETE or not starts:
            continue
        low, high = search.bounds[first], search.bounds[first + 1]
        if high - low > len(search.places):
            own[STATUS] = OVER_MEMORY
            continue
        for row in range(high - low):
            search.places[row, _PLACE] = search.firsts[low + row]
            search.places[row, _START] = search.firsts[low + row]
        search.stack[0, FROM], search.stack[0, TO] = 0, high - low
        search.stack[0, LENGTH], search.stack[0, COUNT] = 1, count
        search.stack[0, ROW] = _write(search, -1, first, count, 1)
        n_stack = 1
        while n_stack > 0 and own[STATUS] == COMPLETE:
            n_stack -= 1
            node[:] = search.stack[n_stack]
            if node[COUNT] >= limits[MIN_COUNT] and node[LENGTH] < limits[MAX_LENGTH]:
                n_touched = _tally(search, node)
                n_stack = _push(search, node, n_touched, n_stack)
            check_limits(limits, own, control, progress)


@compiled
def _write(
    search: WindowSearch, parent: int, code: int, count: int, length: int
) -> int:  # pragma: no cover
    row = write_row(search.trie, search.own, parent, code, count)
    if length >= search.limits[MIN_LENGTH]:
        filters = (search.wanted, search.at_count)
        keep_row(search.trie, row, search.limits, search.own, filters)
    return row


@compiled
def _tally(search: WindowSearch, node: Int64s) -> int:  # pragma: no cover
    """Count the units and places of each code that can follow a node; codes touched."""
    events, places, tally, touched = search.events, search.places, search.tally, search.touched
    near = (search.limits[MAX_GAP], search.limits[MAX_GAP_S], search.limits[MAX_SPAN_S])
    n_touched = 0
    n_scanned = 0
    for row in range(node[FROM], node[TO]):
        place = int(places[row, _PLACE])
        unit = events[place, _UNIT]
        last = int(places[row + 1, _PLACE]) if row + 1 < node[TO] else len(events) - 1
        end = _gap_end(events, place, last, near[0])
        if near[1] >= 0 or near[2] >= 0:
            start = int(places[row, _START])
            end = _time_end(events, search.times_s, (place, start, end), near)
        places[row, _END] = end
        n_scanned += end - place
        for at in range(place + 1, end):
            code = events[at, _CODE]
            if tally[code, _N_PLACES] == 0:
                touched[n_touched] = code
                n_touched += 1
                tally[code, _LAST_UNIT] = -1
            tally[code, _N_PLACES] += 1
            tally[code, _COUNT] += tally[code, _LAST_UNIT] != unit
            tally[code, _LAST_UNIT] = unit
    search.own[WORK] += n_scanned
    return n_touched


@compiled
def _gap_end(events: Int32s, place: int, last: int, max_gap: int) -> int:  # pragma: no cover
    """One past the last event up to `last`, of the same unit, with few enough events between."""
    unit = events[place, _UNIT]
    farthest = events[place, _AT] + max_gap + 1 if max_gap >= 0 else np.int64(2**62)
    at = place + 1
    while at <= last and events[at, _UNIT] == unit and events[at, _AT] <= farthest:
        at += 1
    return at


@compiled
def _time_end(
    events: Int32s, times_s: Int64s, span: tuple[int, int, int], near: tuple[int, int, int]
) -> int:  # pragma: no cover
    """One past the last event before an end that is soon enough after a place and its start."""
    place, start, end = span
    latest = np.int64(2**62)
    if near[1] >= 0:
        latest = times_s[events[place, _AT]] + near[1]
    if near[2] >= 0:
        latest = min(latest, times_s[events[start, _AT]] + near[2])
    at = place + 1
    while at < end and times_s[events[at, _AT]] <= latest:
        at += 1
    return at


@compiled
def _place(search: WindowSearch, node: Int64s) -> None:  # pragma: no cover
    """Write down the places of each code that has a cursor."""
    events, places, tally = search.events, search.places, search.tally
    for row in range(node[FROM], node[TO]):
        start = places[row, _START]
        for at in range(places[row, _PLACE] + 1, places[row, _END]):
            cursor = tally[events[at, _CODE], _CURSOR]
            if cursor >= 0:
                places[cursor, _PLACE] = at
                places[cursor, _START] = start
                tally[events[at, _CODE], _CURSOR] = cursor + 1


@compiled
def _push(
    search: WindowSearch, node: Int64s, n_touched: int, n_stack: int
) -> int:  # pragma: no cover
    """Put the frequent extensions of a node on the stack; its new height."""
    tally, touched, own = search.tally, search.touched, search.own
    top = node[TO]
    for row in range(n_touched):
        code = touched[row]
        count, n_places = tally[code, _COUNT], tally[code, _N_PLACES]
        tally[code, _CURSOR] = -1
        if count < search.limits[MIN_COUNT] or own[STATUS] != COMPLETE:
            continue
        full = top + n_places >= len(search.places) or n_stack == len(search.stack)
        if full or own[N_ROWS] == len(search.trie):
            own[STATUS] = OVER_MEMORY
            continue
        tally[code, _CURSOR] = top
        entry = search.stack[n_stack]
        entry[ROW] = _write(search, node[ROW], code, count, node[LENGTH] + 1)
        entry[FROM], entry[TO], entry[LENGTH] = top, top + n_places, node[LENGTH] + 1
        entry[COUNT] = count
        n_stack += 1
        top += n_places
    if top > node[TO] and own[STATUS] == COMPLETE and node[LENGTH] + 1 < search.limits[MAX_LENGTH]:
        _place(search, node)
    for row in range(n_touched):
        tally[touched[row], :] = 0
    return n_stack
