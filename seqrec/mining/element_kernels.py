"""The search for sequences of itemsets: each element is a set of items of one session.

A pattern grows by an item in a later session, or by one more item of its last element (a higher
code, so that each set is met once). A node keeps every place at which the pattern's last element
can lie: the first is enough for what comes later, but one more item may be in any of them. In the
trie an item that joins the last element is its code plus the number of codes.
"""

from typing import NamedTuple

import numpy as np

from seqrec.mining.kernels import COMPLETE, OVER_MEMORY, Int32s, Int64s, compiled
from seqrec.mining.trie_kernels import (
    MAX_LENGTH,
    MIN_COUNT,
    N_RESULTS,
    N_ROWS,
    STATUS,
    WORK,
    check_limits,
    write_row,
)

# A node: its row in the trie, its places, its length in items, its count.
ROW, FROM, TO, LENGTH, COUNT, N_FIELDS = range(6)
# Columns of an event.
_CODE, _UNIT, _SESSION = range(3)
# Columns of `tally`: units, places, last unit, where the next place goes.
_COUNT, _N_PLACES, _LAST_UNIT, _CURSOR, N_COLUMNS = range(5)


class ElementSearch(NamedTuple):
    """What one thread reads and writes.

    Attributes:
        events: (code, unit, session), each code once a session and rising there, a row of -1 at the
            end; int32, (n + 1, 3).
        firsts: places of each code, code by code; int32.
        bounds: code c has `firsts[bounds[c]:bounds[c + 1]]`; int64, (n_codes + 1,).
        unit_counts: units that hold each code.
        limits, own, trie: see `trie_kernels`.
        stack: nodes to come; int64, (n, N_FIELDS).
        places: places of the nodes on the stack; int32.
        tally: by code in a later session, then by code that joins; int64, (2 n_codes, N_COLUMNS).
        touched: codes that are not zero; int64, (2 n_codes,).
    """

    events: Int32s
    firsts: Int32s
    bounds: Int64s
    unit_counts: Int64s
    limits: Int64s
    own: Int64s
    trie: Int32s
    stack: Int64s
    places: Int32s
    tally: Int64s
    touched: Int64s


@compiled
def grow_elements(
    search: ElementSearch, codes: tuple[int, int], control: Int64s, progress: Int64s
) -> None:  # pragma: no cover
    """Write the sequences of itemsets whose first item is one of some codes into `search.trie`."""
    limits, own = search.limits, search.own
    node = np.zeros(N_FIELDS, dtype=np.int64)
    for first in range(codes[1] - 1, codes[0] - 1, -1):
        low, high = search.bounds[first], search.bounds[first + 1]
        if own[STATUS] != COMPLETE:
            return
        if high - low > len(search.places):
            own[STATUS] = OVER_MEMORY
            return
        search.places[: high - low] = search.firsts[low:high]
        node[ROW], node[FROM], node[TO] = _write(search, -1, first), 0, high - low
        node[LENGTH], node[COUNT] = 1, search.unit_counts[first]
        search.trie[node[ROW], 2] = node[COUNT]
        search.stack[0] = node
        n_stack = 1
        while n_stack > 0 and own[STATUS] == COMPLETE:
            n_stack -= 1
            node[:] = search.stack[n_stack]
            if node[LENGTH] < limits[MAX_LENGTH]:
                n_touched = _count(search, node)
                n_stack = _push(search, node, n_touched, n_stack)
            check_limits(limits, own, control, progress)


@compiled
def _write(search: ElementSearch, parent: int, code: int) -> int:  # pragma: no cover
    search.own[N_RESULTS] += 1
    return int(write_row(search.trie, search.own, parent, code, 0))


@compiled
def _stretch(
    events: Int32s, places: Int32s, row: int, first: int
) -> tuple[int, int]:  # pragma: no cover
    """Ends of what is reached from a place: its session's, and the unit's where it is its first."""
    place = places[row]
    unit, session = events[place, _UNIT], events[place, _SESSION]
    end = int(place) + 1
    while events[end, _SESSION] == session:
        end += 1
    later = end
    if row == first or events[places[row - 1], _UNIT] != unit:
        while events[later, _UNIT] == unit:
            later += 1
    return end, later


@compiled
def _count(search: ElementSearch, node: Int64s) -> int:  # pragma: no cover
    """Count the units and places of what can extend a node; codes touched."""
    events, tally, n_codes = search.events, search.tally, len(search.bounds) - 1
    n_touched = 0
    n_scanned = 0
    for row in range(node[FROM], node[TO]):
        place = int(search.places[row])
        unit = events[place, _UNIT]
        end, later = _stretch(events, search.places, row, node[FROM])
        n_scanned += later - place
        for at in range(place + 1, later):
            code = events[at, _CODE] + (n_codes if at < end else 0)
            if tally[code, _N_PLACES] == 0:
                search.touched[n_touched] = code
                n_touched += 1
                tally[code, _LAST_UNIT] = -1
            tally[code, _N_PLACES] += 1
            tally[code, _COUNT] += tally[code, _LAST_UNIT] != unit
            tally[code, _LAST_UNIT] = unit
    search.own[WORK] += n_scanned
    return n_touched


@compiled
def _push(
    search: ElementSearch, node: Int64s, n_touched: int, n_stack: int
) -> int:  # pragma: no cover
    """Put the frequent extensions of a node on the stack; its new height."""
    tally, own = search.tally, search.own
    top = node[TO]
    for row in range(n_touched):
        code = search.touched[row]
        count, n_places = tally[code, _COUNT], tally[code, _N_PLACES]
        tally[code, _CURSOR] = -1
        if count < search.limits[MIN_COUNT] or own[STATUS] != COMPLETE:
            continue
        full = top + n_places > len(search.places) or n_stack == len(search.stack)
        if full or own[N_ROWS] == len(search.trie):
            own[STATUS] = OVER_MEMORY
            continue
        tally[code, _CURSOR] = top
        child = _write(search, node[ROW], code)
        search.trie[child, 2] = count
        entry = search.stack[n_stack]
        entry[ROW], entry[FROM], entry[TO] = child, top, top + n_places
        entry[LENGTH], entry[COUNT] = node[LENGTH] + 1, count
        n_stack += 1
        top += n_places
    if top > node[TO] and own[STATUS] == COMPLETE:
        _place(search, node)
    for row in range(n_touched):
        tally[search.touched[row], :] = 0
    return n_stack


@compiled
def _place(search: ElementSearch, node: Int64s) -> None:  # pragma: no cover
    """Write down the places of each extension that has a cursor."""
    events, tally, n_codes = search.events, search.tally, len(search.bounds) - 1
    for row in range(node[FROM], node[TO]):
        end, later = _stretch(events, search.places, row, node[FROM])
        for at in range(np.int64(search.places[row]) + 1, later):
            code = events[at, _CODE] + (n_codes if at < end else 0)
            if tally[code, _CURSOR] >= 0:
                search.places[tally[code, _CURSOR]] = at
                tally[code, _CURSOR] += 1
