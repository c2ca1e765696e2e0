"""Sequential patterns beside their peers: `python -m benchmarks.sequences`.

Writes benchmarks/results/sequences.md. Every run is a process of its own (`sequence_task`); peers
end at a limit of seconds. Wherever a number of results is known or a peer ends, it must be equal.
"""

import json
import os
import platform
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from benchmarks.sequence_task import SHARED, Outcome, Task

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "results" / "sequences.md"
PEERS = ("prefixspan", "seq2pat")
PEER_LIMIT_S = float(os.environ.get("PEER_LIMIT_S", "60"))
OUR_LIMIT_S = 300.0
HARDEST = ("bmswebview1@40", "kosarak25k@50", "leviathan@117")
OTHERS_OF_SPMF = ("msnbc@318 gap 0", "msnbc@318 gap 2", "leviathan@117 rules 50")
MOST_S = (("kosarak25k@25 closed", 1.3), ("leviathan@1 top 1000", 0.3))
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)


@dataclass(frozen=True)
class Row:
    """A task with the results of other miners and SPMF's seconds (see the report), where known."""

    task: Task
    n_results: int | None = None
    spmf: str = ""
    spmf_s: float | None = None
    has_peers: bool = False


ROWS = (
    Row(Task("bmswebview1", 60), has_peers=True),
    Row(Task("bmswebview1", 40), 48_543, "PrefixSpan", 2.59, has_peers=True),
    Row(Task("kosarak25k", 100), has_peers=True),
    Row(Task("kosarak25k", 50), 15_679, "PrefixSpan", 2.1, has_peers=True),
    Row(Task("leviathan", 234), has_peers=True),
    Row(Task("leviathan", 117), 33_387, "PrefixSpan", 3.3, has_peers=True),
    Row(Task("sign", 146), has_peers=True),
    Row(Task("sign", 73), 110_417, "CM-SPADE", 2.2, has_peers=True),
    Row(Task("msnbc", 318), 45_279, "PrefixSpan", 6.3),
    Row(Task("bmswebview1", 40, "closed"), 29_489, "CM-ClaSP", 2.6),
    Row(Task("kosarak25k", 50, "closed"), 9_005),
    Row(Task("leviathan", 117, "closed"), 32_655, "CM-ClaSP", 7.3),
    Row(Task("sign", 73, "closed"), 109_743, "CM-ClaSP", 7.3),
    Row(Task("kosarak25k", 25, "closed"), 42_671, "BIDE+", 13.3),
    Row(Task("bmswebview1", 40, "maximal"), 9_827, "VMSP", 7.2),
    Row(Task("leviathan", 117, "maximal"), 17_124, "VMSP", 14.6),
    Row(Task("leviathan", 1, "top", 1_000), None, "TKS", 3.1),
    Row(Task("sign", 1, "top", 1_000), None, "TKS", 0.57),
    Row(Task("msnbc", 318, "gap", 0), 551, "PrefixSpan", 2.1),
    Row(Task("msnbc", 318, "gap", 2), 9_538, "PrefixSpan", 10.5),
    Row(Task("leviathan", 117, "rules", 50), 6_510, "ERMiner", 21.6),
)


@dataclass(frozen=True)
class Line:
    """A row with what was measured: one thread, all cores, each peer (None: not run)."""

    row: Row
    one: Outcome
    all_cores: Outcome
    peers: tuple[Outcome | float | None, ...]

    def times_faster(self, peer: int) -> float | None:
        """Than a peer, one thread; a lower bound where the peer ran into its limit."""
        outcome = self.peers[peer]
        if outcome is None:
            return None
        seconds = outcome.elapsed_s if isinstance(outcome, Outcome) else outcome
        return seconds / self.one.elapsed_s


def main() -> int:
    """Measure all, write the tables, and end with the goals; 1 where one is missed."""
    lines = [measure(row) for row in ROWS if (SHARED / f"{row.task.log}.spmf.txt.gz").is_file()]
    sizes = [run(Task(f"zipf-{size}", 5, n_threads=None), OUR_LIMIT_S) for size in SIZES]
    grown = [one for one in sizes if isinstance(one, Outcome)]
    text = report(lines, grown, goals(lines, grown))
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return int(" missed" in text)


def measure(row: Row) -> Line:
    """Ours on one thread and on all cores, and the peers, with equal numbers of results."""
    one, cores = (run(replace(row.task, n_threads=n), OUR_LIMIT_S) for n in (1, None))
    if not isinstance(one, Outcome) or not isinstance(cores, Outcome):
        raise SystemExit(f"{name_of(row.task)}: ours took more than {OUR_LIMIT_S:.0f} s")
    peers: list[Outcome | float | None] = []
    for peer in PEERS:
        module = "sequential" if peer == "seq2pat" else peer
        runs = row.has_peers and find_spec(module) is not None
        peers.append(run(replace(row.task, miner=peer), PEER_LIMIT_S) if runs else None)
    known = [outcome.n_results for outcome in (cores, *peers) if isinstance(outcome, Outcome)]
    known += [] if row.n_results is None else [row.n_results]
    if set(known) != {one.n_results}:
        raise SystemExit(f"{name_of(row.task)}: ours gives {one.n_results:,} results, not {known}")
    return Line(row, one, cores, tuple(peers))


def run(task: Task, limit_s: float) -> Outcome | float:
    """What a task gave in a process of its own, or the limit that it ran into."""
    command = [sys.executable, "-m", "benchmarks.sequence_task", json.dumps(asdict(task))]
    settings = {**os.environ, "OMP_NUM_THREADS": "1"}
    # A session of its own, since seq2pat's processes outlive it.
    child = subprocess.Popen(
        command, stdout=subprocess.PIPE, cwd=ROOT, env=settings, start_new_session=True
    )
    try:
        output, _ = child.communicate(timeout=limit_s)
    except subprocess.TimeoutExpired:
        return limit_s
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    if child.returncode != 0:
        raise SystemExit(f"{name_of(task)}: {task.miner} ended with {child.returncode}")
    return Outcome(**json.loads(output.decode().splitlines()[-1]))


def goals(lines: list[Line], sizes: list[Outcome]) -> list[str]:
    """Lines that a program can read: GOAL, name, value, goal, whether it holds."""
    at = {name_of(line.row.task): line for line in lines}
    found = []
    for name in HARDEST:
        line = at.get(f"{name} all")
        for number, peer in enumerate(PEERS):
            ratio = None if line is None else line.times_faster(number)
            found.append(goal(f"{name}-times-{peer}", ratio, least=20))
        speedup = None if line is None else line.one.elapsed_s / line.all_cores.elapsed_s
        found.append(goal(f"{name}-all-cores-over-one-thread", speedup, least=1.7))
        closed = at.get(f"{name} closed")
        ratio = closed and line and closed.one.elapsed_s / line.one.elapsed_s
        found.append(goal(f"{name}-closed-over-all", ratio, most=1.5))
    for name in (*(f"{name} all" for name in HARDEST), *OTHERS_OF_SPMF):
        ratio = spmf_ratio(at.get(name))
        found.append(goal(f"{name.replace(' ', '-')}-times-spmf", ratio, least=10))
    for name, most in MOST_S:
        line = at.get(name)
        seconds = None if line is None else line.one.elapsed_s
        found.append(goal(f"{name.replace(' ', '-')}-s", seconds, most=most))
    if len(sizes) == len(SIZES):
        found.append(goal("ten-million-events-s", sizes[-1].elapsed_s, most=30))
        growth = sizes[-1].elapsed_s / sizes[-2].elapsed_s / 10
        found.append(goal("ten-million-over-million-per-event", growth, most=1.2))
    return found


def spmf_ratio(line: Line | None) -> float | None:
    """How many times faster than SPMF, one thread."""
    if line is None or line.row.spmf_s is None:
        return None
    return line.row.spmf_s / line.one.elapsed_s


def goal(
    name: str, value: float | None, *, least: float | None = None, most: float | None = None
) -> str:
    """One goal; what was not measured is missed."""
    if value is None:
        return f"GOAL {name} not-measured {least or most:g} missed"
    holds = value >= least if least is not None else value <= (most or 0)
    return f"GOAL {name} {value:.3g} {least or most:g} {'holds' if holds else 'missed'}"


def name_of(task: Task) -> str:
    """Log, minimum count and what is mined, in words."""
    value = "" if task.value is None else f" {task.value}"
    return f"{task.log}@{task.min_count} {task.what}{value}"


def report(lines: list[Line], sizes: list[Outcome], found: list[str]) -> str:
    """The whole result as Markdown."""
    head = [
        "# Sequential patterns beside their peers",
        "",
        "Command: `python -m benchmarks.sequences`",
        (
            f"Machine: {platform.machine()}, {os.cpu_count()} CPUs, {platform.system()}; "
            f"Python {platform.python_version()}; load {os.getloadavg()[0]:.1f} at the end"
        ),
        f"Date: {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}",
        "",
        "Seconds of mining, each in a process of its own; reading the file, compiling and start-up",
        "left out (start-up with kernels from the cache: see below). Ours includes the estimate.",
        "SPMF's figures are quoted, not measured here: another quiet machine of two cores, with",
        f"reading and writing of files. A peer ends at {PEER_LIMIT_S:.0f} s. Numbers of results",
        "are equal wherever a peer ended or other miners' numbers are known.",
        "",
        (
            "| task | results | one thread (s) | its CPU (s) | all cores (s) | peak MiB "
            "| prefixspan (s) [MiB] | seq2pat (s) [MiB] | SPMF (s), quoted |"
        ),
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(line_of(line) for line in lines),
        "",
        f"Start-up with kernels from the cache: {min(line.one.start_s for line in lines):.2f} s.",
        "",
        "Cost against events: independent items by Zipf's law, support 0.5 % (25 histories or",
        "more), length 5, all cores. With peers and as a picture: growth.md.",
        "",
        "| events | patterns | seconds | microseconds an event | peak MiB |",
        "| ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {size:,} | {one.n_results:,} | {one.elapsed_s:.3f} | "
            f"{one.elapsed_s / size * 1e6:.2f} | {one.peak_mib:.0f} |"
            for size, one in zip(SIZES, sizes, strict=False)
        ),
        "",
    ]
    return "\n".join([*head, *found, ""])


def line_of(line: Line) -> str:
    """One row of the table."""
    cells = [
        name_of(line.row.task),
        f"{line.one.n_results:,}",
        f"{line.one.elapsed_s:.3f}",
        f"{line.one.cpu_s:.3f}",
        f"{line.all_cores.elapsed_s:.3f}",
        f"{line.one.peak_mib:.0f}",
    ]
    for outcome in line.peers:
        if outcome is None:
            cells.append("-")
        elif isinstance(outcome, Outcome):
            cells.append(f"{outcome.elapsed_s:.1f} [{outcome.peak_mib:.0f}]")
        else:
            cells.append(f"> {outcome:.0f}")
    spmf = "-" if line.row.spmf_s is None else f"{line.row.spmf_s:g} ({line.row.spmf})"
    return f"| {' | '.join([*cells, spmf])} |"


if __name__ == "__main__":
    sys.exit(main())
