"""The search for sequential patterns: PrefixSpan (Pei et al. 2001) over flat arrays.

Unlike the paper, the rests of the histories are copied without the codes that are rare there (what
is rare after a prefix is rare after every longer one) wherever that drops much; the codes that stay
are numbered anew.
"""

import numpy as np

from seqrec.mining.closed_kernels import TO_FIRST_END, TO_THE_END, extends_back, is_maximal
from seqrec.mining.kernels import COMPLETE, OVER_MEMORY, Int32s, Int64s, compiled
from seqrec.mining.rest_kernels import (
    CURSOR,
    END,
    FROM,
    LAST,
    LENGTH,
    LIVES,
    N_FIELDS,
    N_NAMES,
    NAMES,
    NUMBER,
    ROW,
    TO,
    Search,
    copy_rests,
    count_after,
    scatter,
)
from seqrec.mining.trie_kernels import (
    ALL,
    KIND,
    MAX_LENGTH,
    MAXIMAL,
    MIN_COUNT,
    MIN_LENGTH,
    N_ROWS,
    STARTS,
    STATUS,
    WANTED,
    check_limits,
    keep_row,
    write_row,
)

# The rests are copied where less than so many of 16 first events stay.
_COPIED_BELOW = 12


@compiled
def grow(
    search: Search, codes: tuple[int, int], control: Int64s, progress: Int64s
) -> None:  # pragma: no cover
    """Write the frequent patterns that start with some codes into `search.trie`.

    Args:
        search: this thread's arrays.
        codes: first codes, from and to; the highest comes first.
        control: its slot CANCEL may be written to while this runs.
        progress: a row of slots for each thread.
    """
    own, limits = search.own, search.limits
    node = np.zeros(N_FIELDS, dtype=np.int64)
    for first in range(codes[1] - 1, codes[0] - 1, -1):
        low, high = search.bounds[first], search.bounds[first + 1]
        starts = search.wanted[first] & STARTS or not limits[WANTED] & STARTS
        if high - low < limits[MIN_COUNT] or own[STATUS] != COMPLETE or not starts:
            continue
        node[:] = 0
        node[FROM], node[TO], node[LENGTH] = low, high, 1
        node[ROW] = _write(search, -1, first, high - low, 1)
        n_stack = _visit(search, node, 0)
        check_limits(limits, own, control, progress)
        while n_stack > 0 and own[STATUS] == COMPLETE:
            n_stack -= 1
            node[:] = search.stack[n_stack]
            if node[TO] - node[FROM] >= limits[MIN_COUNT]:
                n_stack = _visit(search, node, n_stack)
                check_limits(limits, own, control, progress)


@compiled
def _write(
    search: Search, parent: int, code: int, count: int, length: int
) -> int:  # pragma: no cover
    """Write a node down, as a result at once where all patterns are wanted; its row."""
    row = write_row(search.trie, search.own, parent, code, count)
    if search.limits[KIND] == ALL and length >= search.limits[MIN_LENGTH]:
        _keep(search, row)
    return row


@compiled
def _keep(search: Search, row: int) -> None:  # pragma: no cover
    keep_row(search.trie, row, search.limits, search.own, (search.wanted, search.at_count))


@compiled
def _visit(search: Search, node: Int64s, n_stack: int) -> int:  # pragma: no cover
    """Judge a node and put its frequent extensions on the stack; the stack's new height."""
    is_first = node[LENGTH] == 1
    events = search.data if is_first else search.copies
    postings = search.firsts if is_first else search.postings
    own = postings[node[FROM] : node[TO]]
    if search.limits[KIND] != ALL:
        path = _trace(search, node)
        if extends_back(
            (search.data, search.starts, search.own),
            (events, own),
            path,
            search.masks,
            TO_FIRST_END,
        ):
            return n_stack
    n_first, n_live, n_scanned = count_after(search, node, events, own)
    if search.limits[KIND] != ALL and node[LENGTH] >= search.limits[MIN_LENGTH]:
        _judge(search, node, (events, own), n_live)
    if n_live == 0 or node[LENGTH] == search.limits[MAX_LENGTH]:
        return n_stack
    return _push(search, node, (events, own), (n_first, n_live, n_scanned), n_stack)


@compiled
def _trace(search: Search, node: Int64s) -> Int64s:  # pragma: no cover
    """The path of a node with its codes filled in; (length, 3)."""
    path = search.path[: node[LENGTH]]
    row = node[ROW]
    for place in range(node[LENGTH] - 1, -1, -1):
        path[place, 0] = search.trie[row, 1]
        row = search.trie[row, 0]
    return path


@compiled
def _judge(
    search: Search, node: Int64s, rests: tuple[Int32s, Int32s], n_live: int
) -> None:  # pragma: no cover
    """Make a node a result where no longer pattern is as frequent, or frequent at all."""
    whole = (search.data, search.starts, search.own)
    count = node[TO] - node[FROM]
    path = search.path[: node[LENGTH]]
    if search.limits[KIND] == MAXIMAL:
        grid = (search.cells, len(search.masks))
        if n_live == 0 and is_maximal(whole, rests, path, grid, search.limits[MIN_COUNT]):
            _keep(search, node[ROW])
        return
    for row in range(n_live):
        if search.listed[row, 1] == count:
            return
    if not extends_back(whole, rests, path, search.masks, TO_THE_END):
        _keep(search, node[ROW])


@compiled
def _push(
    search: Search,
    node: Int64s,
    rests: tuple[Int32s, Int32s],
    sizes: tuple[int, int, int],
    n_stack: int,
) -> int:  # pragma: no cover
    """Put the listed extensions of a node on the stack, or only write them down if they end it."""
    n_first, n_live, n_scanned = sizes
    length = node[LENGTH] + 1
    is_first = node[LENGTH] == 1
    grows = length < search.limits[MAX_LENGTH] or search.limits[KIND] != ALL
    n_kept = 0
    for row in range(n_live):
        n_kept += search.listed[row, 1]
    if not _has_room(search, node, n_kept + n_live, n_stack + n_live, n_live):
        search.own[STATUS] = OVER_MEMORY
        return n_stack
    names = -1
    if is_first or 16 * n_kept < _COPIED_BELOW * n_first:
        names = _names_of_copy(search, node, n_live, n_scanned)
    for row in range(n_live):
        number = search.listed[row, 0]
        code = number if is_first else search.names[node[NAMES] + number]
        child = _write(search, node[ROW], code, search.listed[row, 1], length)
        if grows:
            search.stack[n_stack + row, ROW] = child
        if grows and names >= 0:
            search.names[names + row] = code
    if not grows:
        return n_stack
    _fill(search, node, rests, (n_live, names, n_stack))
    return n_stack + n_live


@compiled
def _has_room(
    search: Search, node: Int64s, n_postings: int, n_stack: int, n_rows: int
) -> bool:  # pragma: no cover
    """Whether the buffers hold what an extension of a node would write."""
    top = 1 if node[LENGTH] == 1 else node[TO] + 1
    return bool(
        top + n_postings <= len(search.postings)
        and n_stack <= len(search.stack)
        and search.own[N_ROWS] + n_rows <= len(search.trie)
    )


@compiled
def _names_of_copy(
    search: Search, node: Int64s, n_live: int, n_scanned: int
) -> int:  # pragma: no cover
    """Where the names of a copy of a node's rests go; -1 where there is no room for one."""
    if node[LENGTH] == 1:
        return 0
    names = node[NAMES] + node[N_NAMES]
    fits = node[END] + n_scanned < len(search.copies) and names + n_live <= len(search.names)
    return int(names) if fits else -1


@compiled
def _fill(
    search: Search, node: Int64s, rests: tuple[Int32s, Int32s], at: tuple[int, int, int]
) -> None:  # pragma: no cover
    """Write the postings of a node's extensions and the rest of their stack entries."""
    n_live, names, n_stack = at
    listed, tally = search.listed, search.tally
    top = 1 if node[LENGTH] == 1 else node[TO] + 1
    for row in range(n_live):
        number, count = listed[row, 0], listed[row, 1]
        code = number if node[LENGTH] == 1 else search.names[node[NAMES] + number]
        tally[number, CURSOR], tally[number, LIVES] = top, 1 + 2 * search.twins[code]
        tally[number, NUMBER], tally[number, LAST] = row, -1
        entry = search.stack[n_stack + row]
        entry[FROM], entry[TO], entry[LENGTH] = top, top + count, node[LENGTH] + 1
        entry[NAMES] = names if names >= 0 else node[NAMES]
        entry[N_NAMES] = n_live if names >= 0 else node[N_NAMES]
        # One more: an event that is not the first of its item writes there.
        top += count + 1
    end = node[END]
    if names >= 0:
        end = copy_rests(search, rests, end)
    else:
        scatter(search, rests)
    for row in range(n_live):
        search.stack[n_stack + row, END] = end
        tally[listed[row, 0], CURSOR], tally[listed[row, 0], LIVES] = 0, 0
