"""Sequential patterns beside Spark: `python -m benchmarks.spark`.

Writes benchmarks/results/spark.md. Ours runs on one thread, Spark on `local[2]`, each in a process
of its own; the numbers of patterns must be equal. Without pyspark and Java nothing is measured.
"""

import json
import os
import platform
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.sequence_task import SHARED, Outcome, Task
from benchmarks.sequences import OUR_LIMIT_S, goal, name_of, run
from seqrec.mining.spark.installed import spark_is_here

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "results" / "spark.md"
TASKS = (Task("bmswebview1", 40), Task("kosarak25k", 50), Task("leviathan", 117))
URL = "local[2]"
LEAST_TIMES = 50


@dataclass(frozen=True)
class SparkOutcome:
    """What Spark gave and took.

    Attributes:
        n_results: patterns.
        elapsed_s: seconds of mining, the better of two runs.
        first_s: of the first one.
        start_s: from no Java to a session.
        peak_mib: of Java.
    """

    n_results: int
    elapsed_s: float
    first_s: float
    start_s: float
    peak_mib: float


@dataclass(frozen=True)
class Line:
    """A task with what was measured."""

    task: Task
    ours: Outcome
    spark: SparkOutcome

    @property
    def times_faster(self) -> float:
        """How many times Spark's seconds ours are."""
        return self.spark.elapsed_s / self.ours.elapsed_s

    @property
    def times_faster_at_first(self) -> float:
        """The same of Spark's start and first run, which is what one result waits for."""
        return (self.spark.start_s + self.spark.first_s) / self.ours.elapsed_s


def main() -> int:
    """Measure all, write the table, and end with the goals; 1 where one is missed."""
    tasks = [task for task in TASKS if (SHARED / f"{task.log}.spmf.txt.gz").is_file()]
    lines = [measure(task) for task in tasks]
    measured = {name_of(line.task): line.times_faster for line in lines}
    names = [name_of(task) for task in TASKS]
    goals = [
        goal(f"{name.replace(' ', '-')}-times-spark", measured.get(name), least=LEAST_TIMES)
        for name in names
    ]
    text = report(lines, goals)
    RESULT.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return int(" missed" in text)


def measure(task: Task) -> Line:
    """Ours and Spark, with equal numbers of patterns."""
    ours = run(task, OUR_LIMIT_S)
    if not isinstance(ours, Outcome):
        raise SystemExit(f"{name_of(task)}: ours took more than {OUR_LIMIT_S:.0f} s")
    spark = run_spark(task)
    if spark.n_results != ours.n_results:
        raise SystemExit(
            f"{name_of(task)}: ours gives {ours.n_results:,} results, Spark {spark.n_results:,}"
        )
    return Line(task, ours, spark)


def run_spark(task: Task) -> SparkOutcome:
    """What Spark gave in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.spark_task", json.dumps(asdict(task))]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    if ended.returncode != 0:
        raise SystemExit(f"{name_of(task)}: Spark ended with {ended.returncode}\n{ended.stderr}")
    return SparkOutcome(**json.loads(ended.stdout.splitlines()[-1]))


def report(lines: list[Line], goals: list[str]) -> str:
    """The whole result as Markdown."""
    head = [
        "# Sequential patterns beside Spark",
        "",
        "Command: `python -m benchmarks.spark`",
        (
            f"Machine: {platform.machine()}, {os.cpu_count()} CPUs, {platform.system()}; "
            f"Python {platform.python_version()}; load {os.getloadavg()[0]:.1f} at the end"
        ),
        f"Date: {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}",
        "",
        "Seconds of mining; start-up and reading left out. Ours: one thread, kernels from the",
        f"cache, the estimate included. Spark: {URL}, cached sequences, the better of two runs in",
        "a session; the first one, before Java has compiled its loops, and the start of the",
        "session stand beside. The goal is on the better run; the last column takes the start and",
        "the first run, as one result from nothing waits for them.",
        "",
        (
            "| task | patterns | ours (s) [MiB] | Spark (s) [MiB of Java] | Spark, first run (s) "
            "| Spark, start (s) | times faster | than start and first run |"
        ),
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(line_of(line) for line in lines),
        "",
    ]
    return "\n".join([*head, *goals, ""])


def line_of(line: Line) -> str:
    """One row of the table."""
    ours, spark = line.ours, line.spark
    cells = [
        name_of(line.task),
        f"{ours.n_results:,}",
        f"{ours.elapsed_s:.3f} [{ours.peak_mib:.0f}]",
        f"{spark.elapsed_s:.1f} [{spark.peak_mib:.0f}]",
        f"{spark.first_s:.1f}",
        f"{spark.start_s:.1f}",
        f"{line.times_faster:.0f}",
        f"{line.times_faster_at_first:.0f}",
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    if not spark_is_here():
        sys.stdout.write(
            "Spark is not measured: pyspark (requirements-spark.txt) or Java is missing\n"
        )
        sys.exit(0)
    sys.exit(main())
