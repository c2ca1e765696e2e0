"""The job of `time_run`: `python -m seqrec.training.time_worker FOLDER`."""

import os
import sys
from pathlib import Path

import torch

from seqrec.evaluation.split import global_time
from seqrec.jobs.state import CONFIG_FILE
from seqrec.jobs.worker import JobReporter, run_worker
from seqrec.log.behaviour_log import load_catalogue, load_log, load_sequences
from seqrec.models.ensemble import make_scorer
from seqrec.training.by_time import Trained, compare_by_time
from seqrec.training.companions import TRANSFORMER
from seqrec.training.monitor import BEST_FILE, TRAIN_SHARE, Task
from seqrec.training.run import (
    CHECKPOINTS_FOLDER,
    EVALUATION_FILE,
    MEMBERS_FOLDER,
    load_run,
    read_metrics,
)
from seqrec.training.worker import train_members
from seqrec.translation.texts import mark
from seqrec.workspace import open_workspace, read_json, remove_folder, write_json


def time_job(reporter: JobReporter) -> None:
    """Train with the run's choices on the events before the moment, rank what came after it."""
    value = read_json(reporter.folder / CONFIG_FILE)
    workspace = open_workspace(Path(value["home"]))
    run = load_run(workspace, value["run_id"])
    log = load_log(workspace, run.log_id)
    torch.set_num_threads(os.cpu_count() or 1)
    reporter.report(mark("Reading the log"), 0.0)
    split = global_time(load_sequences(log))
    folder = reporter.folder
    members = train_members(Task(folder, split, run.config, reporter))
    trained = Trained(TRANSFORMER, make_scorer(members), read_metrics(folder)[-1].elapsed_s)
    reporter.report(mark("Fitting the baselines and ranking all users"), TRAIN_SHARE)
    found = compare_by_time(folder, split, load_catalogue(log), run.config.exclude_seen, trained)
    write_json(folder / EVALUATION_FILE, found)
    for name in (CHECKPOINTS_FOLDER, MEMBERS_FOLDER):
        remove_folder(folder / name)
    (folder / BEST_FILE).unlink()


if __name__ == "__main__":
    sys.exit(run_worker(time_job))
