"""The job that weighs interests: `python -m seqrec.mining.interest_worker FOLDER`."""

import logging
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from seqrec.errors import ConfigError
from seqrec.jobs.worker import JobReporter, run_worker
from seqrec.log.behaviour_log import load_catalogue, load_log, load_sequences
from seqrec.mining import interest_store, store
from seqrec.mining.config import ItemsetConfig, NgramConfig, PatternConfig
from seqrec.mining.interest_config import InterestLabels
from seqrec.mining.interest_rows import InterestRows
from seqrec.mining.interest_store import InterestSummary
from seqrec.mining.interests import profile_users, weigh_labels
from seqrec.mining.levels import category_level
from seqrec.mining.sequence_store import read_ngrams
from seqrec.translation.texts import mark, tr
from seqrec.workspace import Workspace

logger = logging.getLogger(__name__)

# Share of a job's time that lies behind when the counting ends.
_COUNTED = 0.4


def weigh(reporter: JobReporter) -> None:
    """Weigh the interests that the job's folder asks for, and write them there."""
    folder = reporter.folder
    reporter.report(mark("Reading the log"), 0.0)
    mined, config = interest_store.read_request(folder)
    log_id, _ = store.read_request(mined)
    log = load_log(Workspace(folder.parents[2]), log_id)
    database, catalogue = load_sequences(log), load_catalogue(log)
    started = time.monotonic()
    level = None if catalogue.categories is None else category_level(catalogue)
    labels = [_mined_labels(mined, config.most_patterns)]
    if level is not None:
        labels.append(InterestLabels.of_categories(level, labels[0].scope.event_ids))
    reporter.report(mark("Counting who shows what"), 0.0)
    counts = [weigh_labels(database, one, level) for one in labels]
    blocks = profile_users(database, labels, counts, config, level)
    interest_store.write_labels(folder, labels, counts)
    n_profiled, n_rows = interest_store.write_profiles(
        folder, _reported(reporter, blocks, database.n_users)
    )
    elapsed_s = time.monotonic() - started
    summary = InterestSummary(database.n_users, n_profiled, n_rows, elapsed_s)
    interest_store.write_summary(folder, summary)
    logger.info("weighed %s interests in %.2f s", n_rows, elapsed_s)


def _mined_labels(mined: Path, most: int) -> InterestLabels:
    _, config = store.read_request(mined)
    if isinstance(config, PatternConfig):
        return InterestLabels.of_patterns(store.read_patterns(mined), config, most)
    if isinstance(config, NgramConfig):
        return InterestLabels.of_ngrams(read_ngrams(mined), config, most)
    if isinstance(config, ItemsetConfig):
        return InterestLabels.of_itemsets(store.read_itemsets(mined), most)
    raise ConfigError(
        tr(
            "interests are made of patterns, windows or itemsets, and this result holds none of "
            "them; mine one of those"
        )
    )


def _reported(
    reporter: JobReporter, blocks: Iterator[InterestRows], n_users: int
) -> Iterator[InterestRows]:
    reporter.report(mark("Weighing interests"), _COUNTED)
    for rows in blocks:
        yield rows
        done = (int(rows.user_rows[-1]) + 1) / n_users if len(rows) else 0.0
        reporter.report(mark("Weighing interests"), _COUNTED + (1 - _COUNTED) * done)


if __name__ == "__main__":
    sys.exit(run_worker(weigh))
