"""Titles read by a language model: `python -m benchmarks.language` writes results/language.md.

Amazon Video Games and Beauty, leave-last-out, a tenth of the items hidden from training and from
every history; whole catalogue ranked, items of the history left out. One thread. `--minutes`
bounds the training of the item transformer on each log; 0 leaves it out. With `--home`, what was
read, trained and measured is kept there, and a benchmark that was cut goes on.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import copy
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.recommend import SHARED, load_log
from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import leave_last_out
from seqrec.jobs.worker import JobReporter
from seqrec.language.backbones import INSTALLED, find_backbone
from seqrec.language.cold import ColdMetrics, HiddenItems, hide_items, measure_cold
from seqrec.language.imputation import impute_new_items
from seqrec.language.texts import item_texts
from seqrec.language.tower_config import TowerConfig
from seqrec.language.towers import fit_towers
from seqrec.language.vector_store import VectorStore
from seqrec.language.vectors import text_vectors
from seqrec.models.content import ContentNeighbours
from seqrec.models.item_transformer import ItemTransformer, TransformerScorer
from seqrec.models.markov import fit_decayed_markov
from seqrec.models.newcomers import EVERY, FIRST_PLACE, ReservedPlaces
from seqrec.models.pairs import item_shares
from seqrec.models.stored import load_recommender, save_recommender
from seqrec.models.word_help import WordHelp
from seqrec.training.config import TrainConfig, with_choices
from seqrec.training.monitor import Task
from seqrec.training.run import read_metrics
from seqrec.training.trainer import train
from seqrec.workspace import Workspace, open_workspace, read_json, write_json

RESULT = Path(__file__).parent / "results" / "language.md"
GAMES, BEAUTY = "amazon-video-games", "amazon-beauty"
HIDDEN_SHARE, SEED, N_WARM = 0.1, 1, 10_000
ID, MARKOV, IMPUTED = "transformer", "decayed Markov", "transformer, imputed by text"
TEXT, SHELF, WORDS = "text", "text + words", "words"
RESERVED = ", reserved places"
LEAST_A_SECOND, MOST_CACHED_S = 140.0, 1.0
LEAST_SHELF, LEAST_COLD_50, MOST_DROP = 0.20, 0.10, 0.03


@dataclass(frozen=True)
class Reading:
    """What reading a catalogue took.

    Attributes:
        name: of the log.
        n_texts: different texts.
        cpu_s: CPU-seconds of the first time, the loading of the model left out.
        cached_s: seconds of the second time.
    """

    name: str
    n_texts: int
    cpu_s: float
    cached_s: float


@dataclass(frozen=True)
class Trial:
    """All models on one log.

    Attributes:
        name: of the log.
        items: what is hidden.
        rows: by model.
        seconds: of training, by model.
    """

    name: str
    items: HiddenItems
    rows: dict[str, ColdMetrics]
    seconds: dict[str, float]


def main() -> int:
    """Measure, write the table, and end with the goals; 1 where one is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--logs", nargs="+", default=[GAMES, BEAUTY])
    options = parser.parse_args()
    if not SHARED.is_dir():
        raise SystemExit(f"no folder {SHARED}: the logs are not part of the project")
    torch.set_num_threads(1)
    readings, trials = [], []
    with tempfile.TemporaryDirectory() as scratch:
        home = options.home or Path(scratch)
        workspace = open_workspace(home)
        for name in options.logs:
            reading, vectors = read_titles(workspace, name)
            readings.append(reading)
            trials.append(measure(home / name, name, vectors, options.minutes))
            goals = list_goals(readings, trials)
            text = report(readings, trials, goals, options.minutes)
            RESULT.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return int(any(line.endswith("missed") for line in goals))


def read_titles(workspace: Workspace, name: str) -> tuple[Reading, NDArray[np.float32]]:
    """Read a catalogue twice; the first time that it was ever read counts."""
    facts = find_backbone(INSTALLED)
    texts = item_texts(load_log(name)[1])
    store = VectorStore(workspace, facts)
    text_vectors(facts, store, ["warm up"], lambda _share: None)
    started = time.process_time()
    text_vectors(facts, store, texts, lambda _share: None)
    kept = workspace.home / f"{name}-reading.json"
    cost = {"cpu_s": time.process_time() - started}
    if not kept.is_file():
        write_json(kept, cost)
    again = time.perf_counter()
    vectors = text_vectors(facts, VectorStore(workspace, facts), texts, lambda _share: None)
    cached_s = time.perf_counter() - again
    return Reading(name, len(set(texts)) - 1, read_json(kept)["cpu_s"], cached_s), vectors


def measure(folder: Path, name: str, vectors: NDArray[np.float32], minutes: float) -> Trial:
    """Train and test all models on one log; without minutes, there is no transformer."""
    folder.mkdir(exist_ok=True)
    database, catalogue = load_log(name)
    items = hide_items(leave_last_out(database), HIDDEN_SHARE, SEED)
    trial = Trial(name, items, {}, {})
    towers = train_towers(folder, items, vectors, trial.seconds)
    words = ContentNeighbours(catalogue.titles.tolist(), item_shares(items.split))
    shelf, markov = WordHelp(towers, words), fit_decayed_markov(items.split)
    test(
        folder,
        trial,
        {TEXT: towers, SHELF: shelf, WORDS: words, **_both(MARKOV, markov, shelf, items)},
    )
    if minutes:
        transformer = train_transformer(folder, items, minutes, trial.seconds)
        imputed = copy.deepcopy(transformer)
        counts = np.bincount(items.split.train_items(), minlength=database.n_items + 1)
        impute_new_items(imputed, vectors, counts)
        known = TransformerScorer(transformer)
        test(folder, trial, {**_both(ID, known, shelf, items), IMPUTED: TransformerScorer(imputed)})
    return trial


def _both(
    name: str, known: Recommender, shelf: Recommender, items: HiddenItems
) -> dict[str, Recommender]:
    """A model by ids, as it is and with places for new items."""
    reserved = ReservedPlaces(known, shelf, items.hidden, exclude_seen=True)
    return {name: known, f"{name}{RESERVED}": reserved}


def test(folder: Path, trial: Trial, models: dict[str, Recommender]) -> None:
    """Add the rows of models to a trial; those that were measured before are kept."""
    kept = folder / "rows.json"
    rows = read_json(kept) if kept.is_file() else {}
    for label, model in models.items():
        if label not in rows:
            rows[label] = asdict(measure_cold(trial.items, model, N_WARM))
            write_json(kept, rows)
            sys.stderr.write(f"{trial.name}, {label}: {rows[label]}\n")
        trial.rows[label] = ColdMetrics(**rows[label])


def train_towers(
    folder: Path, items: HiddenItems, vectors: NDArray[np.float32], seconds: dict[str, float]
) -> Recommender:
    """The text model, or the one that was kept."""
    kept, cost = folder / "towers.safetensors", folder / "towers.json"
    if not kept.is_file():
        started = time.process_time()
        towers = fit_towers(items.split, vectors, TowerConfig(), lambda _share, _loss: None)
        write_json(cost, {"cpu_s": time.process_time() - started})
        save_recommender(kept, towers)
    seconds[TEXT] = read_json(cost)["cpu_s"]
    return load_recommender(kept)


def train_transformer(
    folder: Path, items: HiddenItems, minutes: float, seconds: dict[str, float]
) -> ItemTransformer:
    """The item transformer by ids, from its newest checkpoint where it was cut."""
    choices = {"minutes": minutes, "max_length": 50}
    config = with_choices(TrainConfig(exclude_seen=True), choices)
    transformer = train(Task(folder, items.split, config, JobReporter(folder)))
    seconds[ID] = read_metrics(folder)[-1].elapsed_s
    return transformer


def list_goals(readings: Sequence[Reading], trials: Sequence[Trial]) -> list[str]:
    """The goals as lines that a program can read."""
    pace = min(one.n_texts / one.cpu_s for one in readings)
    cached_s = max(one.cached_s for one in readings)
    lines = [
        _goal("titles-a-cpu-second", pace, LEAST_A_SECOND, "{:.0f}", held=pace >= LEAST_A_SECOND),
        _goal("cached-seconds", cached_s, MOST_CACHED_S, "{:.2f}", held=cached_s <= MOST_CACHED_S),
    ]
    for trial in trials:
        if trial.name != GAMES:
            continue
        shelf = trial.rows[SHELF].shelf_hit_rate
        known = ID if ID in trial.rows else MARKOV
        both, alone = trial.rows[f"{known}{RESERVED}"], trial.rows[known]
        drop = 1 - both.warm_ndcg / alone.warm_ndcg
        found = both.cold_hit_rate_50
        lines += [
            _goal("shelf-hit-rate", shelf, LEAST_SHELF, "{:.4f}", held=shelf >= LEAST_SHELF),
            _goal("cold-hit-rate-50", found, LEAST_COLD_50, "{:.4f}", held=found >= LEAST_COLD_50),
            _goal("warm-ndcg-drop", drop, MOST_DROP, "{:.4f}", held=drop <= MOST_DROP),
        ]
    return lines


def _goal(name: str, value: float, goal: float, form: str, *, held: bool) -> str:
    verdict = "holds" if held else "missed"
    return f"GOAL {name} {form.format(value)} {form.format(goal)} {verdict}"


def report(
    readings: Sequence[Reading], trials: Sequence[Trial], goals: Sequence[str], minutes: float
) -> str:
    """The whole result as Markdown."""
    names = ("torch", "transformers", "numpy")
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in names)
    lines = [
        "# Titles read by a language model",
        "",
        "Command: `python -m benchmarks.language`",
        f"Machine: {platform.machine()}, {os.cpu_count()} CPUs, one thread; {versions}",
        f"Date: {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}",
        "",
        f"Backbone: {INSTALLED}, as it comes.",
        "",
        "| log | different titles | CPU-seconds | titles a CPU-second | second time, seconds |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {one.name} | {one.n_texts:,} | {one.cpu_s:.1f} | {one.n_texts / one.cpu_s:.0f} | "
            f"{one.cached_s:.2f} |"
            for one in readings
        ),
        "",
        "## Items that nobody had",
        "",
        f"{HIDDEN_SHARE:.0%} of the items (seed {SEED}) are in no training part and no history;",
        "each user's last event is ranked among all items, ties against the model, and a hidden",
        f"one also among the hidden items alone; all cold targets, {N_WARM:,} of the warm ones.",
        f"The transformer trains for at most {minutes:g} minutes; 0 is none.",
        f"With reserved places every {EVERY}th place from the {FIRST_PLACE}th is a new item's, in",
        "the order of text + words. Weights were chosen with other items hidden (seed 0).",
    ]
    for trial in trials:
        lines += _table(trial)
    return "\n".join([*lines, "", *goals, ""])


def _table(trial: Trial) -> list[str]:
    database, any_row = trial.items.split.database, trial.rows[TEXT]
    seconds = ", ".join(f"{name} {value:.0f}" for name, value in trial.seconds.items())
    n_hidden = int(trial.items.hidden.sum())
    return [
        "",
        f"### {trial.name}",
        "",
        f"{database.n_users:,} users, {database.n_items:,} items, {n_hidden:,} of them hidden;",
        f"{any_row.n_warm:,} warm and {any_row.n_cold:,} cold targets. seconds of training:",
        f"{seconds}.",
        "",
        "| model | warm NDCG@10 | warm HR@10 | cold HR@10 | cold HR@50 | shelf HR@10 |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {name} | {row.warm_ndcg:.4f} | {row.warm_hit_rate:.4f} | {row.cold_hit_rate:.4f} | "
            f"{row.cold_hit_rate_50:.4f} | {row.shelf_hit_rate:.4f} |"
            for name, row in trial.rows.items()
        ),
    ]


if __name__ == "__main__":
    sys.exit(main())
