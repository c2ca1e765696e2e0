"""Columns before a set's last item that it lacks: what its transactions must not lie within.

Only those that are frequent within a set's transactions are handed on to its extensions, and only
the more frequent of them can hold all of an extension's: most sets are left with few or none.
"""

from seqrec.mining.earlier_kernels import has_frequent_earlier
from seqrec.mining.kernels import compiled_bare
from seqrec.mining.popcount_kernels import count_common
from seqrec.mining.set_kernels import N_CHECKS, WORDS_AN_EVENT, SetSearch
from seqrec.mining.trie_kernels import MIN_COUNT, WORK


@compiled_bare
def belongs_elsewhere(
    search: SetSearch, place: tuple[int, int], n_words: int
) -> bool:  # pragma: no cover
    """Whether the transactions of a candidate, which are cut, lie within an earlier column.

    The frequent ones of the columns that are looked at become checks of the level below.
    """
    deep, at = place
    count, min_count = search.tallies[deep, at], search.limits[MIN_COUNT]
    n_earlier = search.levels[deep, N_CHECKS] + at
    n_cut = 0
    belongs = False
    for number in range(n_earlier):
        other, most = _earlier(search, place, number)
        if most < count:
            continue
        n_cut += 1
        tally = tally_column(search, deep + 1, other, n_words)
        if tally == count:
            belongs = True
            break
        if tally >= min_count:
            _add_check(search, deep + 1, other, tally)
    search.own[WORK] += 1 + (n_cut * n_words + n_earlier) // WORDS_AN_EVENT
    return belongs


@compiled_bare
def list_checks(
    search: SetSearch, place: tuple[int, int], n_words: int
) -> None:  # pragma: no cover
    """The checks of the level below that were too rare to be looked at before."""
    deep, at = place
    count, min_count = search.tallies[deep, at], search.limits[MIN_COUNT]
    n_cut = 0
    for number in range(search.levels[deep, N_CHECKS] + at):
        other, most = _earlier(search, place, number)
        if most < count:
            n_cut += 1
            tally = tally_column(search, deep + 1, other, n_words)
            if tally >= min_count:
                _add_check(search, deep + 1, other, tally)
    search.own[WORK] += n_cut * n_words // WORDS_AN_EVENT


@compiled_bare
def has_superset(
    search: SetSearch, node: tuple[int, int, int, int, int], deep: int, n_words: int
) -> bool:  # pragma: no cover
    """Whether an earlier item is frequent within the transactions of a level: a check is."""
    if search.levels[deep, N_CHECKS] > 0:
        return True
    return not search.whole and has_frequent_earlier(search, node, deep * n_words, n_words)


@compiled_bare
def have_superset(
    search: SetSearch, node: tuple[int, int, int, int, int], deep: int, n_words: int
) -> bool:  # pragma: no cover
    """As `has_superset`, within those that hold all candidates too, which are cut behind it."""
    for number in range(search.levels[deep, N_CHECKS]):
        check = search.checks[deep, number]
        if tally_column(search, deep + 1, check, n_words) >= search.limits[MIN_COUNT]:
            return True
    return not search.whole and has_frequent_earlier(search, node, (deep + 1) * n_words, n_words)


@compiled_bare
def _earlier(
    search: SetSearch, place: tuple[int, int], number: int
) -> tuple[int, int]:  # pragma: no cover
    """A column before a candidate, one of its level's checks or candidates, and its tally."""
    deep, _ = place
    n_checks = search.levels[deep, N_CHECKS]
    if number < n_checks:
        return search.checks[deep, number], search.check_tallies[deep, number]
    return search.candidates[deep, number - n_checks], search.tallies[deep, number - n_checks]


@compiled_bare
def _add_check(search: SetSearch, deep: int, column: int, tally: int) -> None:  # pragma: no cover
    """Hand a column on as a check of a level."""
    at = search.levels[deep, N_CHECKS]
    search.checks[deep, at], search.check_tallies[deep, at] = column, tally
    search.levels[deep, N_CHECKS] += 1


@compiled_bare
def tally_column(
    search: SetSearch, deep: int, column: int, n_words: int
) -> int:  # pragma: no cover
    """Transactions of a level's set that a column holds."""
    return count_common(search.cut, deep * n_words, search.bits, column * n_words, n_words)
