"""Lists and evaluation of all users, time and memory: `python -m benchmarks.lists`.

Writes benchmarks/results/lists.md. Lists: the best hundred of each user of ml-1m by a bundle of
that shape (weights that nobody trained cost the same time), written as CSV and Parquet. Memory: an
evaluation and a batch of made-up logs, each in a process of its own.
"""

import argparse
import os
import platform
import subprocess
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
from seqrec.evaluation.split import leave_last_out
from seqrec.log.behaviour_log import Catalogue, load_sequences, load_users
from seqrec.log.sequences import SequenceDatabase
from seqrec.models.hybrid import HYBRID
from seqrec.models.markov import fit_decayed_markov
from seqrec.models.popularity import fit_popularity
from seqrec.recommend.batch_writer import write_batch
from seqrec.recommend.engine import Engine, Wish
from seqrec.recommend.shelf import make_bare_shelf
from seqrec.scoring.load import load_engine
from seqrec.training.baselines import DECAYED
from seqrec.training.companions import TRANSFORMER
from seqrec.training.contest import Contest, evaluate
from seqrec.training.run import BUNDLE_FOLDER
from seqrec.workspace import open_workspace

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "results" / "lists.md"
MOST_LISTS_S, MOST_EXTRA_MIB = 10.0, 512.0
N_ITEMS, N_EVENTS = 500, 5  # of the made-up logs, a user each
FEW, MANY = 100_000, 1_000_000
EVALUATION, BATCH = "evaluation", "batch"


def main() -> int:
    """Measure, write the table, and end with the goals; 1 where one is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", nargs=2, metavar=("WORK", "USERS"), help="in this process")
    wish = parser.parse_args()
    if wish.measure:
        sys.stdout.write(
            " ".join(f"{one:.4g}" for one in stream(wish.measure[0], int(wish.measure[1])))
        )
        return 0
    lists = time_lists()
    memory = {
        (work, n): measure_apart(work, n) for work in (EVALUATION, BATCH) for n in (FEW, MANY)
    }
    slowest = max(lists.values())
    goals = [
        goal("ml-1m-all-users-top-100-seconds", slowest, MOST_LISTS_S, slowest <= MOST_LISTS_S)
    ]
    for work in (EVALUATION, BATCH):
        extra = memory[work, MANY][1]
        told = f"{work}-of-a-million-users-extra-MiB"
        goals.append(goal(told, extra, MOST_EXTRA_MIB, extra <= MOST_EXTRA_MIB))
    text = report(lists, memory, goals)
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


def measure_apart(work: str, n_users: int) -> tuple[float, float, float]:
    """`stream` in a process of its own: what another one held does not count."""
    command = [sys.executable, "-m", "benchmarks.lists", "--measure", work, str(n_users)]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    seconds, extra, held = map(float, told.split())
    return seconds, extra, held


def stream(work: str, n_users: int) -> tuple[float, float, float]:
    """Seconds, MiB at most above what was held before, MiB that were held before."""
    generator = np.random.default_rng(0)
    shares = 1 / np.arange(1, N_ITEMS + 1)
    items = generator.choice(N_ITEMS, (n_users, N_EVENTS), p=shares / shares.sum()) + 1
    lengths = np.full(n_users, N_EVENTS)
    database = SequenceDatabase(
        items=items.ravel().astype(np.int32),
        times_s=np.arange(items.size, dtype=np.int64),
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        session_ids=np.repeat(np.arange(n_users), N_EVENTS),
        event_ids=np.zeros(items.size, dtype=np.int16),
        n_items=N_ITEMS,
        fingerprint="made up",
        has_clock=True,
    )
    split = leave_last_out(database)
    models = {DECAYED: fit_decayed_markov(split), "Popularity": fit_popularity(split)}
    held, started = forget_peak(), time.perf_counter()
    if work == EVALUATION:
        evaluate(Contest(split, models, exclude_seen=True))
    else:
        keys = np.array(["", *(f"item {item}" for item in range(1, N_ITEMS + 1))], dtype=object)
        catalogue = Catalogue(keys, keys, None)
        engine = Engine(
            catalogue, models, None, None, make_bare_shelf(catalogue), exclude_seen=True
        )
        users = np.array([f"user {row}" for row in range(n_users)], dtype=object)
        held = forget_peak()
        with tempfile.TemporaryDirectory() as folder:
            cohort = (np.arange(n_users), users, list[str]())
            write_batch(Path(folder), engine, Wish(DECAYED), database, cohort, lambda _share: None)
    seconds = time.perf_counter() - started
    return seconds, max(0.0, _status_mib("VmHWM") - held), held


def forget_peak() -> float:
    """MiB that are resident now; the peak is counted anew from here."""
    Path("/proc/self/clear_refs").write_text("5")
    return _status_mib("VmRSS")


def _status_mib(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return float(next(line for line in lines if line.startswith(f"{name}:")).split()[1]) / 1024


def report(
    lists: dict[str, float],
    memory: dict[tuple[str, int], tuple[float, float, float]],
    goals: Sequence[str],
) -> str:
    """The whole result as Markdown."""
    lines = [
        "# Lists and evaluation of all users",
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
        f"Made-up logs of {N_EVENTS} events a user and {N_ITEMS} items: two models evaluated, or",
        "the best ten of one written. *Extra*: peak memory above what log and models held before.",
        "",
        "| work | users | seconds | held before (MiB) | extra (MiB) |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {work} | {n:,} | {seconds:.0f} | {held:.0f} | {extra:.0f} |"
            for (work, n), (seconds, extra, held) in memory.items()
        ),
        "",
        *goals,
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
