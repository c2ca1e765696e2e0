"""Frequent itemsets: items that recur together in many sessions."""

import logging

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import reference
from seqrec.mining.config import Engine, ItemsetConfig
from seqrec.mining.itemset_lists import list_itemsets
from seqrec.mining.limits import Control
from seqrec.mining.settled_search import search_within
from seqrec.mining.tables import ItemsetTable
from seqrec.mining.units import Units

logger = logging.getLogger(__name__)


def mine_itemsets(
    database: SequenceDatabase, config: ItemsetConfig, control: Control | None = None
) -> ItemsetTable:
    """The itemsets that at least `config.min_count` transactions hold, most frequent first.

    A transaction is the set of items of one session; the empty set is left out.

    Args:
        database: the events with their sessions.
        config: minimum count, length, kind and engine.
        control: lets another thread watch and cancel; mlxtend cannot be watched.

    Raises:
        ConfigError: the minimum count is above the number of transactions.
        OverLimitError: there are more results than `MAX_RESULTS`, or the search was cancelled.
    """
    return mine_transactions(Units.transactions(database), config, control)


def mine_transactions(
    units: Units, config: ItemsetConfig, control: Control | None = None
) -> ItemsetTable:
    """As `mine_itemsets`, of transactions that are there already.

    Raises:
        ConfigError, OverLimitError: as `mine_itemsets`.
    """
    settled, found = search_within(units, config, control)
    if config.engine is Engine.MLXTEND:
        found.check_complete()
        table = reference.mine_itemsets(units, settled.min_count or 1, config.max_length)
    else:
        table = list_itemsets(found, units.n_units, settled.min_count or 1)
    logger.info("%s itemsets in %s transactions", len(table.items), units.n_units)
    return table
