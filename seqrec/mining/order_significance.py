"""Which sequential patterns are more than the items they hold: events shuffled in each history."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc

from seqrec.errors import ConfigError
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import holder_kernels, order_kernels
from seqrec.mining.config import PatternConfig
from seqrec.mining.evidence import Significance
from seqrec.mining.levels import Level
from seqrec.mining.significance import adjust
from seqrec.mining.tables import ItemLists, PatternTable
from seqrec.mining.testable import count_testable
from seqrec.mining.units import Units, choose_units

N_SHUFFLES = 100
MOST_JUDGED = 20_000
# A first look, which is enough where chance explains a pattern well.
_FEW_SHUFFLES = 10
_WORTH_MORE = 0.001
_SEED = 0
# Patterns judged between two signs of life.
_AT_ONCE = 200
_SHARE_OF_FIRST_LOOK = 0.1
# Standard errors added to the estimated chance of an order, so that its own error finds nothing.
_CAUTION = 2.0


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
    that could have been frequent are counted as tested, see `testable`. NaN: one item,
    alone or repeated, which has no order, and patterns beyond the `MOST_JUDGED` most frequent.

    Args:
        database: the histories that were mined.
        patterns: what was mined from them.
        config: scope that the patterns were mined with.
        level: categories of the items, wanted by `config.scope.by_category`.
        shuffles: how many, and who watches.

    Raises:
        ConfigError: the patterns were mined within limits of gap or span, whose chance shuffles
            of the order alone do not give.
    """
    if config.near.any:
        raise ConfigError(
            "the chance of an order is not known within limits of gap or span; mine without them "
            "to tell which patterns chance explains"
        )
    p_values = np.full(len(patterns.items), np.nan)
    lengths = patterns.items.lengths
    units = choose_units(database, config.scope, level)
    rows = np.flatnonzero(~_repeat_one(patterns.items))[:MOST_JUDGED]
    if len(rows):
        _fill_in(p_values, rows, _Judge.of(units, patterns), shuffles or Shuffles())
    n_tests = count_testable(units, patterns.min_count, int(lengths.max(initial=1)))
    return Significance(p_values, adjust(p_values, lengths, np.maximum(n_tests[lengths], 1.0)))


def _repeat_one(lists: ItemLists) -> NDArray[np.bool_]:
    """Whether each list holds one item only, however often; (n,)."""
    if len(lists) == 0:
        return np.zeros(0, dtype=np.bool_)
    firsts = np.repeat(lists.items[lists.offsets[:-1]], lists.lengths)
    return np.logical_and.reduceat(lists.items == firsts, lists.offsets[:-1])


@dataclass(frozen=True)
class _Judge:
    """The items of each unit, rising, who holds which, and the patterns."""

    items: NDArray[np.int32]
    bounds: NDArray[np.int64]
    index: tuple[NDArray[np.int64], NDArray[np.int64]]
    patterns: PatternTable

    @classmethod
    def of(cls, units: Units, patterns: PatternTable) -> Self:
        """Made once for all patterns, since it is as long as the log."""
        unit = np.repeat(np.arange(units.n_units), np.diff(units.bounds))
        rising = units.items[np.lexsort((units.items, unit))]
        index = holder_kernels.index_holders(units.items, units.bounds, units.counts)
        return cls(rising, units.bounds, index, patterns)

    def tails(self, rows: NDArray[np.int64], n_shuffles: int) -> NDArray[np.float64]:
        """P-values of some patterns."""
        lists = self.patterns.items.take(rows)
        n_holders, n_made, chance = order_kernels.shuffle_units(
            (self.items, self.bounds),
            (lists.items.astype(np.int32), lists.offsets.astype(np.int64)),
            self.index,
            n_shuffles,
            _SEED + int(rows[0]),
        )
        made = np.maximum(n_made, 1)
        error = np.where(n_made > 0, np.sqrt(chance * (1 - chance) / made) + 1 / made, 0.0)
        chance = np.minimum(1.0, chance + _CAUTION * error)
        counts = self.patterns.counts[rows]
        tails = bdtrc(counts - 1.0, n_holders, chance)
        # Below that the binomial is no bound.
        return np.where(counts >= n_holders * chance + 1, tails, 1.0)


def _fill_in(
    p_values: NDArray[np.float64], rows: NDArray[np.int64], judge: _Judge, shuffles: Shuffles
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
