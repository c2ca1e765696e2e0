"""Which sequential patterns are more than the items they hold: events shuffled in each history."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.config import PatternConfig
from seqrec.mining.evidence import Significance
from seqrec.mining.levels import Level
from seqrec.mining.order_judges import OrderJudge, PlaceJudge
from seqrec.mining.significance import adjust
from seqrec.mining.tables import ItemLists, PatternTable
from seqrec.mining.testable import count_testable
from seqrec.mining.units import choose_symbols

N_SHUFFLES = 100
MOST_JUDGED = 20_000
# A first look, which is enough where chance explains a pattern well.
_FEW_SHUFFLES = 10
_WORTH_MORE = 0.001
# Items of the shortest pattern that has an order.
_ORDERED = 2
# Patterns judged between two signs of life.
_AT_ONCE = 200
_SHARE_OF_FIRST_LOOK = 0.1


@dataclass(frozen=True)
class Shuffles:
    """How patterns are tested.

    Attributes:
        n_most: shuffles of a history at most.
        watch: called with the share (0 to 1) that is done.
    """

    n_most: int = N_SHUFFLES
    watch: Callable[[float], None] = field(default=lambda _done: None)


def judge_patterns(
    database: SequenceDatabase,
    patterns: PatternTable,
    config: PatternConfig,
    level: Level | None = None,
    shuffles: Shuffles | None = None,
) -> Significance:
    """Are the items of a pattern in this order more often than if each history were shuffled?

    Each history keeps its items and loses their order. Of those that hold all items, each then has
    its own chance of the order: exact for two items, else measured by shuffles. The count is a sum
    of such trials, whose upper tail a binomial with the mean chance bounds (Hoeffding 1956,
    theorem 4), so that a p-value can be far below one over the number of shuffles. All sequences
    that could have been frequent are counted as tested, see `testable`.

    Within limits of gap or span a history keeps also the places and the times of its events, and
    only which event came when is shuffled: what is more than chance comes in this order *and* this
    near each other more often. Of items and categories at once, an event keeps both of its symbols.

    NaN: one item, alone or, where there are no limits, repeated, which has no order; and patterns
    beyond the `MOST_JUDGED` most frequent.

    Args:
        database: the histories that were mined.
        patterns: what was mined from them.
        config: scope and limits that the patterns were mined with.
        level: categories of the items, wanted by `config.scope.needs_categories`.
        shuffles: how many, and who watches.
    """
    p_values = np.full(len(patterns.items), np.nan)
    lengths = patterns.items.lengths
    units = choose_symbols(database, config.scope, level)
    near = config.near.any
    untested = lengths < _ORDERED if near else _repeat_one(patterns.items)
    rows = np.flatnonzero(~untested)[:MOST_JUDGED]
    if len(rows):
        placed = near or units.twins is not None
        judge = (
            PlaceJudge.of(units, patterns, config.near)
            if placed
            else OrderJudge.of(units, patterns)
        )
        _fill_in(p_values, rows, judge, shuffles or Shuffles())
    longest = int(lengths.max(initial=1))
    n_tests = count_testable(units, patterns.min_count, longest, repeats=near)
    return Significance(p_values, adjust(p_values, lengths, np.maximum(n_tests[lengths], 1.0)))


def _repeat_one(lists: ItemLists) -> NDArray[np.bool_]:
    """Whether each list holds one item only, however often; (n,)."""
    if len(lists) == 0:
        return np.zeros(0, dtype=np.bool_)
    firsts = np.repeat(lists.items[lists.offsets[:-1]], lists.lengths)
    return np.logical_and.reduceat(lists.items == firsts, lists.offsets[:-1])


def _fill_in(
    p_values: NDArray[np.float64],
    rows: NDArray[np.int64],
    judge: OrderJudge | PlaceJudge,
    shuffles: Shuffles,
) -> None:
    """Judge `rows`: all of them shortly, then those at length that chance does not explain well."""
    few = min(_FEW_SHUFFLES, shuffles.n_most)
    done_before, share = 0.0, _SHARE_OF_FIRST_LOOK
    for n_shuffles in (few, shuffles.n_most):
        for start in range(0, len(rows), _AT_ONCE):
            shuffles.watch(done_before + share * start / len(rows))
            some = rows[start : start + _AT_ONCE]
            p_values[some] = judge.tails(some, n_shuffles)
        rows = rows[p_values[rows] < _WORTH_MORE]
        done_before, share = share, 1 - share
