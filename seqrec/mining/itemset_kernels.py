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

from seqrec.mining.closed_set_kernels import grow_closed, open_closed_node
from seqrec.mining.column_kernels import count_after, fill_bits, list_columns
from seqrec.mining.earlier_kernels import (
    fill_ones,
    has_frequent_earlier,
    mark_above,
    shares_earlier,
)
from seqrec.mining.kernels import (
    COMPLETE,
    OVER_MEMORY,
    Int64s,
    compiled,
    compiled_bare,
)
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
    N_RESULTS,
    STATUS,
    check_limits,
)


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


@compiled_bare
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
    n_touched = count_after(search, node)
    n_columns, fits = list_columns(search, node, n_touched)
    if fits:
        fill_bits(search, node, n_columns)
        open_node(search, node, n_columns)
        grow_sets(search, (n_rows + 63) // 64, control, progress)
    else:
        row = write_set(search, node[PARENT], node[CODE], n_rows, node[DEPTH], 0)
        top = _push_children(search, node, (row, node[DEPTH], n_columns), top)
    for at in range(n_touched):
        search.counts[search.touched[at]] = 0
    return top


@compiled_bare
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
    n_touched = count_after(search, node)
    n_columns, fits = list_columns(search, node, n_touched)
    if fits:
        fill_bits(search, node, n_columns)
        if open_closed_node(search, node, n_columns):
            grow_closed(search, node, n_words, control, progress)
    else:
        row, depth = _write_closure(search, node, n_columns)
        if depth < search.limits[MAX_LENGTH]:
            top = _push_children(search, node, (row, depth, n_columns), top)
    for at in range(n_touched):
        search.counts[search.touched[at]] = 0
    return top


@compiled_bare
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


@compiled_bare
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


@compiled_bare
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
