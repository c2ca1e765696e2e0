"""A planted log on which a tiny transformer learns in a second, and runs in this process."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from seqrec.evaluation.split import Split, leave_last_out
from seqrec.jobs.worker import JobReporter
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.log.sequences import SequenceDatabase
from seqrec.training.config import TrainConfig, with_choices
from seqrec.training.monitor import Task
from tests.conftest import StoreCsv

N_ITEMS = 12
TINY = with_choices(
    TrainConfig(),
    {
        "epochs": 4,
        "batch_tokens": 60,
        "learning_rate": 1e-2,
        "dropout": 0.1,
        "patience": 0,
        "max_length": 8,
        "width": 16,
        "n_blocks": 1,
    },
)


def ring(n_users: int = 40) -> list[list[int]]:
    """Users who walk round a ring of items: the next item is certain, all are as popular."""
    generator = np.random.default_rng(5)
    starts, lengths = generator.integers(N_ITEMS, size=n_users), generator.integers(5, 14, n_users)
    return [
        [(int(start) + step) % N_ITEMS + 1 for step in range(int(length))]
        for start, length in zip(starts, lengths, strict=True)
    ]


def csv_of(histories: list[list[int]]) -> str:
    rows = [
        f"u{user:03},i{item:02},{1_600_000_000 + user * 1_000_000 + place}"
        for user, history in enumerate(histories)
        for place, item in enumerate(history)
    ]
    return "\n".join(["user,item,time", *rows]) + "\n"


@pytest.fixture
def split() -> Split:
    return leave_last_out(SequenceDatabase.from_histories(ring()))


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv(csv_of(ring()))


@dataclass
class Killed(BaseException):
    """Ends the loop as a kill would: nothing after it is written."""


class KillingReporter(JobReporter):
    """Breaks the loop off in the middle of a step's end."""

    def __init__(self, folder: Path, last_step: int) -> None:
        super().__init__(folder)
        self._left = last_step

    def stop_requested(self) -> bool:
        self._left -= 1
        if self._left < 0:
            raise Killed
        return False


def make_task(folder: Path, split: Split, config: TrainConfig = TINY, **changes: object) -> Task:
    folder.mkdir(exist_ok=True)
    return Task(folder, split, with_choices(config, changes), JobReporter(folder))
