"""Sequential patterns: items that recur in the same order in many histories."""

import logging

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.config import PatternConfig
from seqrec.mining.estimate import search_settled, settle
from seqrec.mining.limits import Control
from seqrec.mining.tables import PatternTable
from seqrec.mining.units import Units

logger = logging.getLogger(__name__)


def mine_patterns(
    database: SequenceDatabase, config: PatternConfig, control: Control | None = None
) -> PatternTable:
    """All patterns that at least `config.min_count` histories hold, most frequent first.

    A pattern is a list of items that occur in this order, whatever lies between; a history holds
    it once, however often it occurs there.

    Args:
        database: the histories; each event is one item.
        config: minimum count and lengths.
        control: lets another thread watch and cancel.

    Raises:
        ConfigError: the minimum count is above the number of histories.
        OverLimitError: there are more results than `MAX_RESULTS`, or the search was cancelled.
    """
    units = Units.histories(database)
    found = search_settled(units, settle(units, config), control)
    items, counts = found.lists(config.min_length)
    logger.info("%s patterns in %s histories", len(items), units.n_units)
    return PatternTable(items, counts, units.n_units)
