"""Closed and maximal itemsets in columns of bits, without listing the others.

A set is closed where no other item is in all its transactions, and maximal where none is in enough
of them. Columns before a set's last item that it lacks are its checks (`check_kernels`): a closed
set whose transactions lie within one of them belongs to another branch (Uno et al. 2004, LCM).
Candidates come in the order of their tallies within a set, rare ones first (Gouda & Zaki 2001,
GenMax): the rare ones have many behind them, but few that are frequent with them. Items before the
node's, which have no columns, are looked for in the transactions (`earlier_kernels`).
"""

from seqrec.mining.check_kernels import (
    belongs_elsewhere,
    has_superset,
    have_superset,
    list_checks,
    tally_column,
)
from seqrec.mining.earlier_kernels import shares_earlier
from seqrec.mining.kernels import COMPLETE, Int64s, compiled_bare
from seqrec.mining.popcount_kernels import copy, count_common, keep_common
from seqrec.mining.set_kernels import (
    CODE,
    DEPTH,
    FROM,
    LENGTH,
    N_CANDIDATES,
    N_CHECKS,
    NEXT,
    PARENT,
    RESULTS_BEFORE,
    ROW,
    ROWS_BEFORE,
    STOP,
    TO,
    WORDS_AN_EVENT,
    SetSearch,
    cut_level,
    write_set,
)
from seqrec.mining.trie_kernels import (
    CLOSED,
    KIND,
    MAX_LENGTH,
    MIN_COUNT,
    N_RESULTS,
    N_ROWS,
    STATUS,
    WORK,
    check_limits,
)


@compiled_bare
def grow_closed(
    search: SetSearch,
    node: tuple[int, int, int, int, int],
    n_words: int,
    control: Int64s,
    progress: Int64s,
) -> None:  # pragma: no cover
    """Write the closed (or maximal) sets below the first level, which is open."""
    own, levels = search.own, search.levels
    deep = 0
    while deep >= 0 and own[STATUS] == COMPLETE:
        level = levels[deep]
        at = level[NEXT]
        if at == level[STOP]:
            # Rows of sets that led to no result are written over.
            if deep > 0 and own[N_RESULTS] == level[RESULTS_BEFORE]:
                own[N_ROWS] = level[ROWS_BEFORE]
            deep -= 1
            continue
        level[NEXT] += 1
        if _open_next(search, node, (deep, at), n_words):
            deep += 1
        check_limits(search.limits, own, control, progress)


@compiled_bare
def open_closed_node(
    search: SetSearch, node: tuple[int, int, int, int, int], n_columns: int
) -> bool:  # pragma: no cover
    """A node as the first level; whether there is anything below it."""
    n_rows = node[TO] - node[FROM]
    n_more = 0
    n_added = 0
    for column in range(n_columns):
        code = search.columns[column]
        if search.counts[code] == n_rows:
            search.added[n_added] = code
            n_added += 1
        else:
            _insert(search, (0, n_more), column, search.counts[code])
            n_more += 1
    search.levels[0, N_CHECKS] = 0
    path = (node[PARENT], node[CODE], n_rows, node[DEPTH])
    return _settle(search, node, 0, path, (n_more, n_added, (n_rows + 63) // 64))


@compiled_bare
def _insert(
    search: SetSearch, place: tuple[int, int], column: int, tally: int
) -> None:  # pragma: no cover
    """Put a column among the candidates (level, how many so far), which rise by tally."""
    deep, at = place
    candidates, tallies = search.candidates, search.tallies
    while at > 0 and tallies[deep, at - 1] > tally:
        candidates[deep, at], tallies[deep, at] = candidates[deep, at - 1], tallies[deep, at - 1]
        at -= 1
    candidates[deep, at], tallies[deep, at] = column, tally


@compiled_bare
def _open_next(
    search: SetSearch,
    node: tuple[int, int, int, int, int],
    place: tuple[int, int],
    n_words: int,
) -> bool:  # pragma: no cover
    """Open the level of a candidate (level, number); whether there is anything below it."""
    deep, at = place
    level, below = search.levels[deep], search.levels[deep + 1]
    column, count = search.candidates[deep, at], search.tallies[deep, at]
    cut_level(search, deep, column, n_words)
    below[N_CHECKS] = 0
    if belongs_elsewhere(search, place, n_words):
        return False
    if not search.whole and shares_earlier(search, node, (deep + 1) * n_words, n_words):
        return False
    n_more, n_added = _list_candidates(search, place, n_words)
    if n_more > 0 or search.limits[KIND] != CLOSED:
        list_checks(search, place, n_words)
    path = (level[ROW], search.columns[column], count, level[LENGTH] + 1)
    return _settle(search, node, deep + 1, path, (n_more, n_added, n_words))


@compiled_bare
def _list_candidates(
    search: SetSearch, place: tuple[int, int], n_words: int
) -> tuple[int, int]:  # pragma: no cover
    """Candidates of the level below, and codes that its set holds by itself; how many of each."""
    deep, at = place
    count, n_candidates = search.tallies[deep, at], search.levels[deep, N_CANDIDATES]
    n_more = 0
    n_added = 0
    for later in range(at + 1, n_candidates):
        other = search.candidates[deep, later]
        tally = tally_column(search, deep + 1, other, n_words)
        if tally == count:
            search.added[n_added] = search.columns[other]
            n_added += 1
        elif tally >= search.limits[MIN_COUNT]:
            _insert(search, (deep + 1, n_more), other, tally)
            n_more += 1
    search.own[WORK] += (n_candidates - at) * n_words // WORDS_AN_EVENT
    return n_more, n_added


@compiled_bare
def _settle(
    search: SetSearch,
    node: tuple[int, int, int, int, int],
    deep: int,
    path: tuple[int, int, int, int],
    sizes: tuple[int, int, int],
) -> bool:  # pragma: no cover
    """Write a level's closed set, if it is wanted; whether it must be searched on.

    Args:
        search: arrays of this thread.
        node: whose branch it is.
        deep: the level.
        path: row above, code, count, length without what is added.
        sizes: candidates, codes added by closure, words.
    """
    limits, own, level = search.limits, search.own, search.levels[deep]
    n_more, n_added, n_words = sizes
    level[ROWS_BEFORE], level[RESULTS_BEFORE] = own[N_ROWS], own[N_RESULTS]
    length = path[3] + n_added
    if length > limits[MAX_LENGTH]:
        return False
    row = write_set(search, path[0], path[1], -path[2], path[3], 0)
    for at in range(n_added):
        row = write_set(search, row, search.added[at], -path[2], length, 0)
    level[ROW], level[LENGTH] = row, length
    level[N_CANDIDATES], level[NEXT], level[STOP] = n_more, 0, n_more
    if limits[KIND] == CLOSED:
        _keep(search, row, path[2])
    elif n_more == 0:
        if not has_superset(search, node, deep, n_words):
            _keep(search, row, path[2])
    elif _all_together(search, node, (deep, row), n_words):
        n_more = 0
    goes_on = n_more > 0 and length < limits[MAX_LENGTH]
    if not goes_on and own[N_RESULTS] == level[RESULTS_BEFORE]:
        own[N_ROWS] = level[ROWS_BEFORE]
    return goes_on


@compiled_bare
def _keep(search: SetSearch, row: int, count: int) -> None:  # pragma: no cover
    """Make a row a result."""
    if search.own[STATUS] == COMPLETE:
        search.trie[row, 2] = count
        search.own[N_RESULTS] += 1


@compiled_bare
def _all_together(
    search: SetSearch,
    node: tuple[int, int, int, int, int],
    place: tuple[int, int],
    n_words: int,
) -> bool:  # pragma: no cover
    """Whether the set with all its candidates is frequent: then no other below it is maximal."""
    deep, row = place
    limits, level = search.limits, search.levels[deep]
    spare = (deep + 1) * n_words
    copy(search.cut, spare, search.cut, deep * n_words, n_words)
    n_more = level[N_CANDIDATES]
    for at in range(n_more):
        keep_common(search.cut, spare, search.bits, search.candidates[deep, at] * n_words, n_words)
    count = count_common(search.cut, spare, search.cut, spare, n_words)
    search.own[WORK] += 1 + n_more * n_words // WORDS_AN_EVENT
    if count < limits[MIN_COUNT]:
        return False
    length = level[LENGTH] + n_more
    if length <= limits[MAX_LENGTH] and not have_superset(search, node, deep, n_words):
        for at in range(n_more):
            code = search.columns[search.candidates[deep, at]]
            row = write_set(search, row, code, -count, length, 0)
        _keep(search, row, count)
    return True
