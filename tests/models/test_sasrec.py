from dataclasses import replace

import numpy as np
import pytest
import torch

from seqrec.evaluation.split import Split, leave_last_out
from seqrec.log.sequences import SequenceDatabase
from seqrec.models import sasrec
from seqrec.models.sasrec import Sasrec, SasrecConfig, pad_right
from seqrec.models.spectral import spectral_embeddings

SHAPE = SasrecConfig(n_items=30, max_length=6, width=8, n_blocks=2, n_heads=2, dropout=0.0)


def trained_like(shape: SasrecConfig = SHAPE) -> Sasrec:
    """A model whose output projections are not zero any more."""
    torch.manual_seed(3)
    model = Sasrec(shape).eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.3 * torch.randn_like(weight))
    return model


def test_a_later_event_changes_nothing_before_it():
    model = trained_like()
    first = model.hidden(torch.tensor([[1, 2, 3, 4]]))
    other = model.hidden(torch.tensor([[1, 2, 3, 9]]))
    torch.testing.assert_close(first[:, :3], other[:, :3])
    assert not torch.allclose(first[:, 3], other[:, 3])


def test_an_earlier_event_changes_all_after_it():
    model = trained_like()
    first = model.hidden(torch.tensor([[1, 2, 3, 4], [1, 2, 0, 0]]))
    other = model.hidden(torch.tensor([[9, 2, 3, 4], [9, 2, 0, 0]]))
    changed = (first - other).abs().amax(dim=-1) > 1e-3
    assert changed[0].all()
    assert changed[1, :2].all()


def test_padding_changes_nothing():
    model = trained_like()
    alone = model.hidden(torch.tensor([[1, 2, 3]]))
    padded = model.hidden(torch.tensor([[1, 2, 3, 0, 0], [5, 6, 7, 8, 9]]))
    torch.testing.assert_close(alone[0], padded[0, :3])


def test_the_newest_event_has_position_zero_whatever_the_length():
    model = trained_like()
    with torch.no_grad():
        model.blocks.wpe.weight[1:] = 0.0
    before = model.hidden(torch.tensor([[1, 2, 3], [4, 0, 0]]))
    with torch.no_grad():
        model.blocks.wpe.weight[0] += torch.randn(8)
    after = model.hidden(torch.tensor([[1, 2, 3], [4, 0, 0]]))
    torch.testing.assert_close(before[0, :2], after[0, :2])
    assert not torch.allclose(before[0, 2], after[0, 2])
    assert not torch.allclose(before[1, 0], after[1, 0])


def test_only_the_newest_events_are_seen():
    scorer = sasrec.SasrecScorer(trained_like())
    long = np.array([9, 8, 1, 2, 3, 4, 5, 6], dtype=np.int32)
    np.testing.assert_allclose(scorer.score([long]), scorer.score([long[-6:]]), rtol=1e-6)


def test_loss_is_the_mean_cross_entropy_of_real_targets():
    model = trained_like()
    items = torch.tensor([[1, 2, 3], [4, 5, 0]])
    targets = torch.tensor([[2, 3, 7], [5, 6, 0]])
    logits = model.logits(model.hidden(items)).detach().double()
    wanted = [(0, 0, 2), (0, 1, 3), (0, 2, 7), (1, 0, 5), (1, 1, 6)]
    by_hand = [
        torch.logsumexp(logits[row, place, 1:], 0) - logits[row, place, item]
        for row, place, item in wanted
    ]
    assert float(model(items, targets)["loss"].detach()) == pytest.approx(
        float(sum(by_hand)) / 5, rel=1e-5
    )


def test_sampled_loss_estimates_the_full_loss(monkeypatch: pytest.MonkeyPatch):
    model = trained_like(replace(SHAPE, n_items=4000))
    items = torch.randint(1, 4001, (16, 6))
    targets = torch.randint(1, 4001, (16, 6))
    full = float(model(items, targets)["loss"].detach())
    monkeypatch.setattr(sasrec, "MAX_FULL_SOFTMAX", 100)
    model.train()
    samples = [float(model(items, targets)["loss"].detach()) for _ in range(40)]
    assert np.mean(samples) == pytest.approx(full, rel=0.02)


def test_a_target_among_the_negatives_is_not_counted_twice(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sasrec, "MAX_FULL_SOFTMAX", 1)
    monkeypatch.setattr(torch, "randint", lambda *_args, **_kwargs: torch.full((1024,), 2))
    model = trained_like().train()
    assert float(model(torch.tensor([[1]]), torch.tensor([[2]]))["loss"].detach()) == 0.0


def test_a_new_model_scores_by_the_item_embeddings_alone():
    start = np.random.default_rng(0).normal(size=(31, 8)).astype(np.float32)
    start[0] = 0.0
    model = Sasrec(SHAPE, start).eval()
    projections = [
        w for name, w in model.blocks.named_parameters() if name.endswith("c_proj.weight")
    ]
    assert len(projections) == 4
    assert all(not weight.any() for weight in projections)
    np.testing.assert_array_equal(model.embed.weight.detach().numpy(), start)
    np.testing.assert_array_equal(model.outputs.detach().numpy(), start)


def test_rows_are_padded_behind():
    rows = pad_right([np.array([1, 2], dtype=np.int32), np.array([], dtype=np.int32)])
    assert rows.tolist() == [[1, 2], [0, 0]]
    assert pad_right([]).shape == (0, 1)


def test_items_that_occur_together_start_close():
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
