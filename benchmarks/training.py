"""Training beside its goals and peers: `python -m benchmarks.training`.

Writes benchmarks/results/training.md, a section a measurement; those that are not measured again
stay as they are. Without options: presets on the built-in log, cost of a step and what is
estimated of it, ml-100k beside RecTools, memory; about ten minutes. `--ml1m-minutes 30 --seeds 3`
and `--beauty-minutes 5` train longer, on one thread each. RecTools is run by the Python that
SEQREC_BENCH_RECTOOLS names, of an environment with `rectools[torch]`.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.sections import Section, write_sections
from benchmarks.training_cost import measure_cost
from benchmarks.training_logs import (
    measure_beside_peer,
    measure_ensemble,
    measure_log,
    measure_size,
)
from benchmarks.training_pace import measure_pace
from benchmarks.training_presets import measure_built_in

RESULT = Path(__file__).parent / "results" / "training.md"


def main() -> int:
    """Measure, write the sections, and end with the goals; 1 where one is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="runs on each log")
    parser.add_argument("--ml1m-minutes", type=float, default=0.0, help="of one processor a run")
    parser.add_argument("--beauty-minutes", type=float, default=0.0, help="likewise")
    parser.add_argument("--beauty-members", type=int, default=0, help="as one ensemble, not apart")
    parser.add_argument(
        "--only", nargs="*", help="presets, cost, pace, peer, size; none for no other"
    )
    wish = parser.parse_args()
    measures: dict[str, Callable[[], Section]] = {
        "presets": lambda: measure_built_in(wish.seeds),
        "cost": measure_cost,
        "pace": measure_pace,
        "peer": measure_beside_peer,
        "size": measure_size,
    }
    names = measures if wish.only is None else wish.only
    sections = [measures[name]() for name in names]
    if wish.ml1m_minutes:
        sections.append(measure_log("ml-1m", wish.ml1m_minutes, wish.seeds))
    if wish.beauty_minutes and wish.beauty_members:
        sections.append(measure_ensemble("amazon-beauty", wish.beauty_minutes, wish.beauty_members))
    elif wish.beauty_minutes:
        sections.append(measure_log("amazon-beauty", wish.beauty_minutes, wish.seeds))
    command = " ".join(["python -m benchmarks.training", *sys.argv[1:]])
    sys.stdout.write(write_sections(RESULT, "Training", command, sections))
    return int(any(section.missed for section in sections))


if __name__ == "__main__":
    sys.exit(main())
