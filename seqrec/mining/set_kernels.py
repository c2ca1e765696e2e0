"""Frequent itemsets in columns of bits."""

from typing import NamedTuple

from seqrec.mining.kernels import COMPLETE, OVER_RESULTS, Int32s, Int64s, compiled_bare
from seqrec.mining.popcount_kernels import Words, copy, count_common, cut
from seqrec.mining.trie_kernels import (
    MAX_LENGTH,
    MIN_COUNT,
    N_RESULTS,
    N_ROWS,
    STATUS,
    WORK,
    check_limits,
)

# A node: row of the trie above it, its item's code, its places, the length of its set.
PARENT, CODE, FROM, TO, DEPTH, N_FIELDS = range(6)
# Columns of `levels`: candidates, the next one and where to stop, perfect extensions, row of the
# trie, length of the set, columns to check it against, rows and results when it was opened.
N_CANDIDATES, NEXT, STOP, N_PERFECT, ROW, LENGTH, N_CHECKS, ROWS_BEFORE, RESULTS_BEFORE = range(9)
N_LEVEL_FIELDS = 9
# Words that are cut in the time of one scanned event.
WORDS_AN_EVENT = 16


class SetSearch(NamedTuple):
    """What one thread reads and writes; what it holds is all the memory that it can take.

    Attributes:
        flat: codes of all transactions, rising, -1 around each; int32.
        holders: places of each code in `flat`, code by code; int32.
        firsts: code c has `holders[firsts[c]:firsts[c + 1]]`; int64, (n_codes + 1,).
        limits, own, trie: see `trie_kernels`.
        depths: items of each of the sets that are written down together; int32.
        stack: nodes to come; int64, (n, N_FIELDS).
        postings: places of the nodes on the stack; int32.
        counts: by code, zero between uses; int32.
        touched, columns: codes of a node; int32, (n_codes,).
        place: by code, -1 between uses; int64.
        bits: transactions of each column; uint64, columns by words.
        cut: transactions of the sets on the path; uint64, (levels, words), and one to spare.
        levels: the sets on the path; int64, (levels, N_LEVEL_FIELDS).
        candidates: columns that may extend each; int32, (levels, n_codes).
        tallies: transactions that hold them besides; int32, (levels, n_codes).
        added: codes that the path's sets hold by themselves (perfect extensions); int32.
        checks: columns that a closed set must not lie within; int32, (levels, n_codes).
        check_tallies: transactions of the set that hold them besides; as `checks`.
        marks: by code, 1 for those of the sets above a node, else 0; int32.
        tally: by code, zero between uses; int32.
        checked: codes of `tally` in use; int32, (n_codes,).
        common: codes of a transaction; int32, (longest transaction,).
        whole: whether `bits` are columns of the whole log, code by code, shared by the threads.
        n_units: transactions in all.
        few_words, per_one: columns are made where they take at most so many words, or so many for
            each item in a transaction.
    """

    flat: Int32s
    holders: Int32s
    firsts: Int64s
    limits: Int64s
    own: Int64s
    trie: Int32s
    depths: Int32s
    stack: Int64s
    postings: Int32s
    counts: Int32s
    touched: Int32s
    columns: Int32s
    place: Int64s
    bits: Words
    cut: Words
    levels: Int64s
    candidates: Int32s
    tallies: Int32s
    added: Int32s
    checks: Int32s
    check_tallies: Int32s
    marks: Int32s
    tally: Int32s
    checked: Int32s
    common: Int32s
    whole: bool
    n_units: int
    few_words: int
    per_one: int


@compiled_bare
def write_set(
    search: SetSearch, parent: int, code: int, count: int, depth: int, n_perfect: int
) -> int:  # pragma: no cover
    """Write a set down, and with it every choice of the items it has by itself; its row."""
    own, trie, depths, longest = search.own, search.trie, search.depths, search.limits[MAX_LENGTH]
    row = own[N_ROWS]
    end = row
    if end < len(trie):
        trie[end, 0], trie[end, 1], trie[end, 2] = parent, code, count
        depths[0] = depth
        end += 1
    for at in range(n_perfect):
        for other in range(row, end):
            if depths[other - row] < longest and end < len(trie):
                trie[end, 0], trie[end, 1], trie[end, 2] = other, search.added[at], count
                depths[end - row] = depths[other - row] + 1
                end += 1
    if end == len(trie):
        own[STATUS] = OVER_RESULTS
    if count > 0:
        own[N_RESULTS] += end - row
    own[N_ROWS] = end
    own[WORK] += (end - row) // WORDS_AN_EVENT
    return int(row)


@compiled_bare
def grow_sets(
    search: SetSearch, n_words: int, control: Int64s, progress: Int64s
) -> None:  # pragma: no cover
    """Write all frequent sets below the first level, which is open."""
    limits, own, levels = search.limits, search.own, search.levels
    deep = 0
    while deep >= 0 and own[STATUS] == COMPLETE:
        level = levels[deep]
        at = level[NEXT]
        if at == level[STOP]:
            deep -= 1
            continue
        level[NEXT] += 1
        column, count = search.candidates[deep, at], search.tallies[deep, at]
        code, length = search.columns[column], level[LENGTH] + 1
        if length == limits[MAX_LENGTH] or level[NEXT] == level[N_CANDIDATES]:
            write_set(search, level[ROW], code, count, length, level[N_PERFECT])
            continue
        cut_level(search, deep, column, n_words)
        n_more, n_perfect = _count_level(search, deep, count, n_words)
        row = write_set(search, level[ROW], code, count, length, n_perfect)
        if n_more > 0:
            deep += 1
            below = levels[deep]
            below[N_CANDIDATES], below[NEXT], below[STOP] = n_more, 0, n_more
            below[N_PERFECT], below[ROW], below[LENGTH] = n_perfect, row, length
            check_limits(limits, own, control, progress)


@compiled_bare
def open_whole(search: SetSearch, first: tuple[int, int]) -> None:  # pragma: no cover
    """All items as candidates of the first level, of which those with some codes are taken."""
    n_codes = len(search.counts)
    for code in range(n_codes):
        search.columns[code] = code
        search.candidates[0, code] = code
        search.tallies[0, code] = search.firsts[code + 1] - search.firsts[code]
    level = search.levels[0]
    for field in range(N_LEVEL_FIELDS):
        level[field] = 0
    level[N_CANDIDATES], level[NEXT], level[STOP], level[ROW] = n_codes, first[0], first[1], -1


@compiled_bare
def open_node(
    search: SetSearch, node: tuple[int, int, int, int, int], n_columns: int
) -> None:  # pragma: no cover
    """A node as the first level: all its transactions, its columns as candidates."""
    n_rows = node[TO] - node[FROM]
    n_more = 0
    n_perfect = 0
    for column in range(n_columns):
        count = search.counts[search.columns[column]]
        if count == n_rows:
            search.added[n_perfect] = search.columns[column]
            n_perfect += 1
        else:
            search.candidates[0, n_more] = column
            search.tallies[0, n_more] = count
            n_more += 1
    level = search.levels[0]
    level[N_CANDIDATES], level[NEXT], level[STOP] = n_more, 0, n_more
    level[N_PERFECT], level[LENGTH] = n_perfect, node[DEPTH]
    level[ROW] = write_set(search, node[PARENT], node[CODE], n_rows, node[DEPTH], n_perfect)


@compiled_bare
def cut_level(search: SetSearch, deep: int, column: int, n_words: int) -> None:  # pragma: no cover
    """Write the transactions of a level's set with one more column to the next level."""
    if deep == 0:
        copy(search.cut, n_words, search.bits, column * n_words, n_words)
    else:
        cut(search.cut, deep * n_words, search.bits, column * n_words, n_words)


@compiled_bare
def _count_level(
    search: SetSearch, deep: int, count: int, n_words: int
) -> tuple[int, int]:  # pragma: no cover
    """Count the later candidates in the next level: how many are frequent; perfect extensions."""
    level, min_count = search.levels[deep], search.limits[MIN_COUNT]
    n_more = 0
    n_perfect = level[N_PERFECT]
    for at in range(level[NEXT], level[N_CANDIDATES]):
        column = search.candidates[deep, at]
        tally = count_common(
            search.cut, (deep + 1) * n_words, search.bits, column * n_words, n_words
        )
        if tally == count:
            search.added[n_perfect] = search.columns[column]
            n_perfect += 1
        elif tally >= min_count:
            search.candidates[deep + 1, n_more] = column
            search.tallies[deep + 1, n_more] = tally
            n_more += 1
    n_cut = (level[N_CANDIDATES] - level[NEXT] + 1) * n_words
    search.own[WORK] += 1 + n_cut // WORDS_AN_EVENT
    return n_more, n_perfect
