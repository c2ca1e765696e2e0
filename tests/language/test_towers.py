import numpy as np
import pytest

from seqrec.errors import TooSmallError
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.language.cold import hide_items, measure_cold
from seqrec.language.tower_config import TowerConfig
from seqrec.language.towers import fit_towers
from seqrec.log.sequences import SequenceDatabase
from seqrec.models.popularity import fit_popularity

N_KINDS, N_EACH, WIDTH = 4, 10, 16
CONFIG = TowerConfig(epochs=12, batch_size=64, width=8, hidden=16, learning_rate=1e-2)


@pytest.fixture(scope="module")
def split() -> Split:
    """Items of four kinds: after any of one kind comes any of the next."""
    draw = np.random.default_rng(0)
    histories = [
        [
            1 + (first + step) % N_KINDS * N_EACH + int(draw.integers(N_EACH))
            for step in range(int(draw.integers(5, 12)))
        ]
        for first in draw.integers(N_KINDS, size=300)
    ]
    return leave_last_out(SequenceDatabase.from_histories(histories))


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    """Texts of one kind lie close together, and say nothing of what follows."""
    draw = np.random.default_rng(1)
    centres = np.repeat(np.eye(N_KINDS, WIDTH), N_EACH, axis=0)
    found = centres + 0.05 * draw.normal(size=centres.shape)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return np.vstack([np.zeros(WIDTH), found]).astype(np.float32)


def test_an_item_that_nobody_had_is_found_by_its_text(split: Split, vectors: np.ndarray) -> None:
    items = hide_items(split, 0.2)
    losses: list[float] = []
    model = fit_towers(items.split, vectors, CONFIG, lambda _share, loss: losses.append(loss))
    found = measure_cold(items, model)
    chance = measure_cold(items, fit_popularity(items.split))
    assert np.mean(losses[-10:]) < np.mean(losses[:10]) - 0.5
    # One in four items is of the kind that comes next: 10 of 40 fill a list.
    assert found.cold_hit_rate > 0.6
    assert chance.cold_hit_rate < 0.3
    assert found.n_cold > 20


def test_the_same_seed_gives_the_same_model(split: Split, vectors: np.ndarray) -> None:
    config = TowerConfig(epochs=1, batch_size=256, width=8, hidden=16)
    first, second = (
        fit_towers(split, vectors, config, lambda _share, _loss: None).towers for _ in range(2)
    )
    assert (first.outputs == second.outputs).all()
    assert (first.inputs == second.inputs).all()


def test_items_without_events_are_no_negatives(split: Split, vectors: np.ndarray) -> None:
    more = SequenceDatabase.from_histories(
        [split.database.history(user).tolist() for user in range(split.database.n_users)]
    )
    object.__setattr__(more, "n_items", more.n_items + 5)
    wider = np.vstack([vectors, np.tile(vectors[1], (5, 1))])
    config = TowerConfig(epochs=1, batch_size=256, width=8, hidden=16)
    quiet = lambda _share, _loss: None  # noqa: E731
    without = fit_towers(split, vectors, config, quiet).towers
    beside = fit_towers(leave_last_out(more), wider, config, quiet).towers
    assert np.allclose(without.outputs, beside.outputs[:-5], atol=1e-5)


def test_a_log_in_which_nothing_follows_is_refused(vectors: np.ndarray) -> None:
    database = SequenceDatabase.from_histories([[1, 2, 3]] * 12)
    with pytest.raises(TooSmallError, match="no event follows another"):
        fit_towers(leave_last_out(database), vectors[:4], CONFIG, lambda _share, _loss: None)
