"""Presets on the built-in log: real jobs, from the start of the worker to the lists of all."""

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.sections import Section, goal
from seqrec.demo.built_in import unpack_demo
from seqrec.jobs.state import JobStatus
from seqrec.log.behaviour_log import BehaviourLog, load_sequences
from seqrec.log.ingest import ingest
from seqrec.log.profiling.profile import profile_sequences
from seqrec.training.config import Preset, TrainConfig, preset_config
from seqrec.training.run import Run, create_run, read_evaluation, read_metrics, start_run
from seqrec.workspace import Workspace, open_workspace

TITLE = "Presets on the built-in log"
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


def measure_built_in(n_seeds: int) -> Section:
    """Quick once, Standard with some seeds."""
    plan = [(Preset.QUICK, 0), *((Preset.STANDARD, seed) for seed in range(n_seeds))]
    with tempfile.TemporaryDirectory() as home:
        workspace = open_workspace(Path(home))
        log = ingest(workspace, unpack_demo(workspace), _MEMORY_MIB, lambda _stage, _share: None)
        repeat_rate = profile_sequences(load_sequences(log)).repeat_rate
        trials = []
        for preset, seed in plan:
            config = replace(preset_config(preset, repeat_rate), seed=seed)
            trials.append(measure(workspace, log, preset, config))
            sys.stderr.write(f"{preset}, seed {seed}: {trials[-1].elapsed_s:.0f} s\n")
    return Section(TITLE, report(log, repeat_rate, trials), list_goals(trials))


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
    lines = []
    for preset, limit_s in ((Preset.QUICK, QUICK_LIMIT_S), (Preset.STANDARD, STANDARD_LIMIT_S)):
        own = [trial for trial in trials if trial.preset is preset]
        name, ndcg = str(preset).lower(), mean_ndcg(own, MODEL)
        for baseline in (POPULARITY, MARKOV):
            target = mean_ndcg(own, baseline)
            lines.append(goal(f"{name}-ndcg-over-{baseline.lower()}", ndcg, target, ndcg > target))
        seconds = max(trial.elapsed_s for trial in own)
        lines.append(goal(f"{name}-seconds", seconds, limit_s, seconds <= limit_s))
    return lines


def mean_ndcg(trials: Sequence[Trial], model: str) -> float:
    """Mean test NDCG@10 of a model over runs."""
    return sum(trial.ndcg(model) for trial in trials) / len(trials)


def report(log: BehaviourLog, repeat_rate: float, trials: Sequence[Trial]) -> list[str]:
    """The table."""
    seen = "left out of" if trials[0].evaluation["exclude_seen"] else "kept in"
    head = [
        f"{log.n_users:,} users, {log.n_items:,} items, {log.n_events:,} events; each user's last",
        "event held out and ranked among all items, ties against the model. Items that were seen",
        f"are {seen} the lists: {repeat_rate:.0%} of events repeat an item of the user.",
        f"Seconds from the start of the worker to the lists of every user, {os.cpu_count()} cores.",
        "",
        "| preset | seed | model | NDCG@10 | HR@10 | MRR | epochs | seconds | peak MiB |",
        "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    rows = [row_of(trial, MODEL) for trial in trials]
    return [*head, *rows, *(row_of(trials[0], name) for name in (MARKOV, POPULARITY))]


def row_of(trial: Trial, model: str) -> str:
    """One row of the table; a baseline has no preset, epochs or seconds of its own."""
    metrics = trial.evaluation["models"][model]
    quality = f"{metrics['ndcg']:.4f} | {metrics['hit_rate']:.4f} | {metrics['mrr']:.4f}"
    if model != MODEL:
        return f"| - | - | {model} | {quality} | - | - | - |"
    cost = f"{trial.n_epochs} | {trial.elapsed_s:.0f} | {trial.memory_mib:.0f}"
    return f"| {trial.preset} | {trial.seed} | {model} | {quality} | {cost} |"
