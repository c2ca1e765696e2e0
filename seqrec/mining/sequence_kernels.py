"""The search that grows sequential patterns and itemsets alike.

PrefixSpan (Pei et al. 2001) over flat arrays. An itemset is the pattern of a transaction's distinct
items in a fixed order, so the same search serves both. An event is (code, previous): the frequent
item's code and the place of the same item before it in the same history, or -1; a row with code -1
ends each history. "First time after position p" is then `previous <= p`: no set of visited items.

Unlike the paper, each first item gets a copy of its histories' rests without the items that are
rare there (what is rare after a prefix is rare after every longer one).
"""

import numpy as np

from seqrec.mining.kernels import (
    CANCEL,
    CANCELLED,
    COMPLETE,
    MAX_LENGTH,
    MAX_WORK,
    MIN_COUNT,
    N_FIRST,
    N_FIRST_DONE,
    N_RESULTS,
    N_STACK,
    N_TOUCHED,
    OVER_MEMORY,
    OVER_RESULTS,
    OVER_WORK,
    STATUS,
    WORK,
    Int32s,
    Int64s,
    compiled,
)

Buffers = tuple[Int32s, Int64s, Int32s, Int32s]


@compiled
def encode_histories(
    items: Int32s, bounds: Int64s, codes: Int32s
) -> tuple[Int32s, Int64s]:  # pragma: no cover
    """Events (code, previous) of the items that have a code, and where each history starts."""
    events = np.empty((len(items) + len(bounds), 2), dtype=np.int32)
    starts = np.empty(len(bounds) - 1, dtype=np.int64)
    last = np.full(len(codes) + 1, -1, dtype=np.int64)
    end = 0
    n_starts = 0
    for unit in range(len(bounds) - 1):
        start = end
        for at in range(bounds[unit], bounds[unit + 1]):
            code = codes[items[at]]
            if code >= 0:
                events[end, 0] = code
                events[end, 1] = last[code] if last[code] >= start else -1
                last[code] = end
                end += 1
        if end > start:
            starts[n_starts] = start
            n_starts += 1
            events[end, 0] = -1
            end += 1
    return events[:end], starts[:n_starts]


@compiled
def grow(
    events: Int32s, starts: Int64s, n_codes: int, limits: Int64s, control: Int64s, buffers: Buffers
) -> None:  # pragma: no cover
    """Write all frequent patterns into the first buffer as a trie (parent, code, count).

    Args:
        events: (code, previous); int32, (n, 2).
        starts: where each history starts.
        n_codes: codes run from 0 to n_codes - 1.
        limits: minimum count, maximum length, most events to scan.
        control: cancel flag in; progress, number of results and status out.
        buffers: results (n, 3), stack (n, 4), postings (n,), projected events (n, 2). What they
            hold is all the memory that the search can take.
    """
    stack, postings, projected = buffers[1], buffers[2], buffers[3]
    tally = np.zeros((3, n_codes), dtype=np.int64)
    tally[2] = -1
    for row in range(len(starts)):
        postings[row] = starts[row] - 1
    _count_after(events, (0, len(starts)), postings, tally, control)
    _push_children(events, (-1, 0, len(starts), 0), tally, limits, control, buffers)
    control[N_FIRST] = control[N_STACK]
    while control[N_STACK] > 0 and control[STATUS] == COMPLETE:
        control[N_STACK] -= 1
        top = stack[control[N_STACK]]
        node = (top[0], top[1], top[2], top[3])
        if node[3] == 1:
            control[N_FIRST_DONE] += 1
            _count_after(events, (node[1], node[2]), postings, tally, control)
            end = _project(events, node, tally, limits, control, buffers)
            node = (node[0], node[2], end, 1)
        if node[1] < node[2]:
            _count_after(projected, (node[1], node[2]), postings, tally, control)
            _push_children(projected, node, tally, limits, control, buffers)
        if control[CANCEL] != 0:
            control[STATUS] = CANCELLED
        elif control[WORK] > limits[MAX_WORK]:
            control[STATUS] = OVER_WORK


@compiled
def _count_after(
    events: Int32s, span: tuple[int, int], postings: Int32s, tally: Int64s, control: Int64s
) -> None:  # pragma: no cover
    """Count the histories in which each code follows; `tally` rows: counts, codes touched."""
    counts, touched = tally[0], tally[1]
    n_touched = 0
    n_scanned = 0
    for row in range(span[0], span[1]):
        position = postings[row]
        at = position + 1
        code = events[at, 0]
        while code >= 0:
            if events[at, 1] <= position:
                if counts[code] == 0:
                    touched[n_touched] = code
                    n_touched += 1
                counts[code] += 1
            at += 1
            code = events[at, 0]
        n_scanned += at - position
    control[N_TOUCHED] = n_touched
    control[WORK] += n_scanned


@compiled
def _push_children(
    events: Int32s,
    node: tuple[int, int, int, int],
    tally: Int64s,
    limits: Int64s,
    control: Int64s,
    buffers: Buffers,
) -> None:  # pragma: no cover
    """Write down the frequent extensions of a node (trie row, postings from, to, length)."""
    results, stack, postings = buffers[0], buffers[1], buffers[2]
    counts, touched = tally[0], tally[1]
    grows = node[3] + 1 < limits[MAX_LENGTH]
    top = node[2]
    for row in range(control[N_TOUCHED]):
        code = touched[row]
        count = counts[code]
        counts[code] = -1
        if count < limits[MIN_COUNT] or control[STATUS] != COMPLETE:
            continue
        n_results = control[N_RESULTS]
        if n_results == len(results):
            control[STATUS] = OVER_RESULTS
        elif grows and top + count > len(postings):
            control[STATUS] = OVER_MEMORY
        else:
            results[n_results, 0] = node[0]
            results[n_results, 1] = code
            results[n_results, 2] = count
            control[N_RESULTS] += 1
            if grows:
                entry = stack[control[N_STACK]]
                entry[0], entry[1], entry[2], entry[3] = n_results, top, top + count, node[3] + 1
                control[N_STACK] += 1
                counts[code] = top
                top += count
    if top > node[2] and control[STATUS] == COMPLETE:
        _scatter(events, (node[1], node[2]), postings, counts)
    for row in range(control[N_TOUCHED]):
        counts[touched[row]] = 0


@compiled
def _scatter(
    events: Int32s, span: tuple[int, int], postings: Int32s, cursors: Int64s
) -> None:  # pragma: no cover
    """Write each extension's first places to its own stretch of postings."""
    for row in range(span[0], span[1]):
        position = postings[row]
        at = position + 1
        code = events[at, 0]
        while code >= 0:
            if events[at, 1] <= position and cursors[code] >= 0:
                postings[cursors[code]] = at
                cursors[code] += 1
            at += 1
            code = events[at, 0]


@compiled
def _project(
    events: Int32s,
    node: tuple[int, int, int, int],
    tally: Int64s,
    limits: Int64s,
    control: Int64s,
    buffers: Buffers,
) -> int:  # pragma: no cover
    """Copy the rests of a node's histories without rare codes; the end of their postings."""
    postings, projected = buffers[2], buffers[3]
    counts, touched, last = tally[0], tally[1], tally[2]
    end = 0
    top = node[2]
    for row in range(node[1], node[2]):
        start = end
        at = postings[row] + 1
        code = events[at, 0]
        while code >= 0:
            if counts[code] >= limits[MIN_COUNT]:
                projected[end, 0] = code
                projected[end, 1] = last[code] if last[code] >= start else -1
                last[code] = end
                end += 1
            at += 1
            code = events[at, 0]
        if end > start:
            if top == len(postings):
                control[STATUS] = OVER_MEMORY
                break
            postings[top] = start - 1
            top += 1
            projected[end, 0] = -1
            end += 1
    for row in range(control[N_TOUCHED]):
        counts[touched[row]] = 0
        last[touched[row]] = -1
    return top
