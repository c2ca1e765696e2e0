from pathlib import Path

import numpy as np
import pytest
from torch import set_num_threads

from seqrec.evaluation.split import Split, leave_last_out
from seqrec.log.sequences import SequenceDatabase
from seqrec.models.item_transformer import TransformerScorer
from seqrec.recommend.deletion import delete_events
from seqrec.training.trainer import train
from tests.training.conftest import TINY, make_task

N_ITEMS = 12


@pytest.fixture
def split() -> Split:
    """Users who walk round a ring and now and then jump: the newest event decides."""
    generator = np.random.default_rng(5)
    histories = []
    for _ in range(120):
        steps = np.where(generator.random(9) < 0.85, 1, generator.integers(1, N_ITEMS, 9))
        histories.append((np.cumsum(steps) % N_ITEMS + 1).tolist())
    return leave_last_out(SequenceDatabase.from_histories(histories))


def test_without_its_strongest_reason_an_item_falls_more_than_without_a_random_event(
    split: Split, tmp_path: Path
):
    set_num_threads(1)
    model = train(make_task(tmp_path / "run", split, TINY))
    found = delete_events(TransformerScorer(model), split, 100)
    assert found.n_users >= 90
    assert found.reason > 2 * found.random
    assert found.reason_places > found.random_places
