"""What follows a pattern: counted, and written down for its extensions, with or without a copy.

An event is (code, previous): the frequent item's code and the place of the same item before it in
the same history, or -1; a row with code -1 - u ends the history of unit u. "First time after place
p" is then `previous <= p`: no set of visited items. The inner loops have no branch that depends on
an event: a branch that cannot be foreseen costs more than the work it saves.
"""

from typing import NamedTuple

import numpy as np

from seqrec.mining.kernels import Int32s, Int64s, compiled
from seqrec.mining.prefetch import AHEAD, fetch
from seqrec.mining.trie_kernels import MIN_COUNT, WORK

# A node: its row in the trie, its postings, its length, the end of the copied events, and the names
# (codes of the numbers) that hold in its events.
ROW, FROM, TO, LENGTH, END, NAMES, N_NAMES, N_FIELDS = range(8)
# Columns of `tally`: where the next posting goes, 1 where the number lives (3 where it has a twin,
# see `Search.twins`), its new number, its last place in the copy.
CURSOR, LIVES, NUMBER, LAST, N_COLUMNS = range(5)


class Search(NamedTuple):
    """What one thread reads and writes; what it holds is all the memory that it can take.

    Attributes:
        data: (code, previous) of all events, shared by the threads; int32, (n, 2).
        starts: where the history of each unit starts in `data`; int64, (n_units,).
        firsts: first places of each code, code by code; int32.
        bounds: code c has `firsts[bounds[c]:bounds[c + 1]]`; int64, (n_codes + 1,).
        limits, own, trie, wanted, at_count: see `trie_kernels`.
        stack: nodes to come; int64, (n, N_FIELDS).
        postings: places of the nodes on the stack; slot 0 takes what nobody wants; int32.
        copies: copied rests, as `data`.
        names: code of each number in each copy; int32.
        counts: by number, zero between uses; int32.
        listed: live numbers of a node with their counts; int32, (n_codes, 2).
        tally: see the columns; int64, (n_codes, N_COLUMNS).
        masks: by code, zero between uses; int64, (n_codes, 3).
        cells: by code and place in a pattern, zero between uses; int32, (n, 3).
        path: code and places of each item of a pattern; int64, (longest history, 3).
        twins: 1 for a code whose event has another code, right behind it; int64, (n_codes,). That
            one is at least as frequent in every rest, so that no copy parts them. A posting of such
            a code is the place of the other, behind which the next event starts.
    """

    data: Int32s
    starts: Int64s
    firsts: Int32s
    bounds: Int64s
    limits: Int64s
    own: Int64s
    trie: Int32s
    wanted: Int64s
    at_count: Int64s
    stack: Int64s
    postings: Int32s
    copies: Int32s
    names: Int32s
    counts: Int32s
    listed: Int32s
    tally: Int64s
    masks: Int64s
    cells: Int32s
    path: Int64s
    twins: Int64s


@compiled
def encode_histories(
    histories: tuple[Int32s, Int64s], codes: Int32s, counts: Int64s, twins: Int64s, longest_run: int
) -> tuple[Int32s, Int64s, Int32s, Int64s]:  # pragma: no cover
    """Events, starts, first places by code and their bounds, as `Search` has them.

    Args:
        histories: item ids; where each unit's start and end.
        codes: code of each item id, -1 where it is rare.
        counts: units that hold each code.
        twins: by code, see `Search`.
        longest_run: events of one code in a row that are kept; no pattern needs more of them.
    """
    items, bounds = histories
    events = np.empty((len(items) + len(bounds), 2), dtype=np.int32)
    starts = np.empty(len(bounds) - 1, dtype=np.int64)
    ends = np.zeros(len(counts) + 1, dtype=np.int64)
    ends[1:] = np.cumsum(counts)
    firsts = np.empty(ends[-1], dtype=np.int32)
    cursors = ends[:-1].copy()
    last = np.full(len(counts), -1, dtype=np.int64)
    end = 0
    for unit in range(len(bounds) - 1):
        starts[unit] = end
        run = 0
        for at in range(bounds[unit], bounds[unit + 1]):
            code = codes[items[at]]
            if code < 0:
                continue
            run = run + 1 if end > starts[unit] and events[end - 1, 0] == code else 1
            if run > longest_run:
                continue
            events[end, 0] = code
            events[end, 1] = last[code] if last[code] >= starts[unit] else -1
            if events[end, 1] < 0:
                firsts[cursors[code]] = end + twins[code]
                cursors[code] += 1
            last[code] = end
            end += 1
        events[end, 0] = -1 - unit
        events[end, 1] = -1
        end += 1
    return events[:end], starts, firsts, ends


@compiled
def count_after(
    search: Search, node: Int64s, events: Int32s, postings: Int32s
) -> tuple[int, int, int]:  # pragma: no cover
    """List what follows often; first events in all, numbers listed, events scanned."""
    counts, listed = search.counts, search.listed
    n_scanned = 0
    for row, place in enumerate(postings):
        if row + AHEAD < len(postings):
            fetch(events, np.int64(postings[row + AHEAD]) + 1)
        at = np.uint64(place + 1)
        code = events[at, 0]
        while code >= 0:
            counts[np.uint64(code)] += events[at, 1] <= place
            at += np.uint64(1)
            code = events[at, 0]
        n_scanned += np.int64(at) - place
    search.own[WORK] += n_scanned
    n_numbers = node[N_NAMES] if node[LENGTH] > 1 else len(search.bounds) - 1
    if n_numbers > n_scanned:
        n_first, n_live = _list_met(search, events, postings)
        return n_first, n_live, n_scanned
    n_first = 0
    n_live = 0
    for number in range(n_numbers):
        count = counts[number]
        n_first += count
        if count >= search.limits[MIN_COUNT]:
            listed[n_live, 0] = number
            listed[n_live, 1] = count
            n_live += 1
    counts[:n_numbers] = 0
    return n_first, n_live, n_scanned


@compiled
def _list_met(
    search: Search, events: Int32s, postings: Int32s
) -> tuple[int, int]:  # pragma: no cover
    """The listing of `count_after` where there are more numbers than events: by the events."""
    counts, listed = search.counts, search.listed
    n_first = 0
    n_live = 0
    for place in postings:
        at = place + 1
        while events[at, 0] >= 0:
            number = events[at, 0]
            n_first += counts[number]
            if counts[number] >= search.limits[MIN_COUNT]:
                listed[n_live, 0] = number
                listed[n_live, 1] = counts[number]
                n_live += 1
            counts[number] = 0
            at += 1
    return n_first, n_live


@compiled
def scatter(search: Search, rests: tuple[Int32s, Int32s]) -> None:  # pragma: no cover
    """Write each extension's first places to its own stretch of postings.

    The stretches are one longer than their counts: an event that is not the first writes there.
    """
    events, places = rests
    tally, postings = search.tally, search.postings
    for row, place in enumerate(places):
        if row + AHEAD < len(places):
            fetch(events, np.int64(places[row + AHEAD]) + 1)
        at = np.uint64(place + 1)
        code = events[at, 0]
        while code >= 0:
            number = np.uint64(code)
            cursor, lives = tally[number, CURSOR], tally[number, LIVES]
            postings[np.uint64(cursor)] = np.int64(at) + (lives >> 1)
            tally[number, CURSOR] = cursor + (lives & (events[at, 1] <= place))
            at += np.uint64(1)
            code = events[at, 0]


@compiled
def copy_rests(search: Search, rests: tuple[Int32s, Int32s], end: int) -> int:  # pragma: no cover
    """As `scatter`, into a copy of the rests that holds the listed numbers alone; its end."""
    events, places = rests
    tally, postings, copies = search.tally, search.postings, search.copies
    for row, place in enumerate(places):
        if row + AHEAD < len(places):
            fetch(events, np.int64(places[row + AHEAD]) + 1)
        start = end
        at = np.uint64(place + 1)
        code = events[at, 0]
        while code >= 0:
            number = np.uint64(code)
            cursor, lives = tally[number, CURSOR], tally[number, LIVES]
            # A place before this history stands for "none".
            previous = tally[number, LAST]
            to = np.uint64(end)
            copies[to, 0] = tally[number, NUMBER]
            copies[to, 1] = previous
            postings[np.uint64(cursor)] = end + (lives >> 1)
            tally[number, CURSOR] = cursor + (lives & (previous < start))
            tally[number, LAST] = end
            end += lives & 1
            at += np.uint64(1)
            code = events[at, 0]
        copies[end, 0] = code
        copies[end, 1] = -1
        end += end > start
    return end
