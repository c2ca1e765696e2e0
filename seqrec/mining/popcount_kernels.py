"""Sets of transactions as bits of 64-bit words: counted, cut, compared."""

from typing import Any

import numpy as np
from numba.core import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from seqrec.mining.kernels import compiled

Words = NDArray[np.uint64]


def _popcount(_context: Any, _word: Any) -> Any:  # noqa: ANN401 - numba's own protocol
    """Bits that are set in a word: one instruction where the processor has it."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:  # noqa: ANN401
        return builder.ctpop(args[0])

    return types.uint64(types.uint64), generate


# Of (word); its first argument is the compiler's.
popcount: Any = intrinsic(_popcount)


@compiled
def count_common(
    left: Words, left_at: int, right: Words, right_at: int, n_words: int
) -> int:  # pragma: no cover
    """Transactions in both of two sets, which start at some words; no views: they cost more."""
    total = np.uint64(0)
    for at in range(n_words):
        total += popcount(left[left_at + at] & right[right_at + at])
    return int(total)


@compiled
def cut(
    left: Words, left_at: int, right: Words, right_at: int, n_words: int
) -> None:  # pragma: no cover
    """Write the transactions of both sets behind the left one."""
    for at in range(n_words):
        left[left_at + n_words + at] = left[left_at + at] & right[right_at + at]


@compiled
def lies_within(
    inner: Words, inner_at: int, outer: Words, outer_at: int, n_words: int
) -> bool:  # pragma: no cover
    """Whether a set has no transaction that the other lacks."""
    at = 0
    while at < n_words and inner[inner_at + at] & ~outer[outer_at + at] == 0:
        at += 1
    return at == n_words
