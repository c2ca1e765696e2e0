"""The consequents of one antecedent: the itemsets of what can follow it."""

import numpy as np

from seqrec.mining.entry_kernels import (
    ALLOWED,
    ENTRY_CODE,
    FOLLOWS,
    FROM,
    LAST,
    LENGTH,
    MAX_CONSEQUENT,
    N_FIELDS,
    NEXT,
    ROW,
    SINCE,
    THEN,
    THEN_CURSOR,
    TO,
    UNIT,
    RuleSearch,
    is_rule,
    put_node,
)
from seqrec.mining.kernels import COMPLETE, OVER_MEMORY, Int64s, compiled
from seqrec.mining.trie_kernels import N_RESULTS, N_ROWS, STATUS, WORK, write_row


@compiled
def grow_consequents(
    search: RuleSearch, antecedent: Int64s, n_touched: int
) -> None:  # pragma: no cover
    """Write every rule with an antecedent: the itemsets of what may stand in a consequent."""
    tally, own = search.tally, search.own
    n_antecedent = antecedent[TO] - antecedent[FROM]
    for row in range(n_antecedent):
        search.then_places[row, :] = search.places[antecedent[FROM] + row, :]
        search.then_places[row, NEXT] = search.bounds[search.then_places[row, UNIT]]
    for row in range(n_touched):
        tally[search.touched[0, row], THEN] = tally[search.touched[0, row], FOLLOWS]
    node = np.zeros(N_FIELDS, dtype=np.int64)
    node[ROW], node[TO] = antecedent[ROW], n_antecedent
    n_list = n_touched
    search.touched[1, :n_touched] = search.touched[0, :n_touched]
    n_stack = _push_consequents(search, antecedent, node, n_list, 0)
    while n_stack > 0 and own[STATUS] == COMPLETE:
        n_stack -= 1
        node[:] = search.then_stack[n_stack]
        n_list = _count_consequents(search, node)
        n_stack = _push_consequents(search, antecedent, node, n_list, n_stack)


@compiled
def _count_consequents(search: RuleSearch, node: Int64s) -> int:  # pragma: no cover
    """Count the units in which a code can join a consequent; codes touched."""
    entries, tally, touched = search.entries, search.tally, search.touched[1]
    n_touched = 0
    for row in range(node[FROM], node[TO]):
        unit, since = search.then_places[row, UNIT], search.then_places[row, SINCE]
        begin, end = search.then_places[row, NEXT], search.bounds[unit + 1]
        search.own[WORK] += end - begin
        for entry in range(begin, end):
            code = entries[entry, ENTRY_CODE]
            if tally[code, ALLOWED] == 1 and entries[entry, LAST] > since:
                if tally[code, THEN] == 0:
                    touched[n_touched] = code
                    n_touched += 1
                tally[code, THEN] += 1
    return n_touched


@compiled
def _push_consequents(
    search: RuleSearch, antecedent: Int64s, node: Int64s, n_list: int, n_stack: int
) -> int:  # pragma: no cover
    """Write the rules whose consequent has one more item, and put them on the stack."""
    tally, own, n_codes = search.tally, search.own, len(search.tally)
    grows = node[LENGTH] + 1 < search.lengths[MAX_CONSEQUENT]
    top = node[TO]
    for row in range(n_list):
        code = search.touched[1, row]
        n_both = tally[code, THEN]
        tally[code, THEN], tally[code, THEN_CURSOR] = 0, -1
        if tally[code, ALLOWED] == 0 or not is_rule(search, n_both, antecedent):
            continue
        full = top + n_both > len(search.then_places) or n_stack == len(search.then_stack)
        if full or own[N_ROWS] == len(search.trie):
            own[STATUS] = OVER_MEMORY
            return n_stack
        child = write_row(search.trie, own, node[ROW], n_codes + code, n_both)
        search.trie[child, 2] = n_both
        own[N_RESULTS] += 1
        if grows:
            tally[code, THEN_CURSOR] = top
            put_node(search.then_stack, n_stack, (top, top + n_both, node[LENGTH] + 1, code))
            search.then_stack[n_stack, ROW] = child
            n_stack += 1
            top += n_both
    if top > node[TO]:
        _place_consequents(search, node)
    for row in range(n_list):
        tally[search.touched[1, row], THEN_CURSOR] = -1
    return n_stack


@compiled
def _place_consequents(search: RuleSearch, node: Int64s) -> None:  # pragma: no cover
    """Write down the places of the longer consequents that have a cursor."""
    entries, places, tally = search.entries, search.then_places, search.tally
    for row in range(node[FROM], node[TO]):
        unit, since = places[row, UNIT], places[row, SINCE]
        for entry in range(places[row, NEXT], search.bounds[unit + 1]):
            code = entries[entry, ENTRY_CODE]
            cursor = tally[code, THEN_CURSOR]
            if tally[code, ALLOWED] == 1 and cursor >= 0 and entries[entry, LAST] > since:
                places[cursor, UNIT] = unit
                places[cursor, SINCE] = since
                places[cursor, NEXT] = entry + 1
                tally[code, THEN_CURSOR] = cursor + 1
