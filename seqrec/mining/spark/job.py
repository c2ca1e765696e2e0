"""A mining job on Spark: the same files in the same folder as a job of our own engine."""

import numpy as np

from seqrec.jobs.worker import JobReporter
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining import store
from seqrec.mining.config import ItemsetConfig, PatternConfig
from seqrec.mining.evidence import Significance
from seqrec.mining.levels import Level
from seqrec.mining.rules import derive_rules
from seqrec.mining.spark.address import read_address
from seqrec.mining.spark.miners import (
    MinedItemsets,
    MinedPatterns,
    mine_itemsets,
    mine_patterns,
)
from seqrec.mining.spark.owners import users_of_rules
from seqrec.mining.spark.session import open_session
from seqrec.mining.spark.watch import watched
from seqrec.mining.store import MiningSummary
from seqrec.translation.texts import mark
from seqrec.workspace import scratch_folder

_STARTING, _MINING, _WRITING = 0.05, 0.2, 0.9


def mine_on_spark(
    reporter: JobReporter,
    log: BehaviourLog,
    config: ItemsetConfig | PatternConfig,
    level: Level | None = None,
) -> MiningSummary:
    """Mine on Spark and write the tables into the job's folder.

    Patterns are written without how easily chance explains their order, which takes the events.

    Args:
        reporter: of the job; a stop that is asked of it ends the work on Spark.
        log: the stored log.
        config: what to mine, with the address of Spark.
        level: categories of the items, wanted by a scope of categories.

    Raises:
        ConfigError: Spark cannot do this.
        EngineError: Spark is missing, cannot be reached, failed or was stopped.
        OverLimitError: there are too many results.
    """
    address = read_address(config.spark_url or "")
    reporter.report(mark("Starting Spark"), _STARTING)
    with (
        scratch_folder(reporter.folder) as scratch,
        open_session(address, scratch) as session,
        watched(session, address, reporter.stop_requested),
    ):
        reporter.report(mark("Mining on Spark"), _MINING)
        if isinstance(config, PatternConfig):
            patterns = mine_patterns(session, log, config, level)
        else:
            itemsets = mine_itemsets(session, log, config)
    reporter.report(mark("Writing"), _WRITING)
    if isinstance(config, PatternConfig):
        return _write_patterns(reporter, patterns)
    return _write_rules(reporter, itemsets, config)


def _write_patterns(reporter: JobReporter, patterns: MinedPatterns) -> MiningSummary:
    unknown = np.full(len(patterns.table.counts), np.nan)
    judged = Significance(unknown, unknown)
    store.write_patterns(reporter.folder, patterns.table, patterns.n_users, judged)
    return MiningSummary(
        min_count=patterns.table.min_count,
        n_units=patterns.table.n_histories,
        n_results=len(patterns.table.counts),
        n_rules=0,
        highest_count=patterns.highest_count,
        elapsed_s=0.0,
    )


def _write_rules(
    reporter: JobReporter, itemsets: MinedItemsets, config: ItemsetConfig
) -> MiningSummary:
    table = itemsets.table
    rules = derive_rules(table, config.min_confidence, table.n_transactions)
    store.write_itemsets(reporter.folder, table, itemsets.n_users)
    n_users = users_of_rules(rules, table, itemsets.n_users)
    store.write_rules(reporter.folder, rules, n_users)
    return MiningSummary(
        min_count=config.min_count or 1,
        n_units=table.n_transactions,
        n_results=len(table.counts),
        n_rules=len(rules.n_both),
        highest_count=itemsets.highest_count,
        elapsed_s=0.0,
    )
