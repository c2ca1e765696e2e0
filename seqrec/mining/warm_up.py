"""Compiles the kernels and keeps them on disk: `python -m seqrec.mining.warm_up`, at set-up.

The first job then starts in a second instead of ten.
"""

import logging
import time

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.config import ItemsetConfig, PatternConfig
from seqrec.mining.itemsets import mine_itemsets
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.rules import derive_rules

logger = logging.getLogger(__name__)


def warm_up() -> float:
    """Seconds that mining a tiny log took; next to nothing where all is compiled already."""
    started = time.monotonic()
    database = SequenceDatabase.from_histories([[1, 2], [1, 2]])
    mine_patterns(database, PatternConfig(1))
    itemsets = mine_itemsets(database, ItemsetConfig(1))
    derive_rules(itemsets, 0.5, itemsets.n_transactions)
    elapsed_s = time.monotonic() - started
    logger.info("kernels ready after %.1f s", elapsed_s)
    return elapsed_s


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    warm_up()
