"""Next steps: how often a pattern's last item follows the rest of it."""

import numpy as np
from numpy.typing import NDArray

from seqrec.mining.tables import NextSteps, PatternTable


def derive_next_steps(patterns: PatternTable) -> NextSteps:
    """Counts of "the rest, later the last item" for every pattern of two items or more.

    Mined with `NearLimits(max_gap_s=86_400)`, the pattern (A, B) reads "A, then B within a day":
    its confidence is the share of the histories with A that have B within a day of an A.

    Args:
        patterns: all patterns of a minimum count from one item on, and so all their rests.

    Raises:
        ValueError: a rest is missing from the table: it holds closed, maximal or long ones only.
    """
    lists = list(patterns.items)
    count_of = dict(zip(lists, patterns.counts.tolist(), strict=True))
    rows = np.flatnonzero(patterns.items.lengths > 1)
    try:
        n_rest = [count_of[lists[row][:-1]] for row in rows]
        n_last = [count_of[lists[row][-1:]] for row in rows]
    except KeyError as error:
        raise ValueError(
            f"the table lacks {error.args[0]}: it does not hold all patterns"
        ) from None
    return NextSteps(rows, patterns.counts[rows], _as_counts(n_rest), _as_counts(n_last))


def _as_counts(values: list[int]) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)
