"""Transformers on public logs, a process each, beside RecTools and what others published."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.recommend import SHARED
from benchmarks.sections import Section, goal
from benchmarks.training_task import Learned, Lesson

PEER = "SEQREC_BENCH_RECTOOLS"
RECIPE = {"architecture": "Llama", "max_length": "200", "batch_tokens": "4096", "dropout": "0.2"}
SMALL_RECIPE = {**RECIPE, "batch_tokens": "1024"}
SPARSE_RECIPE = {
    "architecture": "Llama",
    "max_length": "50",
    "batch_tokens": "2048",
    "learning_rate": "0.001",
}
ML_1M_GOALS = {30: 0.165, 90: 0.190}
BEAUTY_GOAL, PEER_SHARE = 0.058, 0.25
MOST_MIB, MOST_TIMES = 6144.0, 1.3
_PEER_EPOCHS, _PEER_BATCH, _PEER_LENGTH = 7, 16, 100
_SMALL_EPOCHS = (1, 6)  # the first beside the peer, the second for what more time gives
_SYNTHETIC_MINUTES = 0.5
_TABLE = [
    "| log | seed | NDCG@10 | HR@10 | validation | epochs | CPU s | us an event | peak MiB |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
]


def measure_log(log: str, minutes: float, seeds: int) -> Section:
    """A public log with some seeds, within so many minutes of one processor each."""
    recipe = RECIPE if log == "ml-1m" else SPARSE_RECIPE
    learned = [learn(Lesson(log, minutes, seed, recipe)) for seed in range(seeds)]
    found = [one.ndcg or 0.0 for one in learned]
    mean, spread = statistics.mean(found), max(found) - min(found)
    rows = [row_of(log, seed, one) for seed, one in enumerate(learned)]
    goals = {f"{log}-ndcg": BEAUTY_GOAL}
    if log == "ml-1m":
        goals = {
            f"{log}-ndcg-within-{most}-minutes": target for most, target in goals_within(minutes)
        }
    lines = [*describe(recipe), "", *_TABLE, *rows, ""]
    lines.append(f"Mean {mean:.4f}, largest less smallest {spread:.4f}, {seeds} seeds.")
    title = f"{log}, {minutes:g} minutes of one processor a run"
    return Section(
        title, lines, [goal(name, mean, target, mean >= target) for name, target in goals.items()]
    )


def measure_ensemble(log: str, minutes: float, members: int) -> Section:
    """Several seeds as one model on a public log, so many minutes of one processor each."""
    recipe = RECIPE if log == "ml-1m" else SPARSE_RECIPE
    one = learn(Lesson(log, minutes, 0, recipe, members))
    lines = [
        *describe(recipe),
        f"The log probabilities of {members} models with seeds of their own are averaged.",
        "",
        *_TABLE,
        row_of(log, 0, one),
    ]
    found, least = one.ndcg or 0.0, BEAUTY_GOAL if log == "amazon-beauty" else ML_1M_GOALS[90]
    title = f"{log}, an ensemble of {members}, {minutes:g} minutes of one processor each"
    return Section(title, lines, [goal(f"{log}-ensemble-ndcg", found, least, found >= least)])


def goals_within(minutes: float) -> list[tuple[int, float]]:
    """The goals on ml-1m whose budget holds these minutes: minutes and NDCG@10."""
    return [(most, ndcg) for most, ndcg in ML_1M_GOALS.items() if minutes <= most]


def measure_beside_peer() -> Section:
    """ml-100k beside RecTools' SASRec, one thread each."""
    own, longer = (
        learn(Lesson("ml-100k", 0.0, 0, {**SMALL_RECIPE, "epochs": str(epochs)}))
        for epochs in _SMALL_EPOCHS
    )
    lines = [*describe(SMALL_RECIPE), "", *_TABLE, row_of("ml-100k", 0, own)]
    lines.append(row_of("ml-100k", 0, longer))
    peer = ask_peer("ml-100k")
    if isinstance(peer, str):
        return Section("ml-100k beside RecTools", [*lines, "", peer])
    us = 1e6 * peer["cpu_s"] / peer["n_targets"] / _PEER_EPOCHS
    lines.append(
        f"| RecTools {peer['version']} SASRec | 0 | {peer['ndcg']:.4f} | {peer['hit_rate']:.4f} | "
        f"- | {_PEER_EPOCHS} | {peer['cpu_s']:.0f} | {us:.1f} | - |"
    )
    lines += [
        "",
        "RecTools: full softmax, width 64, 2 blocks, 2 heads, dropout 0.2, histories of the newest",
        f"{_PEER_LENGTH} events in batches of {_PEER_BATCH}, {_PEER_EPOCHS} epochs, else defaults.",
    ]
    share = own.cpu_s / peer["cpu_s"]
    goals = [
        goal("ml-100k-ndcg-over-rectools", own.ndcg or 0.0, peer["ndcg"], own.ndcg >= peer["ndcg"]),
        goal("ml-100k-cpu-share-of-rectools", share, PEER_SHARE, share <= PEER_SHARE),
        goal("event-cost-share-of-rectools", own.event_us / us, 1.0, own.event_us <= us),
    ]
    return Section("ml-100k beside RecTools", lines, goals)


def measure_size() -> Section:
    """Memory and time an event with a million users, beside ten thousand."""
    many, few = (
        learn(Lesson(f"synthetic-{n}", _SYNTHETIC_MINUTES, 0, {})) for n in (1_000_000, 10_000)
    )
    times = many.event_us / few.event_us
    lines = [
        "Made by the benchmark: 100,000 items, ten events a user on average. Runs of",
        f"{_SYNTHETIC_MINUTES:g} minutes of one processor with the default choices, not tested.",
        "",
        *_TABLE,
        row_of("1,000,000 users", 0, many),
        row_of("10,000 users", 0, few),
        "",
        f"First vectors of the items: {many.start_s:.0f} and {few.start_s:.0f} CPU-seconds.",
    ]
    goals = [
        goal("million-users-mib", many.peak_mib, MOST_MIB, many.peak_mib <= MOST_MIB),
        goal("million-users-time-an-event", times, MOST_TIMES, times <= MOST_TIMES),
    ]
    return Section("A million users", lines, goals)


def learn(lesson: Lesson) -> Learned:
    """One transformer in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.training_task", json.dumps(asdict(lesson))]
    learned = Learned(**_last_line(command))
    sys.stderr.write(f"{lesson.log}, seed {lesson.seed}: {learned}\n")
    return learned


def ask_peer(log: str) -> dict[str, Any] | str:
    """RecTools on a log, or why not."""
    python = os.environ.get(PEER, "")
    if not Path(python).is_file():
        return f"RecTools was not measured: {PEER} names no Python that has `rectools[torch]`."
    numbers = (_PEER_EPOCHS, _PEER_BATCH, _PEER_LENGTH)
    script = str(Path(__file__).with_name("training_peer.py"))
    return _last_line([python, script, str(SHARED / log / "log.csv.gz"), *map(str, numbers)])


def describe(recipe: dict[str, str]) -> list[str]:
    """The protocol and the choices."""
    choices = ", ".join(f"{name} {value}" for name, value in recipe.items())
    return [
        "Leave-last-out, all items ranked, seen ones left out, one thread; the model that was best",
        f"on validation. Choices that differ from the defaults: {choices}.",
    ]


def row_of(name: str, seed: int, one: Learned) -> str:
    """A row of the table."""
    quality = "- | -" if one.ndcg is None else f"{one.ndcg:.4f} | {one.hit_rate:.4f}"
    return (
        f"| {name} | {seed} | {quality} | {one.validation:.4f} | {one.epochs:.1f} | "
        f"{one.cpu_s:.0f} | {one.event_us:.1f} | {one.peak_mib:,.0f} |"
    )


def _last_line(command: Sequence[str]) -> dict[str, Any]:
    told = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    value: dict[str, Any] = json.loads(told.strip().splitlines()[-1])
    return value
