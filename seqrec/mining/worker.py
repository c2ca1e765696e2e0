"""The mining job: `python -m seqrec.mining.worker FOLDER`."""

import logging
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from seqrec.jobs.worker import JobReporter, run_worker
from seqrec.log.behaviour_log import BehaviourLog, load_catalogue, load_log, load_sequences
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import distinct_users, reference, sequence_store, store
from seqrec.mining.conditions import PatternKind
from seqrec.mining.config import (
    CountedConfig,
    Engine,
    ItemsetConfig,
    ItemsetSequenceConfig,
    MiningConfig,
    NgramConfig,
    PatternConfig,
    SequentialRuleConfig,
)
from seqrec.mining.estimate import WideOpenError
from seqrec.mining.interest_config import InterestLabels
from seqrec.mining.interests import weigh_labels
from seqrec.mining.itemset_sequences import mine_itemset_sequences
from seqrec.mining.itemsets import mine_transactions
from seqrec.mining.levels import Level, category_level
from seqrec.mining.limits import Control
from seqrec.mining.ngrams import mine_ngrams
from seqrec.mining.order_significance import judge_patterns
from seqrec.mining.patterns import check_clock, mine_units
from seqrec.mining.rules import derive_rules
from seqrec.mining.sequential_rules import mine_sequential_rules
from seqrec.mining.spark.installed import check_installed
from seqrec.mining.spark.watch import StoppedError
from seqrec.mining.store import MiningSummary, Refusal
from seqrec.mining.tables import ItemLists, ItemsetTable, PatternTable, RuleTable
from seqrec.mining.units import Units, choose_symbols
from seqrec.translation.texts import mark
from seqrec.workspace import Workspace

logger = logging.getLogger(__name__)

_POLL_S = 0.2
# Shares of a job's time that lie behind at the start of each stage.
_MINING, _WRITING = 0.2, 0.9


def mine(reporter: JobReporter) -> None:
    """Mine what the job's folder asks for, and write it there."""
    folder = reporter.folder
    reporter.report(mark("Reading the log"), 0.0)
    log_id, config = store.read_request(folder)
    workspace = Workspace(folder.parents[2])
    log = load_log(workspace, log_id)
    database = load_sequences(log)
    started = time.monotonic()
    level = category_level(load_catalogue(log)) if _by_category(config) else None
    try:
        if isinstance(config, MiningConfig) and config.spark_url is not None:
            result = _mine_on_spark(reporter, log, config, level)
        else:
            result = _mine(reporter, database, config, level)
    except StoppedError:
        return
    except WideOpenError as error:
        suggested = error.estimate.suggested
        counts = (suggested.min_count, suggested.n_results) if suggested else (None, None)
        store.write_refusal(folder, Refusal(*counts))
        raise
    store.write_summary(folder, replace(result, elapsed_s=time.monotonic() - started))
    logger.info("mined %s results in %.2f s", result.n_results, time.monotonic() - started)


def _mine_on_spark(
    reporter: JobReporter, log: BehaviourLog, config: MiningConfig, level: Level | None
) -> MiningSummary:
    check_installed()
    from seqrec.mining.spark.job import mine_on_spark  # noqa: PLC0415 - needs an extra

    return mine_on_spark(reporter, log, config, level)


def _by_category(config: CountedConfig) -> bool:
    return not isinstance(config, ItemsetConfig) and config.scope.needs_categories


def _mine(
    reporter: JobReporter, database: SequenceDatabase, config: CountedConfig, level: Level | None
) -> MiningSummary:
    if isinstance(config, PatternConfig):
        check_clock(database, config)
        return _mine_patterns(reporter, database, config, level)
    if isinstance(config, SequentialRuleConfig):
        with _watched(reporter) as control:
            rules = mine_sequential_rules(database, config, control, level)
        sequence_store.write_sequential_rules(reporter.folder, rules)
        highest = int(rules.n_antecedent.max(initial=0))
        return _summarise(config.min_count, rules.n_histories, len(rules.n_both), highest)
    if isinstance(config, NgramConfig):
        reporter.report(mark("Mining"), _MINING)
        ngrams = mine_ngrams(database, config, level)
        sequence_store.write_ngrams(reporter.folder, ngrams)
        highest = int(ngrams.counts.max(initial=0))
        return _summarise(config.min_count, ngrams.n_histories, len(ngrams.counts), highest)
    if isinstance(config, ItemsetSequenceConfig):
        with _watched(reporter) as control:
            sequences = mine_itemset_sequences(database, config, control, level)
        sequence_store.write_itemset_sequences(reporter.folder, sequences)
        highest = int(sequences.counts.max(initial=0))
        counts = (sequences.n_histories, len(sequences.counts), highest)
        summary = _summarise(config.min_count, *counts)
        return replace(summary, stopped_by=sequences.stopped_by)
    return _mine_rules(reporter, database, config)


def _summarise(min_count: int, n_units: int, n_results: int, highest: int) -> MiningSummary:
    return MiningSummary(
        min_count=min_count,
        n_units=n_units,
        n_results=n_results,
        n_rules=0,
        highest_count=highest,
        elapsed_s=0.0,
    )


def _mine_patterns(
    reporter: JobReporter, database: SequenceDatabase, config: PatternConfig, level: Level | None
) -> MiningSummary:
    units = choose_symbols(database, config.scope, level)
    with _watched(reporter) as control:
        patterns = mine_units(units, config, control)
    reporter.report(mark("Writing"), _WRITING)
    n_users = _count_users(database, patterns, config, level)
    judged = judge_patterns(database, patterns, config, level)
    store.write_patterns(reporter.folder, patterns, n_users, judged)
    highest = int(units.counts.max(initial=0))
    summary = _summarise(patterns.min_count, units.n_units, len(patterns.items), highest)
    return replace(summary, stopped_by=patterns.stopped_by)


def _count_users(
    database: SequenceDatabase, patterns: PatternTable, config: PatternConfig, level: Level | None
) -> NDArray[np.int64]:
    if not config.scope.both_levels:
        return distinct_users.users_of_patterns(database, patterns, config, level)
    labels = InterestLabels.of_patterns(patterns, config, len(patterns.items))
    return weigh_labels(database, labels, level).n_users


def _mine_rules(
    reporter: JobReporter, database: SequenceDatabase, config: ItemsetConfig
) -> MiningSummary:
    units = Units.transactions(database)
    with _watched(reporter) as control:
        itemsets = mine_transactions(units, config, control)
        rules = _derive(itemsets, config)
    reporter.report(mark("Writing"), _WRITING)
    n_users = distinct_users.users_of_itemsets(database, itemsets)
    store.write_itemsets(reporter.folder, itemsets, n_users)
    n_users = distinct_users.users_of_rules(database, rules)
    store.write_rules(reporter.folder, rules, n_users)
    highest = int(units.counts.max(initial=0))
    summary = _summarise(itemsets.min_count, units.n_units, len(itemsets.items), highest)
    return replace(summary, n_rules=len(rules.n_both))


def _derive(itemsets: ItemsetTable, config: ItemsetConfig) -> RuleTable:
    if config.kind is not PatternKind.ALL:
        none = replace(itemsets, items=ItemLists.from_lists([]), counts=itemsets.counts[:0])
        return derive_rules(none, config.min_confidence, itemsets.n_transactions)
    derive = reference.derive_rules if config.engine is Engine.MLXTEND else derive_rules
    return derive(itemsets, config.min_confidence, itemsets.n_transactions)


@contextmanager
def _watched(reporter: JobReporter) -> Iterator[Control]:
    """A control whose progress is reported from another thread while the body runs."""
    control, ended = Control(), threading.Event()

    def watch() -> None:
        while not ended.wait(_POLL_S):
            done = control.progress * (_WRITING - _MINING)
            reporter.report(mark("Mining"), _MINING + done)

    reporter.report(mark("Mining"), _MINING)
    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield control
    finally:
        ended.set()
        thread.join()


if __name__ == "__main__":
    sys.exit(run_worker(mine))
