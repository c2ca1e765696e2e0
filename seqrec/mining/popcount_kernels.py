"""Sets of transactions as bits of 64-bit words: counted, cut, compared."""

from typing import Any

import numpy as np
from numba.core import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from seqrec.mining.kernels import compiled_bare

Words = NDArray[np.uint64]


def _popcount(_context: Any, _word: Any) -> Any:  # noqa: ANN401 - numba's own protocol
    """Bits that are set in a word: one instruction where the processor has it."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:  # noqa: ANN401
        return builder.ctpop(args[0])

    return types.uint64(types.uint64), generate


# Of (word); its first argument is the compiler's.
popcount: Any = intrinsic(_popcount)


@compiled_bare
def count_common(
    left: Words, left_at: int, right: Words, right_at: int, n_words: int
) -> int:  # pragma: no cover
    """Transactions in both of two sets, which start at some words; no views: they cost more.

    An index without a sign cannot mean a place from the end: only then is the loop done in vectors.
    """
    at_left, at_right = np.uint64(left_at), np.uint64(right_at)
    total = np.uint64(0)
    for at in range(np.uint64(n_words)):
        total += popcount(left[at_left + at] & right[at_right + at])
    return int(np.int64(total))


@compiled_bare
def cut(
    left: Words, left_at: int, right: Words, right_at: int, n_words: int
) -> None:  # pragma: no cover
    """Write the transactions of both sets behind the left one."""
    at_left, at_right, size = np.uint64(left_at), np.uint64(right_at), np.uint64(n_words)
    for at in range(size):
        left[at_left + size + at] = left[at_left + at] & right[at_right + at]


@compiled_bare
def copy(
    left: Words, left_at: int, right: Words, right_at: int, n_words: int
) -> None:  # pragma: no cover
    """Write the right set over the left one."""
    at_left, at_right = np.uint64(left_at), np.uint64(right_at)
    for at in range(np.uint64(n_words)):
        left[at_left + at] = right[at_right + at]


@compiled_bare
def keep_common(
    left: Words, left_at: int, right: Words, right_at: int, n_words: int
) -> None:  # pragma: no cover
    """Keep of the left set what the right one holds too."""
    at_left, at_right = np.uint64(left_at), np.uint64(right_at)
    for at in range(np.uint64(n_words)):
        left[at_left + at] &= right[at_right + at]
