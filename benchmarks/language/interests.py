"""Mined interests as a second teacher of the transformer: off and on, on three logs."""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.language.home import BEAUTY, Home, open_built_in
from benchmarks.language.ranks import rank_behind, tell
from benchmarks.recommend import load_log
from benchmarks.sections import Section
from seqrec.evaluation.intervals import Difference, compare_ranks, gains_of
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.jobs.worker import JobReporter
from seqrec.log.profiling.profile import profile_sequences
from seqrec.models.item_transformer import TransformerScorer
from seqrec.training.config import FEW_REPEATS, TrainConfig, with_choices
from seqrec.training.monitor import Task
from seqrec.training.run import read_metrics
from seqrec.training.trainer import train

TITLE = "Mined interests as a second teacher"
BUILT_IN, MOVIES = "built-in", "ml-100k"
LOGS = (BUILT_IN, MOVIES, BEAUTY)
WEIGHT, MINUTES = 0.1, 1.0
_MANY_EPOCHS = 1000
_CHOICES: dict[str, dict[str, Any]] = {
    BUILT_IN: {"architecture": "Llama"},
    MOVIES: {"architecture": "Llama", "max_length": 200, "batch_tokens": 1024, "dropout": 0.2},
    BEAUTY: {
        "architecture": "Llama",
        "max_length": 50,
        "batch_tokens": 4096,
        "learning_rate": 0.001,
    },
}


@dataclass(frozen=True)
class Trial:
    """A log, and how it is learned from.

    Attributes:
        name: of the log.
        split: leave-last-out.
        exclude_seen: whether items of the history are left out: where few are repeated.
    """

    name: str
    split: Split
    exclude_seen: bool


def measure_interests(home: Home, logs: Sequence[str], n_seeds: int) -> Section:
    """Every log with and without, some seeds each."""
    rows, sure = [], []
    for name in logs:
        trial = _open(name)
        for seed in range(n_seeds):
            off, on = (_ranks_of(home, trial, weight, seed) for weight in (0.0, WEIGHT))
            difference = compare_ranks(on, off)
            sure.append(difference.is_sure and (difference.low or 0) > 0)
            rows.append(_row(trial, seed, off, on, difference))
    verdict = (
        "On wins everywhere beyond doubt."
        if all(sure)
        else f"On is better beyond doubt in {sum(sure)} of {len(sure)} pairs of runs, so the "
        "default stays off."
    )
    lines = [
        f"The transformer of a run, {MINUTES * 60:.0f} CPU-seconds of training each, validation",
        f"included, mining (once before) not; weight {WEIGHT:g} of the page's *Mined interests*",
        "(0 is off). Leave-last-out, whole catalogue ranked, all test users; items that were seen",
        "are left out where below 5 % of the events repeat. Intervals: 95 %, paired bootstrap",
        "over users, of the ratio of NDCG@10.",
        "",
        "| log | seed | users | NDCG@10 off | NDCG@10 on | on against off |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *rows,
        "",
        verdict,
    ]
    return Section(TITLE, lines)


def _open(name: str) -> Trial:
    database = (open_built_in() if name == BUILT_IN else load_log(name))[0]
    few = profile_sequences(database).repeat_rate < FEW_REPEATS
    return Trial(name, leave_last_out(database), few)


def _ranks_of(home: Home, trial: Trial, weight: float, seed: int) -> NDArray[np.int32]:
    """Test ranks of one run, those of an earlier one where they were kept."""
    folder = home.path / "interests"
    folder.mkdir(exist_ok=True)
    path = folder / f"{trial.name}-{weight:g}-{seed}.npy"
    if not path.is_file():
        home.kept("interest-runs", path.stem, lambda: _train(trial, weight, seed, path))
    ranks: NDArray[np.int32] = np.load(path)
    return ranks


def _train(trial: Trial, weight: float, seed: int, path: Path) -> dict[str, Any]:
    """Train, rank and keep the ranks; what that took."""
    start = TrainConfig(
        epochs=_MANY_EPOCHS, patience=0, exclude_seen=trial.exclude_seen, seed=seed, minutes=MINUTES
    )
    config = with_choices(start, {**_CHOICES[trial.name], "interest": weight})
    started = time.process_time()
    with tempfile.TemporaryDirectory() as place:
        task = Task(
            Path(place), trial.split, config, JobReporter(Path(place)), clock=time.process_time
        )
        model = train(task)
        last = read_metrics(Path(place))[-1]
    learned_s = time.process_time() - started
    split = trial.split
    histories = [split.test_history(int(user)) for user in split.test_users]
    scorer = TransformerScorer(model)
    ranks = rank_behind(scorer, histories, split.test_targets(), trial.exclude_seen)
    np.save(path, ranks)
    return {"cpu_s": learned_s, "epochs": last.epoch, "ndcg": float(gains_of(ranks).mean())}


def _row(
    trial: Trial,
    seed: int,
    off: NDArray[np.int32],
    on: NDArray[np.int32],
    difference: Difference,
) -> str:
    return (
        f"| {trial.name} | {seed} | {len(off):,} | {gains_of(off).mean():.4f} | "
        f"{gains_of(on).mean():.4f} | {tell(difference)} |"
    )
