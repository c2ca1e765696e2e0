import numpy as np
import pytest

from seqrec.evaluation.split import Split, leave_last_out
from seqrec.log.sequences import SequenceDatabase
from seqrec.models import spectral
from seqrec.models.spectral import spectral_embeddings


@pytest.mark.parametrize("most_events", [200, 2_000_000])
def test_items_that_occur_together_start_close(monkeypatch: pytest.MonkeyPatch, most_events: int):
    monkeypatch.setattr(spectral, "_MOST_EVENTS", most_events)  # of 480
    generator = np.random.default_rng(0)
    groups = [generator.permutation(np.arange(first, first + 10)) for first in [1, 11] * 30]
    database = SequenceDatabase.from_histories([group.tolist() for group in groups])
    start = spectral_embeddings(leave_last_out(database), 4, seed=0)
    assert start.shape == (21, 4)
    assert not start[0].any()
    unit = start[1:] / np.linalg.norm(start[1:], axis=1, keepdims=True)
    likeness = unit @ unit.T
    assert likeness[:10, :10].mean() > 0.5 > likeness[:10, 10:].mean() + 0.4
    np.testing.assert_array_equal(start, spectral_embeddings(leave_last_out(database), 4, seed=0))


def test_a_width_beyond_the_rank_is_filled_up(split: Split):
    start = spectral_embeddings(split, 16, seed=0)
    assert start.shape == (8, 16)
    assert np.abs(start[1:]).max() < 1.0
    assert (np.abs(start[1:, 7:]).sum(axis=0) > 0).all()


def test_a_log_whose_order_is_chance_alone_starts_at_random():
    histories = [[1, 1, 1, 2, 3]] * 10  # learned from: only 1 after 1, as often as expected
    start = spectral_embeddings(leave_last_out(SequenceDatabase.from_histories(histories)), 4, 0)
    assert start.shape == (4, 4)
    assert not start[0].any()
    assert (np.abs(start[1:]) > 0).all()


def test_a_large_log_is_counted_over_some_of_its_users(monkeypatch: pytest.MonkeyPatch):
    counted = []
    monkeypatch.setattr(spectral, "_MOST_EVENTS", 3000)
    monkeypatch.setattr(
        spectral, "count_pairs", lambda split, *_: counted.append(split) or np.zeros((4, 4))
    )
    histories = [[1, 2, 3] * 10] * 1000  # 28 of 30 events are learned from
    spectral_embeddings(leave_last_out(SequenceDatabase.from_histories(histories)), 4, seed=0)
    assert 2000 < counted[0].train_mask().sum() < 4000
