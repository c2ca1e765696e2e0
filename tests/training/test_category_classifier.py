"""The classifier of the next item's category beside the models of a run."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from seqrec.evaluation.labels import CLASSIFIER, MARKOV_LABELS, MOST_FREQUENT
from seqrec.evaluation.split import leave_last_out
from seqrec.jobs.worker import JobReporter
from seqrec.log.behaviour_log import BehaviourLog, load_catalogue, load_sequences
from seqrec.training.category_classifier import classify_next
from seqrec.training.run import EVALUATION_FILE, create_run
from seqrec.training.text_model import TextTask
from seqrec.training.worker import training_job
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.training.conftest import TINY

N_USERS, LENGTH = 60, 12
KINDS = ("cup", "plate", "spoon")


def _log(store_csv: StoreCsv, category: bool = True) -> BehaviourLog:  # noqa: FBT001, FBT002
    """Categories go round; which item of a category comes is chance."""
    generator = np.random.default_rng(0)
    lines = ["user,item,time,category" if category else "user,item,time"]
    for user in range(N_USERS):
        for place in range(LENGTH):
            kind = (user + place) % len(KINDS)
            item = f"{KINDS[kind]}{generator.integers(5)}"
            line = f"u{user},{item},{1_300_000_000 + place * 86_400}"
            lines.append(f"{line},{KINDS[kind]}" if category else line)
    return store_csv("\n".join(lines) + "\n")


def test_a_run_tells_the_next_category_by_a_classifier_too(
    store_csv: StoreCsv, workspace: Workspace
) -> None:
    run = create_run(workspace, _log(store_csv), replace(TINY, epochs=1))
    training_job(JobReporter(run.folder))
    found = json.loads((run.folder / EVALUATION_FILE).read_text())["labels"]["models"]
    assert found[CLASSIFIER]["macro_f1"] == 1.0
    assert found[MARKOV_LABELS]["macro_f1"] == 1.0
    assert found[MOST_FREQUENT]["macro_f1"] < 0.5


def test_without_categories_nothing_is_said(
    store_csv: StoreCsv, workspace: Workspace, tmp_path: Path
) -> None:
    log = _log(store_csv, category=False)
    task = TextTask(workspace.home, TINY, JobReporter(tmp_path))
    split = leave_last_out(load_sequences(log))
    assert classify_next(split, load_catalogue(log), task) == {}
