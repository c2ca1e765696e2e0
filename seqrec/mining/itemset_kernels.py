"""The search for itemsets: what follows an item counted in lists, then in bits.

Transactions are flat codes, rising, rare items first, with -1 before, between and after them. An
itemset's transactions are places in this array, one a transaction, of the set's last item. Where
what is left of them is dense, the frequent items become columns of bits over these transactions
(Zaki 2000, Eclat), and the rest of the branch is found by cutting columns (`set_kernels`,
`closed_set_kernels`); where it is sparse, the places of each item are listed (Han, Pei & Yin 2000
project a database in this way) and counted again.

Closed sets by prefix-preserving closure (Uno et al. 2004, LCM): a branch whose transactions all
hold an earlier item belongs to that item's branch, so that no set is found twice and none is kept
to compare with.
"""

import numpy as np

from seqrec.mining.closed_set_kernels import grow_closed, open_closed_node
from seqrec.mining.earlier_kernels import (
    fill_ones,
    has_frequent_earlier,
    mark_above,
    shares_earlier,
)
from seqrec.mining.kernels import (
    COMPLETE,
    OVER_MEMORY,
    Int32s,
    Int64s,
    compiled,
)
from seqrec.mining.popcount_kernels import Words
from seqrec.mining.set_kernels import (
    CODE,
    DEPTH,
    FROM,
    PARENT,
    TO,
    SetSearch,
    grow_sets,
    open_node,
    open_whole,
    write_set,
)
from seqrec.mining.trie_kernels import (
    ALL,
    CLOSED,
    KIND,
    MAX_LENGTH,
    MAXIMAL,
    MIN_COUNT,
    N_RESULTS,
    STATUS,
    WORK,
    check_limits,
)


@compiled
def encode_transactions(
    items: Int32s, bounds: Int64s, codes: Int32s, counts: Int64s
) -> tuple[Int32s, Int32s, Int64s]:  # pragma: no cover
    """Flat transactions; the places of each code, code by code, and where each code's begin.

    Args:
        items: item ids; int32, (n_events,).
        bounds: transaction t is `items[bounds[t]:bounds[t + 1]]`.
        codes: code of each item id, -1 where it is rare.
        counts: transactions that hold each code.
    """
    n_codes = len(counts)
    firsts = np.zeros(n_codes + 1, dtype=np.int64)
    for code in range(n_codes):
        firsts[code + 1] = firsts[code] + counts[code]
    holders = np.empty(firsts[n_codes], dtype=np.int32)  # Transactions first, places later.
    cursors = firsts[:-1].copy()
    last_unit = np.full(n_codes + 1, -1, dtype=np.int64)
    ends = np.zeros(len(bounds), dtype=np.int64)
    for unit in range(len(bounds) - 1):
        for at in range(bounds[unit], bounds[unit + 1]):
            code = codes[items[at]]
            if code >= 0 and last_unit[code] != unit:
                last_unit[code] = unit
                holders[cursors[code]] = unit
                cursors[code] += 1
                ends[unit + 1] += 1
    ends[0] = 1
    for unit in range(len(bounds) - 1):
        ends[unit + 1] += ends[unit] + 1
    flat = np.full(ends[-1] + 1, -1, dtype=np.int32)
    # Code by code, so that every transaction comes out sorted.
    for code in range(n_codes):
        for at in range(firsts[code], firsts[code + 1]):
            unit = holders[at]
            flat[ends[unit]] = code
            holders[at] = ends[unit]
            ends[unit] += 1
    return flat, holders, firsts


@compiled
def fill_whole(flat: Int32s, n_codes: int, n_words: int) -> Words:  # pragma: no cover
    """Columns of bits of all codes over the transactions with any; (n_codes * n_words,)."""
    bits = np.zeros(n_codes * n_words, dtype=np.uint64)
    unit = 0
    for at in range(1, len(flat)):
        code = flat[at]
        if code >= 0:
            bits[code * n_words + (unit >> 6)] |= np.uint64(1) << np.uint64(unit & 63)
        else:
            unit += 1
    return bits


@compiled
def grow(
    search: SetSearch, first: tuple[int, int], control: Int64s, progress: Int64s
) -> None:  # pragma: no cover
    """Write the itemsets whose rarest item has one of some codes into the trie.

    Args:
        search: arrays of this thread.
        first: codes from and to.
        control: asked for the end.
        progress: one row a thread.
    """
    own, stack, firsts, is_all = search.own, search.stack, search.firsts, search.limits[KIND] == ALL
    if search.whole:
        open_whole(search, first)
        n_words = (search.n_units + 63) // 64
        if is_all:
            grow_sets(search, n_words, control, progress)
        else:
            grow_closed(search, (-1, -1, 0, search.n_units, 0), n_words, control, progress)
        return
    for code in range(first[0], first[1]):
        n_holders = firsts[code + 1] - firsts[code]
        search.postings[:n_holders] = search.holders[firsts[code] : firsts[code + 1]]
        entry = stack[0]
        entry[PARENT], entry[CODE], entry[FROM], entry[TO], entry[DEPTH] = -1, code, 0, n_holders, 1
        n_stack = 1
        while n_stack > 0 and own[STATUS] == COMPLETE:
            top = n_stack - 1
            node = (stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3], stack[top, 4])
            if is_all:
                n_stack = _open(search, node, top, control, progress)
            else:
                mark_above(search, node[PARENT], 1)
                n_stack = _open_closed(search, node, top, control, progress)
                mark_above(search, node[PARENT], 0)
            check_limits(search.limits, own, control, progress)


@compiled
def _open(
    search: SetSearch,
    node: tuple[int, int, int, int, int],
    top: int,
    control: Int64s,
    progress: Int64s,
) -> int:  # pragma: no cover
    """Find what belongs to the node from the top of the stack; the number of nodes after that."""
    n_rows = node[TO] - node[FROM]
    if node[DEPTH] == search.limits[MAX_LENGTH]:
        write_set(search, node[PARENT], node[CODE], n_rows, node[DEPTH], 0)
        return top
    n_touched = _count_after(search, node)
    n_columns, fits = _list_columns(search, node, n_touched)
    if fits:
        _fill_bits(search, node, n_columns)
        open_node(search, node, n_columns)
        grow_sets(search, (n_rows + 63) // 64, control, progress)
    else:
        row = write_set(search, node[PARENT], node[CODE], n_rows, node[DEPTH], 0)
        top = _push_children(search, node, (row, node[DEPTH], n_columns), top)
    for at in range(n_touched):
        search.counts[search.touched[at]] = 0
    return top


@compiled
def _open_closed(
    search: SetSearch,
    node: tuple[int, int, int, int, int],
    top: int,
    control: Int64s,
    progress: Int64s,
) -> int:  # pragma: no cover
    """As `_open`, for closed and maximal sets."""
    n_rows = node[TO] - node[FROM]
    n_words = (n_rows + 63) // 64
    fill_ones(search.cut, n_rows, n_words)
    if shares_earlier(search, node, 0, n_words):
        return top
    n_touched = _count_after(search, node)
    n_columns, fits = _list_columns(search, node, n_touched)
    if fits:
        _fill_bits(search, node, n_columns)
        if open_closed_node(search, node, n_columns):
            grow_closed(search, node, n_words, control, progress)
    else:
        row, depth = _write_closure(search, node, n_columns)
        if depth < search.limits[MAX_LENGTH]:
            top = _push_children(search, node, (row, depth, n_columns), top)
    for at in range(n_touched):
        search.counts[search.touched[at]] = 0
    return top


@compiled
def _count_after(
    search: SetSearch, node: tuple[int, int, int, int, int]
) -> int:  # pragma: no cover
    """Count the later codes in the node's transactions; codes touched."""
    flat, postings, counts, touched = search.flat, search.postings, search.counts, search.touched
    n_touched = 0
    n_scanned = 0
    for row in range(node[FROM], node[TO]):
        start = postings[row] + 1
        at = start
        code = flat[at]
        while code >= 0:
            if counts[code] == 0:
                touched[n_touched] = code
                n_touched += 1
            counts[code] += 1
            at += 1
            code = flat[at]
        n_scanned += at - start + 1
    search.own[WORK] += n_scanned
    return n_touched


@compiled
def _list_columns(
    search: SetSearch, node: tuple[int, int, int, int, int], n_touched: int
) -> tuple[int, bool]:  # pragma: no cover
    """Frequent later codes, rising, as `columns`; how many, and whether bits are worth it."""
    columns = search.columns
    n_columns = 0
    n_ones = 0
    for at in range(n_touched):
        code = search.touched[at]
        count = search.counts[code]
        # What the set above holds already is no column.
        if count >= search.limits[MIN_COUNT] and search.marks[code] == 0:
            columns[n_columns] = code
            n_columns += 1
            n_ones += count
    columns[:n_columns] = np.sort(columns[:n_columns])
    n_words = (node[TO] - node[FROM] + 63) // 64
    return n_columns, n_columns * n_words <= max(n_ones * search.per_one, search.few_words)


@compiled
def _fill_bits(
    search: SetSearch, node: tuple[int, int, int, int, int], n_columns: int
) -> None:  # pragma: no cover
    """Write the columns as bits over the node's transactions."""
    flat, bits, columns, place = search.flat, search.bits, search.columns, search.place
    n_words = (node[TO] - node[FROM] + 63) // 64
    bits[: n_columns * n_words] = 0
    for column in range(n_columns):
        place[columns[column]] = column * n_words
    for row in range(node[FROM], node[TO]):
        number = row - node[FROM]
        word, bit = number >> 6, np.uint64(1) << np.uint64(number & 63)
        at = search.postings[row] + 1
        while flat[at] >= 0:
            start = place[flat[at]]
            if start >= 0:
                bits[start + word] |= bit
            at += 1
    for column in range(n_columns):
        place[columns[column]] = -1


@compiled
def _push_children(
    search: SetSearch,
    node: tuple[int, int, int, int, int],
    written: tuple[int, int, int],
    top: int,
) -> int:  # pragma: no cover
    """List the places of each later frequent code of a node; nodes on the stack.

    Args:
        search: arrays of this thread.
        node: from the top of the stack.
        written: its row of the trie, the length of its set, and how many columns it has.
        top: nodes below it.
    """
    counts, columns, place = search.counts, search.columns, search.place
    row, depth, n_columns = written
    n_rows = node[TO] - node[FROM]
    end = node[TO]
    for column in range(n_columns):
        code = columns[column]
        count = counts[code]
        if count == n_rows and search.limits[KIND] != ALL:
            continue  # It is in the node's set.
        if end + count > len(search.postings) or top == len(search.stack):
            search.own[STATUS] = OVER_MEMORY
            return top
        entry = search.stack[top]
        entry[PARENT], entry[CODE], entry[FROM], entry[TO] = row, code, end, end + count
        entry[DEPTH] = depth + 1
        top += 1
        place[code] = end
        end += count
    _list_places(search, node)
    for column in range(n_columns):
        place[columns[column]] = -1
    return top


@compiled
def _list_places(
    search: SetSearch, node: tuple[int, int, int, int, int]
) -> None:  # pragma: no cover
    """Write the places of each code that has a cursor to its stretch of postings."""
    flat, postings, cursors = search.flat, search.postings, search.place
    for row in range(node[FROM], node[TO]):
        at = postings[row] + 1
        while flat[at] >= 0:
            cursor = cursors[flat[at]]
            if cursor >= 0:
                postings[cursor] = at
                cursors[flat[at]] = cursor + 1
            at += 1


@compiled
def _write_closure(
    search: SetSearch, node: tuple[int, int, int, int, int], n_columns: int
) -> tuple[int, int]:  # pragma: no cover
    """Write the node's set with all that its transactions share; its row and its length."""
    limits, own, counts, columns = search.limits, search.own, search.counts, search.columns
    n_rows = node[TO] - node[FROM]
    n_closure = 0
    for column in range(n_columns):
        if counts[columns[column]] == n_rows:
            search.added[n_closure] = columns[column]
            n_closure += 1
    depth = node[DEPTH] + n_closure
    if depth > limits[MAX_LENGTH]:
        return -1, depth
    row = write_set(search, node[PARENT], node[CODE], -n_rows, node[DEPTH], 0)
    for at in range(n_closure):
        row = write_set(search, row, search.added[at], -n_rows, depth, 0)
    is_result = limits[KIND] == CLOSED
    if limits[KIND] == MAXIMAL and n_columns == n_closure:
        is_result = not has_frequent_earlier(search, node, 0, (n_rows + 63) // 64)
    if is_result and own[STATUS] == COMPLETE:
        search.trie[row, 2] = n_rows
        own[N_RESULTS] += 1
    return row, depth
