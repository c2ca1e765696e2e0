"""First and last places of each history's items, and what a search for rules writes to."""

from typing import NamedTuple

import numpy as np

from seqrec.mining.kernels import Int32s, Int64s, compiled
from seqrec.mining.trie_kernels import MIN_COUNT

# Slots of `lengths`.
MAX_ANTECEDENT, MAX_CONSEQUENT = range(2)
# Columns of an entry, of a place and of a node.
ENTRY_CODE, FIRST, LAST = range(3)
UNIT, SINCE, NEXT = range(3)
ROW, FROM, TO, LENGTH, CODE, N_FIELDS = range(6)


class RuleSearch(NamedTuple):
    """What one thread reads and writes.

    Attributes:
        entries: (code, first place, last place) of each unit's items, by code; int32, (n, 3).
        bounds: unit u has `entries[bounds[u]:bounds[u + 1]]`; int64, (n_units + 1,).
        ends: last place of all in each unit; int32, (n_units,).
        holders: (unit, entry) of each code, code by code; int32, (n, 2).
        holder_bounds: code c has `holders[holder_bounds[c]:holder_bounds[c + 1]]`.
        lengths: most items on each side; int64, (2,).
        min_confidence: share of the units with the antecedent.
        limits, own, trie: see `trie_kernels`.
        stack, places: antecedents to come with their (unit, place since which all have occurred,
            next entry); (n, N_FIELDS) and (n, 3).
        then_stack, then_places: the same for the consequents of one antecedent.
        tally: by code, zero between uses, see the columns; int64, (n_codes, N_COLUMNS).
        touched: codes that are not zero; int64, (2, n_codes).
        path: codes of an antecedent; int64.
    """

    entries: Int32s
    bounds: Int64s
    ends: Int32s
    holders: Int32s
    holder_bounds: Int64s
    lengths: Int64s
    min_confidence: float
    limits: Int64s
    own: Int64s
    trie: Int32s
    stack: Int64s
    places: Int32s
    then_stack: Int64s
    then_places: Int32s
    tally: Int64s
    touched: Int64s
    path: Int64s


# Columns of `tally`: units in which a code can follow; can join the antecedent; can join it and be
# followed; where its places go; whether it may stand in a consequent; units in which it can join
# that; where they go; whether it is touched.
FOLLOWS, JOINS, LEADS, CURSOR, ALLOWED, THEN, THEN_CURSOR, SEEN, N_COLUMNS = range(9)


@compiled
def encode_entries(
    items: Int32s, bounds: Int64s, codes: Int32s, counts: Int64s
) -> tuple[Int32s, Int64s, Int32s, Int32s, Int64s]:  # pragma: no cover
    """Entries, bounds, ends, holders and their bounds, as `RuleSearch` has them."""
    n_units = len(bounds) - 1
    holder_bounds = np.zeros(len(counts) + 1, dtype=np.int64)
    holder_bounds[1:] = np.cumsum(counts)
    entries = np.empty((holder_bounds[-1], 3), dtype=np.int32)
    holders = np.empty((holder_bounds[-1], 2), dtype=np.int32)
    cursors = holder_bounds[:-1].copy()
    entry_bounds = np.zeros(n_units + 1, dtype=np.int64)
    ends = np.zeros(n_units, dtype=np.int32)
    last = np.full((len(counts), 2), -1, dtype=np.int64)
    seen = np.empty(len(counts), dtype=np.int64)
    end = 0
    for unit in range(n_units):
        n_seen = 0
        for at in range(bounds[unit], bounds[unit + 1]):
            code = codes[items[at]]
            if code < 0:
                continue
            if last[code, 0] < bounds[unit]:
                last[code, 0] = at
                seen[n_seen] = code
                n_seen += 1
            last[code, 1] = at
        for code in np.sort(seen[:n_seen]):
            entries[end, ENTRY_CODE] = code
            entries[end, FIRST] = last[code, 0] - bounds[unit]
            entries[end, LAST] = last[code, 1] - bounds[unit]
            ends[unit] = max(ends[unit], entries[end, LAST])
            holders[cursors[code], 0] = unit
            holders[cursors[code], 1] = end
            cursors[code] += 1
            end += 1
        entry_bounds[unit + 1] = end
    return entries, entry_bounds, ends, holders, holder_bounds


@compiled
def put_node(stack: Int64s, row: int, node: tuple[int, int, int, int]) -> None:  # pragma: no cover
    """Write down places from and to, length and code of a node to come."""
    stack[row, FROM], stack[row, TO], stack[row, LENGTH], stack[row, CODE] = node


@compiled
def is_rule(search: RuleSearch, n_both: int, node: Int64s) -> bool:  # pragma: no cover
    """Whether so many units with both sides make a rule of the antecedent at a node."""
    n_antecedent = node[TO] - node[FROM]
    frequent = n_both >= search.limits[MIN_COUNT]
    return bool(frequent and n_both / n_antecedent >= search.min_confidence)


@compiled
def count_together(
    lists: tuple[Int32s, Int64s], search: tuple[Int32s, Int64s, Int32s, Int64s]
) -> Int64s:  # pragma: no cover
    """Units that hold all codes of each list, in any order.

    Args:
        lists: codes of all lists and their offsets.
        search: entries, bounds, holders and their bounds.
    """
    entries, bounds, holders, holder_bounds = search
    counts = np.zeros(len(lists[1]) - 1, dtype=np.int64)
    for row in range(len(counts)):
        codes = lists[0][lists[1][row] : lists[1][row + 1]]
        # The lowest code is the rarest item.
        rarest = codes.min()
        for at in range(holder_bounds[rarest], holder_bounds[rarest + 1]):
            unit = holders[at, 0]
            stretch = entries[bounds[unit] : bounds[unit + 1], ENTRY_CODE]
            holds = True
            for code in codes:
                place = np.searchsorted(stretch, code)
                holds = holds and place < len(stretch) and stretch[place] == code
            counts[row] += holds
    return counts
