"""The search for sequential rules: all items of one set before all items of another.

The rules of RuleGrowth (Fournier-Viger, Nkambou & Tseng 2011, section 2), found another way: in a
history only the first and the last place of each item decide, since A comes before B exactly where
the latest first place of A's items lies before the earliest last place of B's items. Antecedents
grow in the order of codes; for each, the consequents are the itemsets of what can follow.

In the trie an antecedent's items are codes and a consequent's items are codes plus their number.
"""

import numpy as np

from seqrec.mining.consequent_kernels import grow_consequents
from seqrec.mining.entry_kernels import (
    ALLOWED,
    CODE,
    CURSOR,
    ENTRY_CODE,
    FIRST,
    FOLLOWS,
    FROM,
    JOINS,
    LAST,
    LEADS,
    LENGTH,
    MAX_ANTECEDENT,
    N_FIELDS,
    NEXT,
    ROW,
    SEEN,
    SINCE,
    TO,
    UNIT,
    RuleSearch,
    is_rule,
    put_node,
)
from seqrec.mining.kernels import COMPLETE, OVER_MEMORY, Int64s, compiled
from seqrec.mining.trie_kernels import MIN_COUNT, N_ROWS, STATUS, WORK, check_limits, write_row


@compiled
def grow_rules(
    search: RuleSearch, codes: tuple[int, int], control: Int64s, progress: Int64s
) -> None:  # pragma: no cover
    """Write the rules whose antecedent's lowest code is one of some into `search.trie`."""
    limits, own = search.limits, search.own
    node = np.zeros(N_FIELDS, dtype=np.int64)
    for first in range(codes[1] - 1, codes[0] - 1, -1):
        low, high = search.holder_bounds[first], search.holder_bounds[first + 1]
        if own[STATUS] != COMPLETE:
            return
        for row in range(high - low):
            unit, entry = search.holders[low + row, 0], search.holders[low + row, 1]
            search.places[row, UNIT] = unit
            search.places[row, SINCE] = search.entries[entry, FIRST]
            search.places[row, NEXT] = entry + 1
        put_node(search.stack, 0, (0, high - low, 1, first))
        search.stack[0, ROW] = write_row(search.trie, own, -1, first, high - low)
        n_stack = 1
        while n_stack > 0 and own[STATUS] == COMPLETE:
            n_stack -= 1
            node[:] = search.stack[n_stack]
            search.path[node[LENGTH] - 1] = node[CODE]
            n_stack = _visit(search, node, n_stack)
            check_limits(limits, own, control, progress)


@compiled
def _visit(search: RuleSearch, node: Int64s, n_stack: int) -> int:  # pragma: no cover
    """Write an antecedent's rules and put the longer antecedents on the stack; its new height."""
    tally, touched = search.tally, search.touched[0]
    n_touched = _count(search, node)
    for place in range(node[LENGTH]):
        tally[search.path[place], FOLLOWS] = 0
    followed = False
    n_allowed = 0
    for row in range(n_touched):
        n_both = tally[touched[row], FOLLOWS]
        followed |= n_both >= search.limits[MIN_COUNT]
        if is_rule(search, n_both, node):
            tally[touched[row], ALLOWED] = 1
            n_allowed += 1
    if followed and node[LENGTH] < search.lengths[MAX_ANTECEDENT]:
        n_stack = _push(search, node, n_touched, n_stack)
    if n_allowed > 0 and search.own[STATUS] == COMPLETE:
        grow_consequents(search, node, n_touched)
    for row in range(n_touched):
        tally[touched[row], :] = 0
    return n_stack


@compiled
def _count(search: RuleSearch, node: Int64s) -> int:  # pragma: no cover
    """Count what can follow an antecedent and what can join it; codes touched."""
    entries, bounds, tally, touched = search.entries, search.bounds, search.tally, search.touched
    n_touched = 0
    for row in range(node[FROM], node[TO]):
        unit, since = search.places[row, UNIT], search.places[row, SINCE]
        joins_from = search.places[row, NEXT]
        if search.ends[unit] <= since and joins_from == bounds[unit + 1]:
            continue
        search.own[WORK] += bounds[unit + 1] - bounds[unit]
        for entry in range(bounds[unit], bounds[unit + 1]):
            code = entries[entry, ENTRY_CODE]
            if tally[code, SEEN] == 0:
                tally[code, SEEN] = 1
                touched[0, n_touched] = code
                n_touched += 1
            tally[code, FOLLOWS] += entries[entry, LAST] > since
            if entry >= joins_from:
                tally[code, JOINS] += 1
                tally[code, LEADS] += search.ends[unit] > max(since, entries[entry, FIRST])
    return n_touched


@compiled
def _push(
    search: RuleSearch, node: Int64s, n_touched: int, n_stack: int
) -> int:  # pragma: no cover
    """Put the antecedents with one more item, that something can follow, on the stack."""
    tally, own = search.tally, search.own
    top = node[TO]
    for row in range(n_touched):
        code = search.touched[0, row]
        n_units = tally[code, JOINS]
        tally[code, CURSOR] = -1
        if tally[code, LEADS] < search.limits[MIN_COUNT]:
            continue
        full = top + n_units > len(search.places) or n_stack == len(search.stack)
        if full or own[N_ROWS] == len(search.trie):
            own[STATUS] = OVER_MEMORY
            return n_stack
        tally[code, CURSOR] = top
        put_node(search.stack, n_stack, (top, top + n_units, node[LENGTH] + 1, code))
        search.stack[n_stack, ROW] = write_row(search.trie, own, node[ROW], code, n_units)
        n_stack += 1
        top += n_units
    if top > node[TO]:
        _place(search, node)
    return n_stack


@compiled
def _place(search: RuleSearch, node: Int64s) -> None:  # pragma: no cover
    """Write down the places of the longer antecedents that have a cursor."""
    entries, places, tally = search.entries, search.places, search.tally
    for row in range(node[FROM], node[TO]):
        unit, since = places[row, UNIT], places[row, SINCE]
        for entry in range(places[row, NEXT], search.bounds[unit + 1]):
            cursor = tally[entries[entry, ENTRY_CODE], CURSOR]
            if tally[entries[entry, ENTRY_CODE], SEEN] == 1 and cursor >= 0:
                places[cursor, UNIT] = unit
                places[cursor, SINCE] = max(since, entries[entry, FIRST])
                places[cursor, NEXT] = entry + 1
                tally[entries[entry, ENTRY_CODE], CURSOR] = cursor + 1
