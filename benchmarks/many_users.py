"""Memory of an evaluation and of a batch of very many users: `python -m benchmarks.many_users`.

Writes benchmarks/results/many_users.md. The logs are made up; each piece of work has a process of
its own, so that what another one held does not count.
"""

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.recommend import goal
from seqrec.evaluation.split import leave_last_out
from seqrec.log.behaviour_log import Catalogue
from seqrec.log.sequences import SequenceDatabase
from seqrec.models.popularity import POPULARITY, fit_popularity
from seqrec.recommend.batch_writer import write_batch
from seqrec.recommend.engine import Engine, Wish
from seqrec.recommend.shelf import make_bare_shelf
from seqrec.training.contest import Contest, evaluate

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "results" / "many_users.md"
MOST_EXTRA_MIB = 512.0
N_ITEMS, N_EVENTS, K = 100, 4, 3
EVALUATION, BATCH = "evaluation", "batch"
PLAN = ((EVALUATION, 100_000), (EVALUATION, 1_000_000), (BATCH, 100_000), (BATCH, 1_000_000))
Measured = dict[tuple[str, int], tuple[float, float, float]]


def main() -> int:
    """Measure, write the table, and end with the goals; 1 where one is missed."""
    if len(sys.argv) > 1:  # work and users, in this process
        found = stream(sys.argv[1], int(sys.argv[2]))
        sys.stdout.write(" ".join(f"{one:.4g}" for one in found))
        return 0
    measured = {one: measure_apart(*one) for one in PLAN}
    goals = []
    for work, n_users in PLAN[1::2]:
        extra = measured[work, n_users][1]
        told = f"{work}-of-{n_users:,}-users-extra-MiB"
        goals.append(goal(told, extra, MOST_EXTRA_MIB, extra <= MOST_EXTRA_MIB))
    text = report(measured, goals)
    RESULT.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return int(any(line.endswith("missed") for line in goals))


def measure_apart(work: str, n_users: int) -> tuple[float, float, float]:
    """`stream` in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.many_users", work, str(n_users)]
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
    models = {POPULARITY: fit_popularity(split)}
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
            write_batch(
                Path(folder), engine, Wish(POPULARITY, K), database, cohort, lambda _share: None
            )
    seconds = time.perf_counter() - started
    return seconds, max(0.0, _status_mib("VmHWM") - held), held


def forget_peak() -> float:
    """MiB that are resident now; the peak is counted anew from here."""
    Path("/proc/self/clear_refs").write_text("5")
    return _status_mib("VmRSS")


def _status_mib(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return float(next(line for line in lines if line.startswith(f"{name}:")).split()[1]) / 1024


def report(measured: Measured, goals: Sequence[str]) -> str:
    """The whole result as Markdown."""
    lines = [
        "# Evaluation and batch of very many users",
        "",
        "Command: `python -m benchmarks.many_users`",
        (
            f"Machine: {platform.machine()}, {os.cpu_count()} CPUs, {platform.system()}; load "
            f"{os.getloadavg()[0]:.1f} at the end: seconds say little, memory does not depend on it"
        ),
        f"Date: {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}",
        "",
        f"Made-up logs of {N_EVENTS} events a user and {N_ITEMS} items: one model evaluated, or",
        f"its best {K} items written as CSV and Parquet. *Extra*: peak memory above what log and",
        "model held before.",
        "",
        "| work | users | seconds | held before (MiB) | extra (MiB) |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {work} | {n:,} | {seconds:.0f} | {held:.0f} | {extra:.0f} |"
            for (work, n), (seconds, extra, held) in measured.items()
        ),
        "",
        *goals,
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
