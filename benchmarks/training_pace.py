"""Milliseconds of training steps on the built-in log, beside what the estimate says of them."""

import os
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median

import numpy as np
import torch

from benchmarks.sections import Section, goal
from seqrec.demo.built_in import unpack_demo
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.jobs.worker import JobReporter
from seqrec.log.behaviour_log import load_sequences
from seqrec.log.ingest import ingest
from seqrec.training.config import TrainConfig, with_choices
from seqrec.training.estimate import log_size, machine_pace, step_seconds
from seqrec.training.monitor import Task
from seqrec.training.trainer import train
from seqrec.workspace import open_workspace

CHOICES: tuple[Mapping[str, object], ...] = (
    {},
    {"architecture": "GPT-2"},
    {"architecture": "BERT"},
    {"adversarial": 0.5},
    {"contrastive": 0.1, "view": "crop"},
    {"squared": 1.0},
    {"full_items": 1},
    {"full_items": 1, "n_negatives": 256},
    {"width": 128},
    {"width": 32},
    {"n_blocks": 4},
    {"batch_tokens": 400},
    {"batch_tokens": 4096},
    {"max_length": 30},
    {"tied": True},
)
MOST_OFF = 1.5  # times too long or too short, of any of these
_N_STEPS, _N_WARM, _MEMORY_MIB = 24, 4, 512


class _StepClock(JobReporter):
    """Notes the end of each step, and stops after some."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.ends_s: list[float] = []

    def stop_requested(self) -> bool:
        """After the last step; asked after every one."""
        self.ends_s.append(time.perf_counter())
        return len(self.ends_s) >= _N_STEPS


def measure_pace() -> Section:
    """What steps take and what was estimated, each as a ratio to the default choices too."""
    with tempfile.TemporaryDirectory() as home:
        workspace = open_workspace(Path(home))
        log = ingest(workspace, unpack_demo(workspace), _MEMORY_MIB, lambda _stage, _share: None)
        split = leave_last_out(load_sequences(log))
    size, pace = log_size(split), machine_pace()
    rows, times_off = [], []
    for choices in CHOICES:
        config = with_choices(TrainConfig(patience=0), choices)
        found = step_ms(split, config)
        estimated = 1000.0 * step_seconds(config, size) / pace
        times_off.append(max(found / estimated, estimated / found))
        name = ", ".join(f"{name} {value}" for name, value in choices.items()) or "the defaults"
        rows.append(f"| {name} | {found:.1f} | {estimated:.1f} | {estimated / found:.2f} |")
    lines = [
        f"{size.n_items:,} items, {size.n_targets:,} targets, {os.cpu_count()} threads; medians of",
        f"{_N_STEPS - _N_WARM} steps. This machine is {pace:.2f} times as fast at a product as the",
        "one of the estimate's measurements.",
        "",
        "| choices | ms a step | estimated | estimated / measured |",
        "| --- | ---: | ---: | ---: |",
        *rows,
        "",
        f"Median of estimated / measured: {_middle(rows):.2f}.",
    ]
    worst = max(times_off)
    return Section(
        "Estimates of steps",
        lines,
        [goal("step-estimate-times-off", worst, MOST_OFF, worst <= MOST_OFF)],
    )


def step_ms(split: Split, config: TrainConfig) -> float:
    """Median milliseconds of a step with these choices."""
    torch.set_num_threads(os.cpu_count() or 1)
    with tempfile.TemporaryDirectory() as folder:
        clock = _StepClock(Path(folder))
        train(Task(Path(folder), split, config, clock))
    return 1000.0 * median(np.diff(clock.ends_s[_N_WARM:]).tolist())


def _middle(rows: list[str]) -> float:
    return median(float(row.rstrip(" |").rsplit("|", 1)[-1]) for row in rows)
