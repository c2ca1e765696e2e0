"""One miner on one log in a process of its own: `python -m benchmarks.sequence_task JSON`.

Prints a line of JSON: number of results, seconds of mining (reading the file and compiling left
out), seconds of start-up (imports, kernels from the cache on disk), peak MiB of the process.
"""

import gzip
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.conditions import NearLimits, PatternKind
from seqrec.mining.config import PatternConfig, SequentialRuleConfig
from seqrec.mining.limits import Control
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.sequential_rules import mine_sequential_rules
from seqrec.mining.warm_up import warm_up

SHARED = Path(__file__).parents[2] / "shared" / "data" / "sequences"
LONGEST = 10_000
_QUICK_S = 1.0
_REPEATS, _MOST_REPEATS, _REPEATED_S = 5, 20, 2.0
# The synthetic log: histories of twenty events on average, items by Zipf's law.
_MEAN_LENGTH = 20
_N_ITEMS = 20_000
LONGEST_SYNTHETIC = 5
# Histories at least: half a percent of a small log would be what chance alone reaches.
_LEAST_SYNTHETIC = 25


@dataclass(frozen=True)
class Task:
    """What is mined, by whom.

    Attributes:
        log: a benchmark log's name, or "zipf" and the number of events: "zipf-1000000".
        min_count: histories; of the synthetic log per 1,000 histories, and at least 25.
        what: all, closed, maximal, top, gap or rules.
        value: k, events between, or percent of confidence; None where the task takes none.
        miner: seqrec, prefixspan or seq2pat.
        n_threads: threads of seqrec; None takes all cores.
    """

    log: str
    min_count: int
    what: str = "all"
    value: int | None = None
    miner: str = "seqrec"
    n_threads: int | None = 1


@dataclass(frozen=True)
class Outcome:
    """What a task gave and took; on a busy machine the CPU seconds are less than the elapsed."""

    n_results: int
    elapsed_s: float
    cpu_s: float
    start_s: float
    peak_mib: float


def main() -> int:
    """Run the task of the command line."""
    task = Task(**json.loads(sys.argv[1]))
    started = time.perf_counter()
    if task.miner == "seqrec":
        warm_up()
    start_s = time.perf_counter() - started
    work = prepare(task)
    n_results, elapsed_s, cpu_s = timed(work)
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    outcome = Outcome(n_results, elapsed_s, cpu_s, start_s, peak_mib)
    sys.stdout.write(json.dumps(asdict(outcome)) + "\n")
    return 0


def prepare(task: Task) -> Callable[[], int]:
    """The mining alone, as a function that gives the number of results."""
    if task.miner == "prefixspan":
        from prefixspan import PrefixSpan  # noqa: PLC0415 - only where it is measured

        histories = read_histories(task.log)
        miner = PrefixSpan(histories)
        miner.maxlen = longest_of(task.log)
        least = least_of(task.log, task.min_count, len(histories))
        return lambda: len(miner.frequent(least))
    if task.miner == "seq2pat":
        from sequential.seq2pat import Seq2Pat  # noqa: PLC0415 - only where it is measured

        histories = read_histories(task.log)
        least, longest = least_of(task.log, task.min_count, len(histories)), longest_of(task.log)
        # It leaves out patterns of one item, and knows no longest; each ends with its count.
        n_items = sum(count >= least for count in count_items(histories).values())
        seq2pat = Seq2Pat(sequences=histories, max_span=LONGEST, n_jobs=1)
        return lambda: (
            n_items
            + sum(
                len(pattern) <= longest + 1 for pattern in seq2pat.get_patterns(min_frequency=least)
            )
        )
    return prepare_seqrec(task)


def prepare_seqrec(task: Task) -> Callable[[], int]:
    """Ours, with the estimate that comes before every search."""
    database = read_database(task.log)
    control = Control(n_threads=task.n_threads)
    if task.what == "rules":
        rules = SequentialRuleConfig(task.min_count, (task.value or 0) / 100, 20, 20)
        return lambda: len(mine_sequential_rules(database, rules, control).n_both)
    config = PatternConfig(task.min_count)
    if task.what in {"closed", "maximal"}:
        config = PatternConfig(task.min_count, kind=PatternKind(task.what))
    elif task.what == "top":
        config = PatternConfig(None, top=task.value)
    elif task.what == "gap":
        config = PatternConfig(task.min_count, near=NearLimits(max_gap=task.value))
    elif task.log.startswith("zipf"):
        least = least_of(task.log, task.min_count, database.n_users)
        config = PatternConfig(least, max_length=LONGEST_SYNTHETIC)
    return lambda: len(mine_patterns(database, config, control).items)


def least_of(log: str, min_count: int, n_histories: int) -> int:
    """The minimum count; of the synthetic log it is given per 1,000 histories."""
    if not log.startswith("zipf-"):
        return min_count
    return max(_LEAST_SYNTHETIC, n_histories * min_count // 1_000)


def longest_of(log: str) -> int:
    """Items in a pattern at most."""
    return LONGEST_SYNTHETIC if log.startswith("zipf-") else LONGEST


def read_database(log: str) -> SequenceDatabase:
    """The histories of a benchmark log or of the synthetic one."""
    if log.startswith("zipf-"):
        return synthetic(int(log.removeprefix("zipf-")))
    return SequenceDatabase.from_histories(read_histories(log))


def read_histories(log: str) -> list[list[int]]:
    """Item ids by history; -1 and -2 end items and lines in the file."""
    if log.startswith("zipf-"):
        made = synthetic(int(log.removeprefix("zipf-")))
        return [history.tolist() for history in np.split(made.items, made.offsets[1:-1])]
    with gzip.open(SHARED / f"{log}.spmf.txt.gz", "rt") as lines:
        words = [[int(word) for word in line.split()] for line in lines]
    histories = [[item for item in line if item > 0] for line in words]
    # One line of Leviathan is empty, which seq2pat refuses.
    return [history for history in histories if history]


def count_items(histories: list[list[int]]) -> dict[int, int]:
    """Histories that hold each item."""
    counts: dict[int, int] = {}
    for history in histories:
        for item in set(history):
            counts[item] = counts.get(item, 0) + 1
    return counts


def synthetic(n_events: int) -> SequenceDatabase:
    """Independent items by Zipf's law in histories of geometric length."""
    random = np.random.default_rng(1)
    shares = 1 / np.arange(1, _N_ITEMS + 1)
    items = random.choice(_N_ITEMS, n_events, p=shares / shares.sum()).astype(np.int32) + 1
    ends = np.cumsum(random.geometric(1 / _MEAN_LENGTH, 2 * n_events // _MEAN_LENGTH + 1))
    offsets = np.array([0, *ends[ends < n_events], n_events], dtype=np.int64)
    users = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    return SequenceDatabase(
        items=items,
        times_s=np.arange(n_events, dtype=np.int64),
        offsets=offsets,
        session_ids=users,
        event_ids=np.zeros(n_events, dtype=np.int16),
        n_items=_N_ITEMS,
        fingerprint="zipf",
    )


def timed(work: Callable[[], int]) -> tuple[int, float, float]:
    """Result, seconds and CPU seconds; the best of some runs where it takes under a second.

    Five runs at least, and as many as two seconds hold: a short one is easily disturbed.
    """
    best = best_cpu = float("inf")
    began = time.perf_counter()
    for row in range(_MOST_REPEATS):
        started, cpu_started = time.perf_counter(), cpu_now()
        n_results = work()
        best = min(best, time.perf_counter() - started)
        best_cpu = min(best_cpu, cpu_now() - cpu_started)
        enough = row + 1 >= _REPEATS and time.perf_counter() - began > _REPEATED_S
        if best > _QUICK_S or enough:
            break
    return n_results, best, best_cpu


def cpu_now() -> float:
    """CPU seconds of this process and of its ended children."""
    return sum(os.times()[:4])


if __name__ == "__main__":
    sys.exit(main())
