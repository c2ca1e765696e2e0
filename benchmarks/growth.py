"""Cost against events, ours and peers': `python -m benchmarks.growth`.

Writes benchmarks/results/growth.md and growth.svg (both axes logarithmic). Every run is a process
of its own; a peer ends at a limit of seconds and is then not tried on larger logs. Wherever a miner
ends, the numbers of results must be equal.
"""

import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from benchmarks import itemsets, sequences
from benchmarks.growth_picture import Series, draw
from benchmarks.itemset_task import ItemsetOutcome, ItemsetTask
from benchmarks.sequence_task import Outcome, Task

RESULT = Path(__file__).parent / "results" / "growth.md"
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
PER_MILLE = 5
LIMIT_S = float(os.environ.get("PEER_LIMIT_S", "40"))
# The largest log over one a tenth as large, by event.
MOST_GROWTH = 1.2
MOST_S = 30.0


@dataclass(frozen=True)
class Miner:
    """One way to mine.

    Attributes:
        name: as the report has it.
        results: "sequences" or "itemsets".
        run: what a log of so many events gave, or the seconds at which it was ended.
        ours: whether it has no limit of seconds.
    """

    name: str
    results: str
    run: Callable[[int], Outcome | ItemsetOutcome | float]
    ours: bool = False


@dataclass(frozen=True)
class Point:
    """What a miner took for a log; `ended` is False where it ran into its limit."""

    miner: Miner
    n_events: int
    n_results: int
    elapsed_s: float
    ended: bool = True


def main() -> int:
    """Measure all, write the table and the picture; 1 where a goal is missed."""
    points = [point for miner in miners() for point in measure(miner)]
    check_equal(points)
    text = report(points, goals(points))
    RESULT.write_text(text, encoding="utf-8")
    RESULT.with_suffix(".svg").write_text(picture(points), encoding="utf-8")
    sys.stdout.write(text)
    return int(" missed" in text)


def miners() -> list[Miner]:
    """All that are installed."""
    found = []
    for n_threads in (1, 2):
        name = f"seqrec, {n_threads} thread{'s' if n_threads > 1 else ''}"
        found.append(Miner(name, "sequences", _sequences("seqrec", n_threads), ours=True))
    for peer, module in (("prefixspan", "prefixspan"), ("seq2pat", "sequential")):
        if find_spec(module) is not None:
            found.append(Miner(peer, "sequences", _sequences(peer, 1)))
    for n_threads in (1, 2):
        name = f"seqrec, {n_threads} thread{'s' if n_threads > 1 else ''}"
        found.append(Miner(name, "itemsets", _itemsets("seqrec", n_threads), ours=True))
    if find_spec("fim") is not None:
        found.append(Miner("pyfim eclat", "itemsets", _itemsets("eclat", 1)))
    return found


def _sequences(miner: str, n_threads: int) -> Callable[[int], Outcome | float]:
    limit_s = sequences.OUR_LIMIT_S if miner == "seqrec" else LIMIT_S

    def run(n_events: int) -> Outcome | float:
        task = Task(f"zipf-{n_events}", PER_MILLE, miner=miner, n_threads=n_threads)
        return sequences.run(task, limit_s)

    return run


def _itemsets(miner: str, n_threads: int) -> Callable[[int], ItemsetOutcome | float]:
    limit_s = itemsets.OUR_LIMIT_S if miner == "seqrec" else LIMIT_S

    def run(n_events: int) -> ItemsetOutcome | float:
        task = ItemsetTask(f"zipf-{n_events}", PER_MILLE, miner=miner, n_threads=n_threads)
        return itemsets.run(task, limit_s)

    return run


def measure(miner: Miner) -> list[Point]:
    """A miner's points, up to the first log at which it was ended."""
    points: list[Point] = []
    for n_events in SIZES:
        outcome = miner.run(n_events)
        if isinstance(outcome, float):
            return [*points, Point(miner, n_events, 0, outcome, ended=False)]
        points.append(Point(miner, n_events, outcome.n_results, outcome.elapsed_s))
    return points


def check_equal(points: list[Point]) -> None:
    """End where two miners found different numbers of results."""
    for results in ("sequences", "itemsets"):
        for n_events in SIZES:
            found = {
                point.n_results
                for point in points
                if point.ended and point.miner.results == results and point.n_events == n_events
            }
            if len(found) > 1:
                raise SystemExit(f"{n_events:,} events: miners found {sorted(found)} {results}")


def goals(points: list[Point]) -> list[str]:
    """Lines that a program can read: GOAL, name, value, goal, whether it holds."""
    found = []
    for results in ("sequences", "itemsets"):
        for n_threads in ("1 thread", "2 threads"):
            own = [p for p in points if p.miner.results == results and n_threads in p.miner.name]
            name = f"{results}-{n_threads.replace(' ', '-')}"
            growth = own[-1].elapsed_s / own[-2].elapsed_s * own[-2].n_events / own[-1].n_events
            found.append(sequences.goal(f"{name}-growth-per-event", growth, most=MOST_GROWTH))
            found.append(sequences.goal(f"{name}-s", own[-1].elapsed_s, most=MOST_S))
    return found


def report(points: list[Point], found: list[str]) -> str:
    """The whole result as Markdown."""
    head = [
        "# Cost against events",
        "",
        "Command: `python -m benchmarks.growth`",
        (
            f"Machine: {platform.machine()}, {os.cpu_count()} CPUs, {platform.system()}; "
            f"Python {platform.python_version()}; load {os.getloadavg()[0]:.1f} at the end"
        ),
        f"Date: {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}",
        "",
        "Independent items by Zipf's law (20,000 of them), histories of 20 events on average;",
        "support 0.5 %, but 25 histories at least: of 10,000 events 0.5 % would be 2 histories,",
        "which chance reaches hundreds of thousands of times. So the smallest log asks for less",
        "than the others. At most 5 items; seq2pat knows no such limit, and its longer patterns",
        f"are not counted. Seconds of mining; a peer ends at {LIMIT_S:.0f} s (an open mark),",
        "and is not tried on larger logs. Numbers of results are equal wherever a miner ended.",
        "",
        "![Seconds against events, both logarithmic](growth.svg)",
        "",
        "| results | miner | events | found | seconds | microseconds an event |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
        *(line_of(point) for point in points),
        "",
    ]
    return "\n".join([*head, *found, ""])


def line_of(point: Point) -> str:
    """One row of the table."""
    start = f"| {point.miner.results} | {point.miner.name} | {point.n_events:,} |"
    if not point.ended:
        return f"{start} - | > {point.elapsed_s:.0f} | - |"
    each = point.elapsed_s / point.n_events * 1e6
    return f"{start} {point.n_results:,} | {point.elapsed_s:.3f} | {each:.2f} |"


def picture(points: list[Point]) -> str:
    """The two charts, sequences and itemsets, as SVG."""
    charts: dict[str, list[Series]] = {}
    for miner in dict.fromkeys(point.miner for point in points):
        own = [point for point in points if point.miner == miner]
        series = Series(
            miner.name,
            tuple((point.n_events, point.elapsed_s) for point in own),
            ours=miner.ours,
            ended=own[-1].ended,
        )
        charts.setdefault(miner.results.capitalize(), []).append(series)
    return draw(charts)


if __name__ == "__main__":
    sys.exit(main())
