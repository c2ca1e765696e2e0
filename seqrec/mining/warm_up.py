"""Compiles the kernels and keeps them on disk: `python -m seqrec.mining.warm_up`, at set-up.

The first job then starts in a second instead of ten.
"""

import logging
import time

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.conditions import NearLimits, PatternKind, Scope
from seqrec.mining.config import (
    ItemsetConfig,
    ItemsetSequenceConfig,
    PatternConfig,
    SequentialRuleConfig,
)
from seqrec.mining.distinct_users import users_of_itemsets, users_of_patterns
from seqrec.mining.interest_config import InterestConfig, InterestLabels
from seqrec.mining.interests import list_completions, profile_users, weigh_labels
from seqrec.mining.itemset_sequences import mine_itemset_sequences
from seqrec.mining.itemsets import mine_itemsets
from seqrec.mining.limits import limits_of
from seqrec.mining.order_significance import judge_patterns
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.rules import derive_rules
from seqrec.mining.sequence_search import search_sequences
from seqrec.mining.sequential_rules import mine_sequential_rules
from seqrec.mining.step_times import measure_steps
from seqrec.mining.tables import ItemLists
from seqrec.mining.units import Units

logger = logging.getLogger(__name__)

# Together they reach every kernel of the pattern search.
PATTERNS = (
    PatternConfig(1, kind=PatternKind.CLOSED),
    PatternConfig(1, kind=PatternKind.CLOSED, top=5),
    PatternConfig(1, near=NearLimits(max_gap=0)),
)


def warm_up() -> float:
    """Seconds that mining a tiny log took; next to nothing where all is compiled already."""
    started = time.monotonic()
    database = SequenceDatabase.from_histories([[1, 2], [1, 2]])
    for config in PATTERNS:
        search_sequences(Units.histories(database), limits_of(config, 100, 10_000))
    measure_steps(database, ItemLists.from_lists([[1, 2]]), PatternConfig(1))
    mine_itemset_sequences(database, ItemsetSequenceConfig(1))
    mine_sequential_rules(database, SequentialRuleConfig(1))
    itemsets = mine_itemsets(database, ItemsetConfig(1))
    derive_rules(itemsets, 0.5, itemsets.n_transactions)
    users_of_itemsets(database, itemsets)
    by_session = PatternConfig(1, scope=Scope(by_session=True))
    patterns = mine_patterns(database, by_session)
    users_of_patterns(database, patterns, by_session)
    judge_patterns(database, patterns, by_session)
    judge_patterns(database, patterns, PATTERNS[-1])
    labels = InterestLabels.of_patterns(patterns, by_session, 1)
    list(profile_users(database, [labels], [weigh_labels(database, labels)], InterestConfig()))
    list_completions(database, labels)
    elapsed_s = time.monotonic() - started
    logger.info("kernels ready after %.1f s", elapsed_s)
    return elapsed_s


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    warm_up()
