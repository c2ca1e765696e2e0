"""The frequent later codes of a node, counted, as columns of bits over its transactions."""

import numpy as np

from seqrec.mining.kernels import Int32s, compiled_bare
from seqrec.mining.set_kernels import FROM, TO, SetSearch
from seqrec.mining.trie_kernels import MIN_COUNT, WORK


@compiled_bare
def count_after(search: SetSearch, node: tuple[int, int, int, int, int]) -> int:  # pragma: no cover
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


@compiled_bare
def list_columns(
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
    _sort(columns, n_columns)
    n_words = (node[TO] - node[FROM] + 63) // 64
    return n_columns, n_columns * n_words <= max(n_ones * search.per_one, search.few_words)


@compiled_bare
def _sort(codes: Int32s, n_codes: int) -> None:  # pragma: no cover
    """Bring the first codes into rising order where they are (Shell 1959): no array is made."""
    gap = 1
    while gap < n_codes:
        gap = 3 * gap + 1
    while gap > 1:
        gap //= 3
        for number in range(gap, n_codes):
            code = codes[number]
            at = number
            while at >= gap and codes[at - gap] > code:
                codes[at] = codes[at - gap]
                at -= gap
            codes[at] = code


@compiled_bare
def fill_bits(
    search: SetSearch, node: tuple[int, int, int, int, int], n_columns: int
) -> None:  # pragma: no cover
    """Write the columns as bits over the node's transactions."""
    flat, bits, columns, place = search.flat, search.bits, search.columns, search.place
    n_words = (node[TO] - node[FROM] + 63) // 64
    for at in range(np.uint64(n_columns * n_words)):
        bits[at] = 0
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
