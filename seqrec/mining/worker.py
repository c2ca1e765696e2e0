"""The mining job: `python -m seqrec.mining.worker FOLDER`."""

import logging
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from seqrec.jobs.worker import JobReporter, run_worker
from seqrec.log.behaviour_log import load_catalogue, load_log, load_sequences
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import reference, store
from seqrec.mining.config import Engine, ItemsetConfig, MiningConfig, PatternConfig
from seqrec.mining.estimate import WideOpenError, settle
from seqrec.mining.itemsets import mine_itemsets
from seqrec.mining.levels import category_level
from seqrec.mining.limits import Control
from seqrec.mining.patterns import check_clock, mine_units
from seqrec.mining.rules import derive_rules
from seqrec.mining.store import MiningSummary, Refusal
from seqrec.mining.units import Units, choose_units
from seqrec.workspace import Workspace

logger = logging.getLogger(__name__)

_POLL_S = 0.2
# Shares of a job's time that lie behind at the start of each stage.
_ESTIMATING, _MINING, _WRITING = 0.05, 0.2, 0.9


def mine(reporter: JobReporter) -> None:
    """Mine what the job's folder asks for, and write it there."""
    folder = reporter.folder
    reporter.report("Reading the log", 0.0)
    log_id, config = store.read_request(folder)
    workspace = Workspace(folder.parents[2])
    log = load_log(workspace, log_id)
    database = load_sequences(log)
    started = time.monotonic()
    try:
        if isinstance(config, PatternConfig):
            check_clock(database, config)
            level = category_level(load_catalogue(log)) if config.scope.by_category else None
            result = _mine_patterns(reporter, choose_units(database, config.scope, level), config)
        else:
            result = _mine_rules(_prepare(reporter, database, config))
    except WideOpenError as error:
        suggested = error.estimate.suggested
        counts = (suggested.min_count, suggested.n_results) if suggested else (None, None)
        store.write_refusal(folder, Refusal(*counts))
        raise
    store.write_summary(folder, replace(result, elapsed_s=time.monotonic() - started))
    logger.info("mined %s results in %.2f s", result.n_results, time.monotonic() - started)


@dataclass(frozen=True)
class _Job:
    reporter: JobReporter
    database: SequenceDatabase
    config: MiningConfig
    summary: MiningSummary


def _prepare(reporter: JobReporter, database: SequenceDatabase, config: MiningConfig) -> _Job:
    reporter.report("Estimating the size", _ESTIMATING)
    units = Units.transactions(database)
    settled = settle(units, config)
    summary = MiningSummary(
        min_count=settled.min_count or 1,
        n_units=units.n_units,
        n_results=0,
        n_rules=0,
        highest_count=int(units.counts.max(initial=0)),
        elapsed_s=0.0,
    )
    return _Job(reporter, database, settled, summary)


def _mine_patterns(reporter: JobReporter, units: Units, config: PatternConfig) -> MiningSummary:
    with _watched(reporter) as control:
        patterns = mine_units(units, config, control)
    reporter.report("Writing", _WRITING)
    store.write_patterns(reporter.folder, patterns)
    return MiningSummary(
        min_count=patterns.min_count,
        n_units=units.n_units,
        n_results=len(patterns.items),
        n_rules=0,
        highest_count=int(units.counts.max(initial=0)),
        elapsed_s=0.0,
        stopped_by=patterns.stopped_by,
    )


def _mine_rules(job: _Job) -> MiningSummary:
    config = job.config
    assert isinstance(config, ItemsetConfig)  # noqa: S101 - the caller has looked
    with _watched(job.reporter) as control:
        itemsets = mine_itemsets(job.database, config, control)
    derive = reference.derive_rules if config.engine is Engine.MLXTEND else derive_rules
    rules = derive(itemsets, config.min_confidence, itemsets.n_transactions)
    job.reporter.report("Writing", _WRITING)
    store.write_itemsets(job.reporter.folder, itemsets)
    store.write_rules(job.reporter.folder, rules)
    return replace(job.summary, n_results=len(itemsets.items), n_rules=len(rules.n_both))


@contextmanager
def _watched(reporter: JobReporter) -> Iterator[Control]:
    """A control whose progress is reported from another thread while the body runs."""
    control, ended = Control(), threading.Event()

    def watch() -> None:
        while not ended.wait(_POLL_S):
            done = control.progress * (_WRITING - _MINING)
            reporter.report("Mining", _MINING + done)

    reporter.report("Mining", _MINING)
    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield control
    finally:
        ended.set()
        thread.join()


if __name__ == "__main__":
    sys.exit(run_worker(mine))
