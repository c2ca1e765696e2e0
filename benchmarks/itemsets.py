"""Itemsets and rules beside their peers: `python -m benchmarks.itemsets`.

Writes benchmarks/results/itemsets.md. Every run is a process of its own (`itemset_task`); peers end
at a limit of CPU seconds. Wherever a number of results is known or a peer ends, it must be equal.
"""

import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from benchmarks.itemset_task import BASKETS, ItemsetOutcome, ItemsetTask
from benchmarks.mining import version_of
from benchmarks.sequences import goal

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "results" / "itemsets.md"
# Modules by miner; pyfim counts by two algorithms, of which the faster is its figure.
PEERS = {
    "eclat": "fim",
    "fpgrowth": "fim",
    "mlxtend": "mlxtend",
    "efficient-apriori": "efficient_apriori",
}
PYFIM = ("eclat", "fpgrowth")
PEER_LIMIT_S = float(os.environ.get("PEER_LIMIT_S", "60"))
OUR_LIMIT_S = 300.0
# Numbers of all itemsets that others have published; None where none is known.
THRESHOLDS: dict[str, dict[int, int | None]] = {
    "retail": {88: 7_712, 30: None},
    "mushroom": {1625: 53_583, 812: None},
    "chess": {2557: None, 1918: None},
    "t10i4d100k": {100: 27_532, 30: None},
}
KINDS = ("all", "closed", "maximal")
# A million rules and a little more.
RULES = ItemsetTask("t10i4d100k", 30, "rules", 25)
# Most of closed and maximal where all are few: where at least half of all are closed.
_FEW = 0.5


@dataclass(frozen=True)
class Line:
    """A task with what was measured: one thread, all cores, each peer that ran."""

    task: ItemsetTask
    one: ItemsetOutcome
    all_cores: ItemsetOutcome
    peers: dict[str, ItemsetOutcome | float]

    @property
    def name(self) -> str:
        """Log, minimum count and what is mined."""
        return f"{self.task.log}@{self.task.min_count}-{self.task.what}"

    @property
    def memory_ratio(self) -> float:
        """Memory beyond the result, as a multiple of the log's arrays."""
        return (self.one.above_mib - self.one.result_mib) / self.one.log_mib

    def times_faster(self, peers: tuple[str, ...]) -> float | None:
        """CPU seconds of the fastest of some peers over ours; its limit where it did not end."""
        found = [self.peers[peer] for peer in peers if peer in self.peers]
        if not found:
            return None
        return min(_cpu_s(outcome) for outcome in found) / self.one.cpu_s


def main() -> int:
    """Measure all, write the table, and end with the goals; 1 where one is missed."""
    lines = [
        measure(ItemsetTask(log, min_count, what))
        for log, counts in THRESHOLDS.items()
        for min_count in counts
        for what in KINDS
        if (BASKETS / f"{log}.dat.gz").is_file()
    ]
    rules = ours(RULES)
    text = report(lines, rules, compile_s())
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return int(" missed" in text)


def measure(task: ItemsetTask) -> Line:
    """Ours on one thread and on all cores, and the peers, with equal numbers of results."""
    one, cores = (ours(replace(task, n_threads=n)) for n in (1, None))
    wanted = PEERS if task.what == "all" else PYFIM
    peers = {
        peer: run(replace(task, miner=peer), PEER_LIMIT_S)
        for peer in wanted
        if find_spec(PEERS[peer]) is not None
    }
    known = THRESHOLDS[task.log][task.min_count] if task.what == "all" else None
    numbers = {
        peer: found.n_results for peer, found in peers.items() if isinstance(found, ItemsetOutcome)
    }
    numbers["all cores"] = cores.n_results
    numbers["others"] = one.n_results if known is None else known
    if set(numbers.values()) != {one.n_results}:
        raise SystemExit(f"{task}: ours gives {one.n_results:,} results, not {numbers}")
    return Line(task, one, cores, peers)


def ours(task: ItemsetTask) -> ItemsetOutcome:
    """What our own miner gave."""
    outcome = run(task, OUR_LIMIT_S)
    if not isinstance(outcome, ItemsetOutcome):
        raise SystemExit(f"{task}: ours took more than {OUR_LIMIT_S:.0f} s")
    return outcome


def run(task: ItemsetTask, limit_s: float, **settings: str) -> ItemsetOutcome | float:
    """What a task gave in a process of its own, or the CPU seconds at which it was ended."""
    command = [sys.executable, "-m", "benchmarks.itemset_task", json.dumps(asdict(task))]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", **settings}
    child = subprocess.run(
        [*command, str(limit_s)], stdout=subprocess.PIPE, cwd=ROOT, env=environment, check=False
    )
    if child.returncode == -signal.SIGXCPU:
        return limit_s
    if child.returncode != 0:
        raise SystemExit(f"{task} ended with {child.returncode}")
    return ItemsetOutcome(**json.loads(child.stdout.decode().splitlines()[-1]))


def compile_s() -> float:
    """Seconds until the kernels are there where nothing is in the cache."""
    with tempfile.TemporaryDirectory() as empty:
        outcome = run(ItemsetTask("chess", 3_000), OUR_LIMIT_S, NUMBA_CACHE_DIR=empty)
    return outcome.start_s if isinstance(outcome, ItemsetOutcome) else outcome


def goals(lines: list[Line], rules: ItemsetOutcome) -> list[str]:
    """Lines that a program can read: GOAL, name, value, goal, whether it holds."""
    at = {line.name: line for line in lines}
    found = [goal(f"{line.name}-times-pyfim", line.times_faster(PYFIM), least=1) for line in lines]
    for log, counts in THRESHOLDS.items():
        hardest = at.get(f"{log}@{min(counts)}-all")
        ratio = hardest and hardest.times_faster(("mlxtend",))
        found.append(goal(f"{log}@{min(counts)}-all-times-mlxtend", ratio, least=50))
    for line in lines:
        every, closed = (at[_name(line, what)] for what in ("all", "closed"))
        if line.task.what != "all" and closed.one.n_results >= _FEW * every.one.n_results:
            ratio = line.one.cpu_s / every.one.cpu_s
            found.append(goal(f"{line.name}-over-all", ratio, most=1.5))
    most = max((line.memory_ratio for line in lines), default=None)
    found.append(goal("most-memory-beyond-the-result-over-the-log", most, most=3))
    per_million = rules.cpu_s / rules.n_results * 1e6
    found.append(goal("million-rules-with-all-measures-s", per_million, most=1))
    return found


def report(lines: list[Line], rules: ItemsetOutcome, compiling_s: float) -> str:
    """The whole result as Markdown."""
    packages = ("numba", "numpy", "mlxtend", "pyfim", "efficient-apriori")
    head = [
        "# Itemsets and rules beside their peers",
        "",
        "Command: `python -m benchmarks.itemsets`",
        (
            f"Machine: {platform.machine()}, {os.cpu_count()} CPUs, {platform.system()}; "
            f"Python {platform.python_version()}, "
            f"{', '.join(f'{name} {version_of(name)}' for name in packages)}; "
            f"load {os.getloadavg()[0]:.1f} at the end"
        ),
        f"Date: {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}",
        "",
        "CPU seconds of mining, each in a process of its own; under 1.5 s the best of five",
        "measurements, each of as many runs as take a tenth of a second, since the clock of the",
        "processor may move in steps of 4 ms.",
        "Reading the file, compiling, start-up and the form that a peer wants (lists; mlxtend: the",
        "finished table of frequent items) are left out. The elapsed seconds of ours stand behind.",
        "In brackets: highest memory while mining, MiB above the process with its log loaded. Ours",
        f"includes the check of size. A peer ends at {PEER_LIMIT_S:.0f} CPU seconds. Numbers of",
        "results are equal wherever a peer ended or others' numbers are known. Up to 20 items.",
        "",
        (
            "| task | results | one thread (s) [MiB] | elapsed (s) | all cores, elapsed (s) "
            "| pyfim eclat (s) [MiB] | pyfim fpgrowth (s) [MiB] | mlxtend (s) [MiB] "
            "| efficient-apriori (s) [MiB] | times pyfim | memory over log |"
        ),
        "| --- |" + " ---: |" * 10,
        *(line_of(line) for line in lines),
        "",
        (
            f"Start-up with kernels from the cache: {min(line.one.start_s for line in lines):.2f} "
            f"s; compiling them: {compiling_s:.0f} s. Memory over log: beyond the result's arrays, "
            "as a multiple of the log's."
        ),
        "",
        (
            f"Rules: {rules.n_results:,} from {RULES.log}@{RULES.min_count} at a confidence of "
            f"{RULES.value} % with all measures in {rules.cpu_s:.3f} CPU seconds "
            f"({rules.elapsed_s:.3f} s elapsed), {rules.above_mib:.0f} MiB, of which "
            f"{rules.result_mib:.0f} MiB are the rules and their measures."
        ),
        "",
    ]
    return "\n".join([*head, *goals(lines, rules), ""])


def line_of(line: Line) -> str:
    """One row of the table."""
    times = line.times_faster(PYFIM)
    cells = [
        line.name.replace("-", " "),
        f"{line.one.n_results:,}",
        _cell(line.one),
        f"{line.one.elapsed_s:.4f}",
        f"{line.all_cores.elapsed_s:.4f}",
        *(_cell(line.peers.get(peer)) for peer in PEERS),
        "-" if times is None else f"{times:.2f}",
        f"{line.memory_ratio:.1f}",
    ]
    return f"| {' | '.join(cells)} |"


def _cell(outcome: ItemsetOutcome | float | None) -> str:
    if outcome is None:
        return "-"
    if isinstance(outcome, ItemsetOutcome):
        return f"{outcome.cpu_s:.4f} [{outcome.above_mib:.0f}]"
    return f"> {outcome:.0f}"


def _cpu_s(outcome: ItemsetOutcome | float) -> float:
    return outcome.cpu_s if isinstance(outcome, ItemsetOutcome) else outcome


def _name(line: Line, what: str) -> str:
    return f"{line.task.log}@{line.task.min_count}-{what}"


if __name__ == "__main__":
    sys.exit(main())
