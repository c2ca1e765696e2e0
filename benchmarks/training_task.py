"""One transformer on one log in a process of its own: `python -m benchmarks.training_task JSON`.

One thread. Prints a line of JSON: what it learned, and what that took.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import json
import resource
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import torch

from benchmarks.recommend import load_log
from seqrec.evaluation.evaluator import Evaluator
from seqrec.evaluation.ranking import mask_items, rank_targets, top_items, users_at_once
from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.jobs.worker import JobReporter
from seqrec.log.sequences import SequenceDatabase
from seqrec.models.ensemble import make_scorer
from seqrec.models.item_transformer import ItemTransformer
from seqrec.training.batches import WindowBatches
from seqrec.training.companions import TRANSFORMER
from seqrec.training.config import TrainConfig, with_choices
from seqrec.training.monitor import Task
from seqrec.training.run import read_metrics
from seqrec.training.trainer import train

SYNTHETIC_ITEMS = 100_000
_MEAN_LENGTH = 10
_KIB_PER_MIB = 1024
_MANY_EPOCHS = 1000  # more than the minutes last


@dataclass(frozen=True)
class Lesson:
    """What is learned.

    Attributes:
        log: a folder of shared/data, or "synthetic-" and a number of users.
        minutes: of one processor, validation included; 0 where epochs are chosen.
        seed: of every random choice.
        choices: that differ from the defaults, by name.
        members: models with seeds of their own whose scores are averaged, `minutes` each.
    """

    log: str
    minutes: float
    seed: int = 0
    choices: dict[str, str] = field(default_factory=dict)
    members: int = 1


@dataclass(frozen=True)
class Learned:
    """What came of it.

    Attributes:
        ndcg: test NDCG@10, whole catalogue ranked, seen items left out; None where not tested.
        hit_rate: test HR@10, likewise.
        validation: best validation NDCG@10 of the run's sample of users; the last member's.
        cpu_s: seconds of the processor for all, first vectors and validation included.
        start_s: those of them before the first step.
        epochs: passes over all histories.
        event_us: microseconds of a step, an event; median over the run.
        peak_mib: of the process.
    """

    ndcg: float | None
    hit_rate: float | None
    validation: float
    cpu_s: float
    start_s: float
    epochs: float
    event_us: float
    peak_mib: float


class StepClock(JobReporter):
    """Notes when each step ends, in seconds of the processor."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._ends_s: list[float] = []

    def stop_requested(self) -> bool:
        """No; asked after every step."""
        self._ends_s.append(time.process_time())
        return False

    def step_s(self) -> float:
        """Median seconds of a step: those with a validation are few."""
        return float(np.median(np.diff(self._ends_s)))


def main() -> None:
    """Learn what the command line says."""
    torch.set_num_threads(1)
    lesson = Lesson(**json.loads(sys.argv[1]))
    sys.stdout.write(json.dumps(asdict(learn(lesson))) + "\n")


def learn(lesson: Lesson) -> Learned:
    """Train, and test what was best on validation."""
    synthetic = lesson.log.startswith("synthetic-")
    database = make_log(int(lesson.log.split("-")[1])) if synthetic else load_log(lesson.log)[0]
    split = leave_last_out(database)
    start = TrainConfig(epochs=_MANY_EPOCHS, patience=0, exclude_seen=True, seed=lesson.seed)
    config = replace(with_choices(start, lesson.choices), minutes=lesson.minutes)
    started = time.process_time()
    models: list[ItemTransformer] = []
    for member in range(lesson.members):
        with tempfile.TemporaryDirectory() as folder:
            reporter = StepClock(Path(folder))
            own = replace(config, seed=lesson.seed + member)
            task = Task(Path(folder), split, own, reporter, clock=time.process_time)
            models.append(train(task))
            lines = read_metrics(Path(folder))
    scorer = make_scorer(models)
    cpu_s = time.process_time() - started
    n_targets = WindowBatches(split, config).n_targets
    ndcg, hit_rate = (None, None) if synthetic else test(split, scorer)
    return Learned(
        ndcg=ndcg,
        hit_rate=hit_rate,
        validation=max(line.ndcg for line in lines if line.ndcg is not None),
        cpu_s=cpu_s,
        start_s=cpu_s / lesson.members - lines[-1].elapsed_s,
        epochs=lines[-1].epoch,
        event_us=reporter.step_s() * 1e6 * lines[-1].step / (lines[-1].epoch * n_targets),
        peak_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_PER_MIB,
    )


def test(split: Split, scorer: Recommender) -> tuple[float, float]:
    """Test NDCG@10 and HR@10 over all users."""
    evaluator = Evaluator(split, [TRANSFORMER], None)
    size = users_at_once(split.database.n_items)
    for start in range(0, len(split.test_users), size):
        rows = split.test_users[start : start + size]
        histories = [split.test_history(int(row)) for row in rows]
        scores = scorer.score(histories)
        mask_items(scores, histories)
        ranks = rank_targets(scores, split.test_targets_of(rows))
        evaluator.add(TRANSFORMER, ranks, top_items(scores, 10), histories)
    found = evaluator.summarise()["models"][TRANSFORMER]
    return found["ndcg"], found["hit_rate"]


def make_log(n_users: int) -> SequenceDatabase:
    """Histories of ten events on average, items by Zipf's law, each followed by a near one."""
    generator = np.random.default_rng(0)
    lengths = 3 + generator.geometric(1 / (_MEAN_LENGTH - 2), n_users)
    n_events = int(lengths.sum())
    ranks = (generator.random(n_events) ** 3 * SYNTHETIC_ITEMS).astype(np.int64)
    # Every second event is the item after the one before it.
    second = np.arange(1, n_events, 2)
    ranks[second] = (ranks[second - 1] + 1) % SYNTHETIC_ITEMS
    return SequenceDatabase(
        items=(1 + ranks).astype(np.int32),
        times_s=np.arange(n_events, dtype=np.int64),
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        session_ids=np.repeat(np.arange(n_users, dtype=np.int64), lengths),
        event_ids=np.zeros(n_events, dtype=np.int16),
        n_items=SYNTHETIC_ITEMS,
        fingerprint="synthetic",
    )


if __name__ == "__main__":
    main()
