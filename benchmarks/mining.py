"""Itemsets and rules beside peers: `python -m benchmarks.mining` writes results/mining.md.

Sequential patterns: `benchmarks.sequences`.

Every row asserts equal numbers of results. Seconds of one process, loading and compiling left out;
the best of three where a run takes under a second, else a single run.
"""

import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TypeVar

from seqrec.demo.built_in import unpack_demo
from seqrec.log.behaviour_log import load_sequences
from seqrec.log.ingest import ingest
from seqrec.mining import reference
from seqrec.mining.config import Engine, ItemsetConfig
from seqrec.mining.itemsets import mine_itemsets
from seqrec.mining.rules import derive_rules
from seqrec.mining.warm_up import warm_up
from seqrec.workspace import open_workspace

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "results" / "mining.md"
PEER_OF_DEMO = "mlxtend"
DEMO_MIN_COUNT = 57
DEMO_MAX_LENGTH = 4
GOAL = 10.0
_QUICK_S = 1.0
_REPEATS = 3
_DEMO_MEMORY_MIB = 512


Result = TypeVar("Result")


@dataclass(frozen=True)
class Row:
    """Ours beside a peer on one task; peer_s is None where the peer was not run."""

    task: str
    n_results: int
    ours_s: float
    peer: str
    peer_s: float | None

    @property
    def ratio(self) -> float | None:
        """How many times faster ours is."""
        return None if self.peer_s is None else self.peer_s / self.ours_s


def main() -> int:
    """Measure all, write the table, and end with the goals; 1 where one is missed."""
    warm_up()
    rows = measure_demo()
    goals = [(f"itemsets-{PEER_OF_DEMO}-ratio", rows[0].ratio)]
    lines = [goal_line(name, value) for name, value in goals]
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(report(rows, lines), encoding="utf-8")
    sys.stdout.write(report(rows, lines))
    return int(any(line.endswith("missed") for line in lines))


def measure_demo() -> list[Row]:
    """Itemsets and rules of the built-in log."""
    with tempfile.TemporaryDirectory() as home:
        workspace = open_workspace(Path(home))
        source = unpack_demo(workspace)
        log = ingest(workspace, source, _DEMO_MEMORY_MIB, lambda _stage, _share: None)
        database = load_sequences(log)
        own = ItemsetConfig(DEMO_MIN_COUNT, DEMO_MAX_LENGTH)
        other = ItemsetConfig(DEMO_MIN_COUNT, DEMO_MAX_LENGTH, engine=Engine.MLXTEND)
        task = f"built-in log, itemsets in {DEMO_MIN_COUNT} of {log.n_sessions:,} sessions"
        itemsets, ours_s = timed(lambda: mine_itemsets(database, own))
        again, peer_s = timed(lambda: mine_itemsets(database, other))
    check(task, len(itemsets.items), len(again.items))
    first = Row(task, len(itemsets.items), ours_s, PEER_OF_DEMO, peer_s)
    n = itemsets.n_transactions
    rules, ours_s = timed(lambda: derive_rules(itemsets, 0.1, n))
    others, peer_s = timed(lambda: reference.derive_rules(itemsets, 0.1, n))
    check("rules", len(rules.n_both), len(others.n_both))
    task = "built-in log, rules of these with confidence 10 % or more"
    return [first, Row(task, len(rules.n_both), ours_s, PEER_OF_DEMO, peer_s)]


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """Result and seconds of some work."""
    best = float("inf")
    for _ in range(_REPEATS):
        started = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - started)
        if best > _QUICK_S:
            break
    return result, best


def check(task: str, ours: int, peers: int) -> None:
    """End the benchmark where the numbers of results differ: its times would mean nothing."""
    if ours != peers:
        raise SystemExit(f"{task}: ours gives {ours:,} results, the peer {peers:,}")


def goal_line(name: str, value: float | None) -> str:
    """One goal, as a line that a program can read; a goal that was not measured is missed."""
    held = value is not None and value >= GOAL
    shown = "not-measured" if value is None else f"{value:.1f}"
    return f"GOAL {name} {shown} {GOAL:.0f} {'holds' if held else 'missed'}"


def report(rows: list[Row], goals: list[str]) -> str:
    """The whole result as Markdown."""
    packages = ("numba", "numpy", PEER_OF_DEMO)
    versions = ", ".join(f"{name} {version_of(name)}" for name in packages)
    head = [
        "# Mining beside its peers",
        "",
        "Command: `python -m benchmarks.mining`",
        (
            f"Machine: {platform.machine()}, {os.cpu_count()} CPUs, {platform.system()}; "
            f"Python {platform.python_version()}, {versions}"
        ),
        f"Date: {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}",
        "",
        "Seconds of one process, loading and compiling left out; ours includes the estimate that",
        "comes before every search. The numbers of results are equal wherever a peer ran.",
        "",
        "| task | results | ours (s) | peer | peer (s) | times faster |",
        "| --- | ---: | ---: | --- | ---: | ---: |",
    ]
    return "\n".join([*head, *(line_of(row) for row in rows), "", *goals, ""])


def line_of(row: Row) -> str:
    """One row of the table."""
    start = f"| {row.task} | {row.n_results:,} | {row.ours_s:.3f} |"
    if row.peer_s is None or row.ratio is None:
        return f"{start} - | - | - |"
    return f"{start} {row.peer} | {row.peer_s:.2f} | {row.ratio:.0f} |"


def version_of(package: str) -> str:
    """Version of an installed package, or that it is absent."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "(absent)"


if __name__ == "__main__":
    sys.exit(main())
