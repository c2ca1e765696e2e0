"""How long a scoring process takes to answer: `python -m benchmarks.asking`.

Writes benchmarks/results/asking.md. The model has the shape of one for ml-1m and its start only:
weights do not change how long it takes.
"""

import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.public_log import store_movies
from benchmarks.recommend import goal
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.log.behaviour_log import BehaviourLog, load_catalogue, load_sequences
from seqrec.models.hybrid import HYBRID, Blend, BlendKind
from seqrec.recommend.deletion import Deletion, delete_events
from seqrec.recommend.edits import remove_event
from seqrec.recommend.engine import Wish
from seqrec.recommend.rerank import Taste
from seqrec.recommend.scorer import Scorer
from seqrec.training.baselines import DECAYED, EASE, Baselines, fit_baselines
from seqrec.training.companions import TRANSFORMER, Companions, write_companions
from seqrec.training.config import TrainConfig
from seqrec.training.run import BUNDLE_FOLDER, Run, create_run
from seqrec.training.trainer import build_model
from seqrec.training.worker import write_bundle
from seqrec.workspace import Workspace, open_workspace

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "results" / "asking.md"
N_ASKED, N_EXPLAINED, N_DELETED = 300, 40, 200
MOST_SINGLE_MS, MOST_WHAT_IF_MS, MOST_REASONS_MS = 20.0, 300.0, 500.0


@dataclass(frozen=True)
class Answers:
    """Milliseconds of each answer, from the question to the list, pipes included.

    Attributes:
        single: lists of ten for histories as they are, by model.
        what_if: list and reasons of ten for a history without one event, by model.
        reasons: reasons of ten alone, by model.
        shaped: lists of ten with variety and novelty, by model.
        start_s: seconds from the start of the process to its first answer.
    """

    single: dict[str, NDArray[np.float64]]
    what_if: dict[str, NDArray[np.float64]]
    reasons: dict[str, NDArray[np.float64]]
    shaped: dict[str, NDArray[np.float64]]
    start_s: float


def main() -> int:
    """Measure, write the table, and end with the goals; 1 where one is missed."""
    answers, deletions = time_answers()
    goals = list_answer_goals(answers, deletions)
    text = "\n".join(
        [
            "# How long a scoring process takes to answer",
            "",
            "Command: `python -m benchmarks.asking`",
            (
                f"Machine: {platform.machine()}, {os.cpu_count()} CPUs, {platform.system()}; load "
                f"{os.getloadavg()[0]:.1f} at the end; one thread"
            ),
            f"Date: {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}",
            "",
            "ml-1m, seen items left out; from the question to the answer, pipes included. The",
            "hybrid is of the transformer, decayed Markov and EASE.",
            "",
            *tell_answers(answers, deletions),
            "",
            *goals,
            "",
        ]
    )
    RESULT.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return int(any(line.endswith("missed") for line in goals))


def time_answers() -> tuple[Answers, dict[str, Deletion]]:
    """Ask about users of a log, drawn by a seed, and delete events from their histories."""
    with tempfile.TemporaryDirectory() as home:
        workspace = open_workspace(Path(home))
        log = store_movies(workspace)
        run, split, baselines = make_run(workspace, log)
        started = time.perf_counter()
        scorer = Scorer(workspace.home, run)
        try:
            scorer.list([split.test_history(int(split.test_users[0]))], Wish(TRANSFORMER))
            answers = _ask(scorer, split, time.perf_counter() - started)
        finally:
            scorer.close()
        deletions = {
            name: delete_events(baselines.models[name], split, N_DELETED)
            for name in (DECAYED, EASE)
        }
        return answers, deletions


def list_answer_goals(answers: Answers, deletions: Mapping[str, Deletion]) -> list[str]:
    """The goals of the scoring process and of reasons."""
    lines = []
    for name, by_model, percent, most in (
        ("single-p99", answers.single, 99, MOST_SINGLE_MS),
        ("what-if-p95", answers.what_if, 95, MOST_WHAT_IF_MS),
        ("reasons-of-ten-p95", answers.reasons, 95, MOST_REASONS_MS),
    ):
        found = max(float(np.percentile(taken, percent)) for taken in by_model.values())
        lines.append(goal(f"ml-1m-{name}-milliseconds", found, most, found <= most))
    for model, found in deletions.items():
        name = f"ml-1m-deletion-{model.lower().replace(' ', '-')}-reason-over-random"
        lines.append(goal(name, found.reason, found.random, found.reason > found.random))
    return lines


def tell_answers(answers: Answers, deletions: Mapping[str, Deletion]) -> list[str]:
    """What the scoring process took and what deleting reasons did, a line each."""
    lines = [f"- scoring process, ml-1m: first answer {answers.start_s:.1f} s after its start"]
    for said, by_model in (
        ("a list of ten", answers.single),
        ("a list of ten with variety and novelty", answers.shaped),
        ("what if: list and reasons of ten", answers.what_if),
        ("reasons of ten", answers.reasons),
    ):
        for model, taken in by_model.items():
            p50, p95, p99 = np.percentile(taken, [50, 95, 99])
            lines.append(
                f"- {said}, {model}: p50 {p50:.0f}, p95 {p95:.0f}, p99 {p99:.0f} ms "
                f"({len(taken)} questions)"
            )
    lines += [
        f"- deletion, ml-1m, {model}, {found.n_users} users: without its strongest reason the "
        f"first item loses {found.reason:.3g} of its score and {found.reason_places:.1f} places, "
        f"without a random event {found.random:.3g} and {found.random_places:.1f}"
        for model, found in deletions.items()
    ]
    return lines


def _ask(scorer: Scorer, split: Split, start_s: float) -> Answers:
    users = np.random.default_rng(0).choice(split.test_users, N_ASKED, replace=False)
    histories = [split.test_history(int(user)) for user in users]
    found: dict[str, dict[str, NDArray[np.float64]]] = {
        kind: {} for kind in ("single", "what_if", "reasons", "shaped")
    }
    for model in (TRANSFORMER, HYBRID):
        plain = Wish(model, hide_seen=True)
        shaped = Wish(model, hide_seen=True, taste=Taste(0.5, 0.5))
        scorer.list(histories[:1], plain)
        few = histories[:N_EXPLAINED]
        changed = [np.array(remove_event(one.tolist(), len(one) // 2), np.int32) for one in few]
        items = {id(one): scorer.list([one], plain)[0].items for one in few}

        def look(history: NDArray[np.int32], wish: Wish = plain) -> None:
            scorer.explain(wish, history, scorer.list([history], wish)[0].items)

        found["single"][model] = _time(lambda one, wish=plain: scorer.list([one], wish), histories)
        found["what_if"][model] = _time(look, changed)
        found["reasons"][model] = _time(
            lambda one, wish=plain, own=items: scorer.explain(wish, one, own[id(one)]), few
        )
        found["shaped"][model] = _time(lambda one, wish=shaped: scorer.list([one], wish), histories)
    return Answers(**found, start_s=start_s)


def _time(
    ask: Callable[[NDArray[np.int32]], object], histories: list[NDArray[np.int32]]
) -> NDArray[np.float64]:
    taken = []
    for history in histories:
        started = time.perf_counter()
        ask(history)
        taken.append(1e3 * (time.perf_counter() - started))
    return np.array(taken)


def make_run(workspace: Workspace, log: BehaviourLog) -> tuple[Run, Split, Baselines]:
    """A run whose bundle has the shape of one for ml-1m, its split, its baselines."""
    split = leave_last_out(load_sequences(log))
    config = TrainConfig(exclude_seen=True)
    run = create_run(workspace, log, config)
    torch.manual_seed(0)
    model = build_model(split, config)
    write_bundle(run.folder / BUNDLE_FOLDER, model, log)
    fitted = fit_baselines(split, load_catalogue(log), exclude_seen=True)
    names = (TRANSFORMER, DECAYED, EASE)
    blend = Blend(BlendKind.SCORES, names, (), ((1.0, 1.0, 0.5),))
    write_companions(
        run.folder / BUNDLE_FOLDER, Companions(fitted.models, blend, exclude_seen=True)
    )
    return run, split, fitted


if __name__ == "__main__":
    sys.exit(main())
