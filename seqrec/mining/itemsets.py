"""Frequent itemsets: items that recur together in many sessions."""

import logging

import numpy as np

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import reference
from seqrec.mining.config import Engine, ItemsetConfig
from seqrec.mining.estimate import settle
from seqrec.mining.limits import Control
from seqrec.mining.settled_search import search_settled
from seqrec.mining.tables import ItemLists, ItemsetTable
from seqrec.mining.units import Units

logger = logging.getLogger(__name__)


def mine_itemsets(
    database: SequenceDatabase, config: ItemsetConfig, control: Control | None = None
) -> ItemsetTable:
    """All itemsets that at least `config.min_count` transactions hold, most frequent first.

    A transaction is the set of items of one session; the empty set is left out.

    Args:
        database: the events with their sessions.
        config: minimum count, length and engine.
        control: lets another thread watch and cancel; mlxtend cannot be watched.

    Raises:
        ConfigError: the minimum count is above the number of transactions.
        OverLimitError: there are more results than `MAX_RESULTS`, or the search was cancelled.
    """
    units = Units.transactions(database)
    settled = settle(units, config)
    if config.engine is Engine.MLXTEND:
        table = reference.mine_itemsets(units, settled.min_count or 1, config.max_length)
    else:
        lists, counts = search_settled(units, settled, control).lists()
        table = ItemsetTable(_rising(lists), counts, units.n_units)
    logger.info("%s itemsets in %s transactions", len(table.items), units.n_units)
    return table


def _rising(lists: ItemLists) -> ItemLists:
    rows = np.repeat(np.arange(len(lists)), lists.lengths)
    return ItemLists(lists.items[np.lexsort((lists.items, rows))], lists.offsets)
