"""Presets on the built-in log: `python -m benchmarks.training` writes results/training.md.

Each preset runs as a real job, from the start of its worker to the lists of every user. `--seeds N`
repeats the standard preset with N seeds.
"""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any

from seqrec.demo.built_in import unpack_demo
from seqrec.jobs.state import JobStatus
from seqrec.log.behaviour_log import BehaviourLog, load_sequences
from seqrec.log.ingest import ingest
from seqrec.log.profiling.profile import profile_sequences
from seqrec.training.config import Preset, TrainConfig, preset_config
from seqrec.training.run import Run, create_run, read_evaluation, read_metrics, start_run
from seqrec.workspace import Workspace, open_workspace

RESULT = Path(__file__).parent / "results" / "training.md"
MODEL, MARKOV, POPULARITY = "Transformer", "Markov", "Popularity"
QUICK_LIMIT_S, STANDARD_LIMIT_S = 120.0, 360.0
_MEMORY_MIB = 512
_POLL_S = 0.2


@dataclass(frozen=True)
class Trial:
    """One finished run: what it took and how good it became."""

    preset: Preset
    seed: int
    elapsed_s: float
    n_epochs: int
    memory_mib: float
    evaluation: dict[str, Any]

    def ndcg(self, model: str) -> float:
        """Test NDCG@10 of one model."""
        value: float = self.evaluation["models"][model]["ndcg"]
        return value


def main() -> int:
    """Measure, write the table, and end with the goals; 1 where one is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="runs of the standard preset")
    seeds = range(parser.parse_args().seeds)
    plan = [(Preset.QUICK, 0), *((Preset.STANDARD, seed) for seed in seeds)]
    with tempfile.TemporaryDirectory() as home:
        workspace = open_workspace(Path(home))
        source = unpack_demo(workspace)
        log = ingest(workspace, source, _MEMORY_MIB, lambda _stage, _share: None)
        repeat_rate = profile_sequences(load_sequences(log)).repeat_rate
        trials = []
        for preset, seed in plan:
            config = replace(preset_config(preset, repeat_rate), seed=seed)
            trials.append(measure(workspace, log, preset, config))
            sys.stderr.write(f"{preset}, seed {seed}: {trials[-1].elapsed_s:.0f} s\n")
    goals = list_goals(trials)
    text = report(log, repeat_rate, trials, goals)
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return int(any(line.endswith("missed") for line in goals))


def measure(workspace: Workspace, log: BehaviourLog, preset: Preset, config: TrainConfig) -> Trial:
    """Run one configuration to its end."""
    run = create_run(workspace, log, config)
    started_at = time.perf_counter()
    start_run(run)
    wait_for(run)
    elapsed_s = time.perf_counter() - started_at
    metrics = read_metrics(run.folder)
    memory_mib = max(line.memory_mib or 0.0 for line in metrics)
    n_epochs = round(metrics[-1].epoch)
    return Trial(preset, config.seed, elapsed_s, n_epochs, memory_mib, read_evaluation(run))


def wait_for(run: Run) -> None:
    """Wait for the end of a run; one that does not finish ends the benchmark."""
    while (state := run.state()) is not None and state.active:
        time.sleep(_POLL_S)
    if state is None or state.status is not JobStatus.FINISHED:
        raise SystemExit(f"the run ended as {state}")


def list_goals(trials: Sequence[Trial]) -> list[str]:
    """The goals as lines that a program can read; NDCG is the mean over the seeds."""
    standard = [trial for trial in trials if trial.preset is Preset.STANDARD]
    own, lines = mean_ndcg(standard, MODEL), []
    for name in (POPULARITY, MARKOV):
        target = mean_ndcg(standard, name)
        held = "holds" if own > target else "missed"
        lines.append(f"GOAL standard-ndcg-over-{name.lower()} {own:.4f} {target:.4f} {held}")
    quick_s = max(trial.elapsed_s for trial in trials if trial.preset is Preset.QUICK)
    standard_s = max(trial.elapsed_s for trial in standard)
    for name, seconds, limit_s in (
        ("quick-seconds", quick_s, QUICK_LIMIT_S),
        ("standard-seconds", standard_s, STANDARD_LIMIT_S),
    ):
        held = "holds" if seconds <= limit_s else "missed"
        lines.append(f"GOAL {name} {seconds:.0f} {limit_s:.0f} {held}")
    return lines


def mean_ndcg(trials: Sequence[Trial], model: str) -> float:
    """Mean test NDCG@10 of a model over runs."""
    return sum(trial.ndcg(model) for trial in trials) / len(trials)


def report(
    log: BehaviourLog, repeat_rate: float, trials: Sequence[Trial], goals: Sequence[str]
) -> str:
    """The whole result as Markdown."""
    versions = ", ".join(
        f"{name} {metadata.version(name)}" for name in ("torch", "transformers", "numpy")
    )
    seen = "left out of" if trials[0].evaluation["exclude_seen"] else "kept in"
    head = [
        "# Training on the built-in log",
        "",
        "Command: `python -m benchmarks.training`",
        (
            f"Machine: {platform.machine()}, {os.cpu_count()} CPUs, {platform.system()}; "
            f"Python {platform.python_version()}, {versions}"
        ),
        f"Date: {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}",
        "",
        f"{log.n_users:,} users, {log.n_items:,} items, {log.n_events:,} events; each user's last",
        "event held out and ranked among all items, ties against the model. Items that were seen",
        f"are {seen} the lists: {repeat_rate:.0%} of events repeat an item of the user.",
        "Seconds from the start of the worker to the lists of every user.",
        "",
        "| preset | seed | model | NDCG@10 | HR@10 | MRR | epochs | seconds | peak MiB |",
        "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    rows = [row_of(trial, MODEL) for trial in trials]
    rows += [row_of(trials[0], name) for name in (MARKOV, POPULARITY)]
    return "\n".join([*head, *rows, "", *goals, ""])


def row_of(trial: Trial, model: str) -> str:
    """One row of the table; a baseline has no preset, epochs or seconds of its own."""
    metrics = trial.evaluation["models"][model]
    quality = f"{metrics['ndcg']:.4f} | {metrics['hit_rate']:.4f} | {metrics['mrr']:.4f}"
    if model != MODEL:
        return f"| - | - | {model} | {quality} | - | - | - |"
    cost = f"{trial.n_epochs} | {trial.elapsed_s:.0f} | {trial.memory_mib:.0f}"
    return f"| {trial.preset} | {trial.seed} | {model} | {quality} | {cost} |"


if __name__ == "__main__":
    sys.exit(main())
