"""Which sequential patterns are more than the items they hold: events shuffled in each history."""

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
from seqrec.mining.tables import PatternTable
from seqrec.mining.units import Units, choose_units

N_SHUFFLES = 100
MOST_JUDGED = 20_000
# A first look, which is enough where chance explains a pattern well.
_FEW_SHUFFLES = 10
_WORTH_MORE = 0.001
_SEED = 0
# Standard errors added to the estimated chance of an order, so that its own error finds nothing.
_CAUTION = 2.0


def judge_patterns(
    database: SequenceDatabase,
    patterns: PatternTable,
    config: PatternConfig,
    level: Level | None = None,
) -> Significance:
    """Are the items of a pattern in this order more often than if each history were shuffled?

    Each history keeps its items and loses their order. Of those that hold all items, each then has
    its own chance of the order: exact for two items, else measured by shuffles. The count is a sum
    of such trials, whose upper tail a binomial with the mean chance bounds (Hoeffding 1956,
    theorem 4), so that a p-value can be far below one over the number of shuffles. Every sequence
    of frequent items of a pattern's length is counted as tested. NaN: single items, which have no
    order, and patterns beyond the `MOST_JUDGED` most frequent.

    Args:
        database: the histories that were mined.
        patterns: what was mined from them.
        config: scope that the patterns were mined with.
        level: categories of the items, wanted by `config.scope.by_category`.

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
    rows = np.flatnonzero(lengths > 1)[:MOST_JUDGED]
    for n_shuffles in (_FEW_SHUFFLES, N_SHUFFLES):
        if len(rows):
            p_values[rows] = _tails(units, patterns, rows, n_shuffles)
            rows = rows[p_values[rows] < _WORTH_MORE]
    n_frequent = np.float64(max(1, int((units.counts >= patterns.min_count).sum())))
    return Significance(p_values, adjust(p_values, lengths, n_frequent**lengths))


def _tails(
    units: Units, patterns: PatternTable, rows: NDArray[np.int64], n_shuffles: int
) -> NDArray[np.float64]:
    lists = patterns.items.take(rows)
    unit = np.repeat(np.arange(units.n_units), np.diff(units.bounds))
    n_holders, n_made, chance = order_kernels.shuffle_units(
        (units.items[np.lexsort((units.items, unit))], units.bounds),
        (lists.items.astype(np.int32), lists.offsets.astype(np.int64)),
        holder_kernels.index_holders(units.items, units.bounds, units.counts),
        n_shuffles,
        _SEED,
    )
    made = np.maximum(n_made, 1)
    error = np.where(n_made > 0, np.sqrt(chance * (1 - chance) / made) + 1 / made, 0.0)
    chance = np.minimum(1.0, chance + _CAUTION * error)
    counts = patterns.counts[rows]
    tails = bdtrc(counts - 1.0, n_holders, chance)
    # Below that the binomial is no bound.
    return np.where(counts >= n_holders * chance + 1, tails, 1.0)
