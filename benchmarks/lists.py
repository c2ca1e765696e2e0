"""Seconds for lists of all users of ml-1m: `python -m benchmarks.lists`.

Writes benchmarks/results/lists.md. The best hundred of each user by a bundle of the shape of one
for ml-1m (weights that nobody trained cost the same time), written as CSV and Parquet.
"""

import os
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from benchmarks.asking import make_run
from benchmarks.public_log import store_movies
from benchmarks.recommend import goal
from seqrec.log.behaviour_log import load_sequences, load_users
from seqrec.models.hybrid import HYBRID
from seqrec.recommend.batch_writer import write_batch
from seqrec.recommend.engine import Wish
from seqrec.scoring.load import load_engine
from seqrec.training.baselines import DECAYED
from seqrec.training.companions import TRANSFORMER
from seqrec.training.run import BUNDLE_FOLDER
from seqrec.workspace import open_workspace

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "results" / "lists.md"
MOST_S = 10.0


def main() -> int:
    """Measure, write the table, and end with the goals; 1 where one is missed."""
    lists = time_lists()
    goals = [
        goal(
            f"ml-1m-all-users-top-100-{name.lower().replace(' ', '-')}-seconds",
            found,
            MOST_S,
            found <= MOST_S,
        )
        for name, found in lists.items()
    ]
    text = report(lists, goals)
    RESULT.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return int(any(line.endswith("missed") for line in goals))


def time_lists() -> dict[str, float]:
    """Seconds for the best hundred of all users as files, by model, on all cores."""
    torch.set_num_threads(os.cpu_count() or 1)
    taken = {}
    with tempfile.TemporaryDirectory() as home:
        log = store_movies(open_workspace(Path(home)))
        run, split, _ = make_run(open_workspace(Path(home)), log)
        engine = load_engine(run.folder / BUNDLE_FOLDER, split)
        database, users = load_sequences(log), load_users(log)
        for model in (TRANSFORMER, DECAYED, HYBRID):
            folder = Path(home) / model
            folder.mkdir()
            cohort = (np.arange(len(users)), users, list[str]())
            wish = Wish(model, 100, hide_seen=True)
            found = write_batch(folder, engine, wish, database, cohort, lambda _share: None)
            taken[model] = found.elapsed_s
    return taken


def report(lists: dict[str, float], goals: Sequence[str]) -> str:
    """The whole result as Markdown."""
    lines = [
        "# Lists for all users",
        "",
        "Command: `python -m benchmarks.lists`",
        (
            f"Machine: {platform.machine()}, {os.cpu_count()} CPUs, {platform.system()}; load "
            f"{os.getloadavg()[0]:.1f} at the end"
        ),
        f"Date: {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}",
        "",
        "Best hundred items of all 6,040 users of ml-1m, seen items left out, CSV and Parquet",
        "written; the hybrid is of the transformer, decayed Markov and EASE.",
        "",
        "| model | seconds |",
        "| --- | ---: |",
        *(f"| {model} | {seconds:.1f} |" for model, seconds in lists.items()),
        "",
        *goals,
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
