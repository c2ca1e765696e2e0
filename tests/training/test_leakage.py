"""What is held out reaches no weight of a transformer: neither permuted nor planted there."""

from pathlib import Path

import numpy as np
import torch

from seqrec.evaluation.ranking import measure_ranks, rank_targets
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.log.sequences import SequenceDatabase
from seqrec.models.item_transformer import TransformerScorer
from seqrec.training.config import with_choices
from seqrec.training.trainer import train
from tests.training.conftest import TINY, make_task

N_USERS, N_ITEMS, LENGTH = 120, 30, 8
PLANTED = 7


def held_out(last: np.ndarray) -> Split:
    """Histories by chance alone, but for the last event of each, which is given; (N_USERS,)."""
    items = np.random.default_rng(3).integers(1, N_ITEMS + 1, size=(N_USERS, LENGTH))
    items[items == PLANTED] = PLANTED + 1
    items[0, 0] = PLANTED  # known, and no more
    items[:, -1] = last
    return leave_last_out(SequenceDatabase.from_histories(items.tolist()))


def weights_of(folder: Path, split: Split) -> np.ndarray:
    folder.mkdir()
    model = train(make_task(folder, split, with_choices(TINY, {"epochs": 2})))
    return torch.cat([weight.detach().ravel() for weight in model.parameters()]).numpy()


def test_permuting_the_targets_changes_no_weight(tmp_path: Path):
    last = np.random.default_rng(0).integers(PLANTED + 1, N_ITEMS + 1, size=N_USERS)
    split, other = held_out(last), held_out(np.random.default_rng(1).permutation(last))
    assert (split.test_targets() != other.test_targets()).any()

    np.testing.assert_array_equal(
        weights_of(tmp_path / "one", split), weights_of(tmp_path / "other", other)
    )


def test_a_signal_of_the_future_alone_is_not_learned(tmp_path: Path):
    split = held_out(np.full(N_USERS, PLANTED))
    model = train(make_task(tmp_path, split, with_choices(TINY, {"epochs": 3})))
    asked = [split.test_history(int(row)) for row in split.test_users]
    scores = TransformerScorer(model).score(asked)

    # By chance 0.15 among 30 items; the signal would give 1.
    assert measure_ranks(rank_targets(scores, split.test_targets())).ndcg < 0.15
