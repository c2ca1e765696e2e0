"""The job that checks a mined result: `python -m seqrec.mining.check_worker FOLDER`."""

import math
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from seqrec.errors import ConfigError
from seqrec.jobs.worker import JobReporter, run_worker
from seqrec.log.behaviour_log import load_catalogue, load_log, load_sequences
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import check_store, store
from seqrec.mining.check_store import CheckConfig, CheckSummary
from seqrec.mining.config import ItemsetConfig, PatternConfig
from seqrec.mining.evidence import HeldPatterns, HeldRules
from seqrec.mining.holdout import recount_patterns, recount_rules, split_users
from seqrec.mining.itemsets import mine_itemsets
from seqrec.mining.levels import Level, category_level
from seqrec.mining.order_significance import Shuffles, judge_patterns
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.rules import derive_rules
from seqrec.mining.tables import PatternTable
from seqrec.mining.units import choose_units
from seqrec.translation.texts import mark, tr
from seqrec.workspace import Workspace

# Shares of a job's time that lie behind at the start of each stage.
_COUNTING, _MINING, _SHUFFLING = 0.05, 0.15, 0.3


def check(reporter: JobReporter) -> None:
    """Check the result that the job's folder names, and write what comes of it there."""
    reporter.report(mark("Reading the log"), 0.0)
    mined, config = check_store.read_request(reporter.folder)
    log_id, choices = store.read_request(mined)
    log = load_log(Workspace(mined.parents[2]), log_id)
    database = load_sequences(log)
    if isinstance(choices, ItemsetConfig):
        _check_rules(reporter, mined, _halve(database, config), choices)
    elif isinstance(choices, PatternConfig):
        level = category_level(load_catalogue(log)) if choices.scope.needs_categories else None
        job = _PatternJob(reporter, database, store.read_patterns(mined), choices, level)
        _check_patterns(job, config)
    else:
        raise ConfigError(tr("only patterns and association rules can be checked on other users"))


@dataclass(frozen=True)
class _PatternJob:
    reporter: JobReporter
    database: SequenceDatabase
    patterns: PatternTable
    config: PatternConfig
    level: Level | None

    @property
    def share(self) -> float:
        """Support that the rarest pattern of the result was allowed to have."""
        lowest = self.patterns.min_count
        if self.config.top:
            lowest = int(self.patterns.counts.min(initial=self.patterns.n_histories))
        return lowest / max(1, self.patterns.n_histories)


def _halve(
    database: SequenceDatabase, config: CheckConfig
) -> tuple[SequenceDatabase, SequenceDatabase]:
    first, second = split_users(database, config.seed)
    if second.n_users == 0:
        raise ConfigError(tr("the log has one user, and so no other to check on"))
    return first, second


def _check_patterns(job: _PatternJob, config: CheckConfig) -> None:
    searched, held = _halve(job.database, config)
    job.reporter.report(mark("Counting on the held-out users"), _COUNTING)
    counted = recount_patterns(held, job.patterns, job.config, job.level)
    job.reporter.report(mark("Mining on the other half"), _MINING)
    summary = _search_half(job, searched, held)
    job.reporter.report(mark("Shuffling histories"), _SHUFFLING)

    def watch(done: float) -> None:
        job.reporter.report(mark("Shuffling histories"), _SHUFFLING + done * (1 - _SHUFFLING))

    chance = judge_patterns(
        job.database, job.patterns, job.config, job.level, Shuffles(config.n_shuffles, watch)
    )
    counts = HeldPatterns(counted.counts, counted.n_histories)
    check_store.write_pattern_check(job.reporter.folder, summary, chance, counts)


def _search_half(
    job: _PatternJob, searched: SequenceDatabase, held: SequenceDatabase
) -> CheckSummary:
    n_units = choose_units(searched, job.config.scope, job.level).n_units
    min_count = None if job.config.top else max(1, math.ceil(job.share * n_units))
    # What a limit leaves of it is checked all the same.
    config = replace(job.config, min_count=min_count, partial=True)
    found = mine_patterns(searched, config, level=job.level)
    counted = recount_patterns(held, found, config, job.level)
    n_confirmed = _count_reaching(counted.counts, counted.n_histories, job.share)
    return CheckSummary(len(found.items), n_confirmed, counted.n_histories)


def _check_rules(
    reporter: JobReporter,
    mined: Path,
    halves: tuple[SequenceDatabase, SequenceDatabase],
    choices: ItemsetConfig,
) -> None:
    rules, (searched, held) = store.read_rules(mined), halves
    share = store.read_summary(mined).min_count / max(1, rules.n_transactions)
    reporter.report(mark("Counting on the held-out users"), _COUNTING)
    counted = recount_rules(held, rules)
    reporter.report(mark("Mining on the other half"), _SHUFFLING)
    min_count = max(1, math.ceil(share * searched.n_sessions))
    itemsets = mine_itemsets(searched, replace(choices, min_count=min_count))
    found = derive_rules(itemsets, choices.min_confidence, itemsets.n_transactions)
    n_both = recount_rules(held, found).n_both
    n_confirmed = _count_reaching(n_both, held.n_sessions, share)
    summary = CheckSummary(len(found.n_both), n_confirmed, held.n_sessions)
    counts = (counted.n_both, counted.n_antecedent, counted.n_consequent)
    check_store.write_rule_check(reporter.folder, summary, HeldRules(*counts, held.n_sessions))


def _count_reaching(counts: NDArray[np.int64], n_all: int, share: float) -> int:
    return int(np.count_nonzero(counts >= share * n_all))


if __name__ == "__main__":
    sys.exit(run_worker(check))
