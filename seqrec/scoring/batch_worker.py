"""The batch job: `python -m seqrec.scoring.batch_worker FOLDER`."""

import os
import sys
from dataclasses import asdict
from pathlib import Path

import torch

from seqrec.errors import ConfigError
from seqrec.evaluation.split import leave_last_out
from seqrec.jobs.state import CONFIG_FILE
from seqrec.jobs.worker import JobReporter, run_worker
from seqrec.log.behaviour_log import load_log, load_sequences
from seqrec.recommend.batch import CSV_FILE, PARQUET_FILE, SUMMARY_FILE, find_cohort
from seqrec.recommend.batch_writer import write_batch
from seqrec.recommend.questions import wish_from_json
from seqrec.scoring.load import load_engine
from seqrec.scoring.new_items import find_new_items, text_source, with_newcomers
from seqrec.training.run import BUNDLE_FOLDER, load_run
from seqrec.translation.texts import mark, tr
from seqrec.workspace import open_workspace, read_json, scratch_folder, write_json


def batch_job(reporter: JobReporter) -> None:
    """Make lists for all users or a cohort and put them beside the job, whole.

    Raises:
        ConfigError: the log has none of the users.
    """
    value = read_json(reporter.folder / CONFIG_FILE)
    workspace = open_workspace(Path(value["home"]))
    reporter.report(mark("Loading the models"))
    torch.set_num_threads(os.cpu_count() or 1)
    run = load_run(workspace, value["run_id"])
    log = load_log(workspace, run.log_id)
    cohort = find_cohort(log, value["cohort"])
    if not len(cohort[0]):
        raise ConfigError(
            tr(
                "the log has none of the users, such as '{user}'; check the ids",
                user=cohort[2][0][:80],
            )
        )
    database = load_sequences(log)
    split = leave_last_out(database)
    engine = load_engine(run.folder / BUNDLE_FOLDER, split)
    wish = wish_from_json(value["wish"])
    if wish.reserved:
        source = text_source(engine, workspace, run.config.text.backbone)
        engine = with_newcomers(engine, find_new_items(log, engine.catalogue, split, source))

    def report(share: float) -> None:
        reporter.report(mark("Making lists"), share)

    report(0.0)
    with scratch_folder(reporter.folder) as scratch:
        summary = write_batch(scratch, engine, wish, database, cohort, report)
        for name in (CSV_FILE, PARQUET_FILE):
            (scratch / name).replace(reporter.folder / name)
    write_json(reporter.folder / SUMMARY_FILE, asdict(summary))


if __name__ == "__main__":
    sys.exit(run_worker(batch_job))
