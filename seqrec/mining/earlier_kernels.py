"""Items before a node's in its transactions: what a closed or maximal set must not leave out."""

import numpy as np

from seqrec.mining.kernels import Int32s, compiled_bare
from seqrec.mining.popcount_kernels import Words, popcount
from seqrec.mining.set_kernels import FROM, SetSearch
from seqrec.mining.trie_kernels import MIN_COUNT, WORK

_ONE = np.uint64(1)


@compiled_bare
def shares_earlier(
    search: SetSearch, node: tuple[int, int, int, int, int], here: int, n_words: int
) -> bool:  # pragma: no cover
    """Whether some transactions of a node all hold an earlier item that its set lacks.

    Args:
        search: arrays of this thread; `marks` are set for the items above the node.
        node: whose transactions they are.
        here: where the bits of those that are meant begin in `cut`; at least one is set.
        n_words: of a column.
    """
    flat, marks, common = search.flat, search.marks, search.common
    cut, postings, low = search.cut, search.postings, node[FROM]
    n_common = -1
    for at in range(n_words):
        word = cut[here + at]
        while word != 0:
            row = low + 64 * at + np.int64(popcount((word & (~word + _ONE)) - _ONE))
            word &= word - _ONE
            n_common = _intersect(flat, marks, common, postings[row], n_common)
            search.own[WORK] += 1
            if n_common == 0:
                return False
    return True


@compiled_bare
def _intersect(
    flat: Int32s, marks: Int32s, common: Int32s, place: int, n_common: int
) -> int:  # pragma: no cover
    """Keep of the common codes those before a place too; how many. -1: take them all."""
    n_kept = 0
    at = place - 1
    if n_common < 0:
        while flat[at] >= 0:
            if marks[flat[at]] == 0:
                common[n_kept] = flat[at]
                n_kept += 1
            at -= 1
        return n_kept
    for number in range(n_common):
        code = common[number]
        while flat[at] > code:
            at -= 1
        if flat[at] == code:
            common[n_kept] = code
            n_kept += 1
    return n_kept


@compiled_bare
def has_frequent_earlier(
    search: SetSearch, node: tuple[int, int, int, int, int], here: int, n_words: int
) -> bool:  # pragma: no cover
    """Whether enough of some transactions of a node hold an earlier item that its set lacks."""
    flat, marks, tally, checked = search.flat, search.marks, search.tally, search.checked
    cut, postings, low = search.cut, search.postings, node[FROM]
    min_count = search.limits[MIN_COUNT]
    n_touched = 0
    highest = 0
    for at in range(n_words):
        word = cut[here + at]
        while word != 0 and highest < min_count:
            row = low + 64 * at + np.int64(popcount((word & (~word + _ONE)) - _ONE))
            word &= word - _ONE
            place = postings[row] - 1
            while flat[place] >= 0:
                code = flat[place]
                if tally[code] == 0:
                    checked[n_touched] = code
                    n_touched += 1
                tally[code] += 1
                if marks[code] == 0:
                    highest = max(highest, tally[code])
                place -= 1
            search.own[WORK] += postings[row] - place
    for at in range(n_touched):
        tally[checked[at]] = 0
    return bool(highest >= min_count)


@compiled_bare
def fill_ones(cut: Words, n_rows: int, n_words: int) -> None:  # pragma: no cover
    """Bits of all transactions of a node, at the start of `cut`."""
    for at in range(n_words):
        cut[at] = ~np.uint64(0)
    if n_rows & 63:
        cut[n_words - 1] = (_ONE << np.uint64(n_rows & 63)) - _ONE


@compiled_bare
def mark_above(search: SetSearch, row: int, mark: int) -> None:  # pragma: no cover
    """Mark the items of a set, given its row of the trie; 0 takes the marks away."""
    while row >= 0:
        search.marks[search.trie[row, 1]] = mark
        row = search.trie[row, 0]
