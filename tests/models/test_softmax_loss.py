import numpy as np
import pytest
import torch
from torch import Tensor

from seqrec.models import softmax_loss
from seqrec.models.softmax_loss import full_softmax_loss, sampled_softmax_loss


def parts(n_rows: int, n_items: int, width: int = 8) -> list[Tensor]:
    torch.manual_seed(n_rows)
    shapes = [(n_rows, width), (n_items + 1, width), (n_items + 1,)]
    return [torch.randn(*shape, requires_grad=True) for shape in shapes]


@pytest.mark.parametrize("at_once", [64, 1 << 20])
def test_full_loss_and_gradients_are_those_of_torch(monkeypatch: pytest.MonkeyPatch, at_once: int):
    monkeypatch.setattr(softmax_loss, "_LOGITS_AT_ONCE", at_once)
    ours = parts(150, 40)
    wanted = torch.randint(1, 41, (150,))
    slow = [part.detach().clone().requires_grad_() for part in ours]
    loss = full_softmax_loss(*ours, wanted)
    logits = slow[0] @ slow[1].T + slow[2]
    logits[:, 0] = -torch.inf
    expected = torch.nn.functional.cross_entropy(logits, wanted)
    assert loss.item() == pytest.approx(expected.item(), rel=1e-5)
    (2 * loss).backward()
    (2 * expected).backward()
    for one, other in zip(ours, slow, strict=True):
        torch.testing.assert_close(one.grad, other.grad, rtol=1e-4, atol=1e-6)


def test_a_sampled_loss_estimates_the_full_one():
    hidden, outputs, bias = parts(90, 4000)
    wanted = torch.randint(1, 4001, (90,))
    full = full_softmax_loss(hidden, outputs, bias, wanted).item()
    samples = [sampled_softmax_loss(hidden, outputs, bias, wanted, 1024).item() for _ in range(40)]
    # The mean of logarithms lies below the logarithm of the mean, by a little.
    assert np.mean(samples) == pytest.approx(full, rel=0.02)
    # Without the correction it would lie below by log(4000 / 905) = 1.49 nats.
    assert full - np.mean(samples) < 0.2


def test_a_sampled_gradient_estimates_the_full_one():
    hidden, outputs, bias = parts(30, 300)
    wanted = torch.randint(1, 301, (30,))
    full = torch.autograd.grad(full_softmax_loss(hidden, outputs, bias, wanted), hidden)[0]
    total = torch.zeros_like(full)
    for _ in range(200):
        loss = sampled_softmax_loss(hidden, outputs, bias, wanted, 200)
        total += torch.autograd.grad(loss, hidden)[0] / 200
    likeness = torch.nn.functional.cosine_similarity(total.ravel(), full.ravel(), dim=0)
    assert likeness > 0.99


def test_a_target_among_the_negatives_is_not_counted_twice():
    hidden, outputs, bias = parts(1, 1)
    loss = sampled_softmax_loss(hidden, outputs, bias, torch.tensor([1]), 5)
    assert loss.item() == pytest.approx(0.0, abs=1e-6)


def test_large_logits_do_not_overflow():
    hidden, outputs, bias = parts(4, 10)
    loss = full_softmax_loss(1000 * hidden, outputs, bias, torch.tensor([1, 2, 3, 4]))
    assert torch.isfinite(loss)


def test_far_logits_give_the_loss_and_gradients_of_torch():
    # Beyond the logits whose exponentials need no shift, and not so far that all is one item's.
    ours = parts(60, 40)
    wanted = torch.randint(1, 41, (60,))
    with torch.no_grad():
        ours[0].mul_(15.0)
    slow = [part.detach().clone().requires_grad_() for part in ours]
    loss = full_softmax_loss(*ours, wanted)
    logits = (slow[0] @ slow[1].T + slow[2])[:, 1:]
    assert logits.abs().max() > 70
    expected = torch.nn.functional.cross_entropy(logits, wanted - 1)
    assert loss.item() == pytest.approx(expected.item(), rel=1e-5)
    loss.backward()
    expected.backward()
    for one, other in zip(ours, slow, strict=True):
        torch.testing.assert_close(one.grad[-40:], other.grad[-40:], rtol=1e-4, atol=1e-6)


def test_half_precision_changes_loss_and_gradients_by_little():
    ours = parts(200, 300)
    wanted = torch.randint(1, 301, (200,))
    slow = [part.detach().clone().requires_grad_() for part in ours]
    loss = full_softmax_loss(*ours, wanted, torch.bfloat16)
    expected = full_softmax_loss(*slow, wanted)
    # bfloat16 has 8 bits: each product is off by 0.4 % at most, and errors cancel.
    assert loss.item() == pytest.approx(expected.item(), rel=2e-3)
    loss.backward()
    expected.backward()
    for one, other in zip(ours, slow, strict=True):
        assert one.grad.dtype is torch.float32
        assert (one.grad - other.grad).norm() < 0.01 * other.grad.norm()


def test_without_gradients_none_are_made():
    hidden, outputs, bias = (part.detach() for part in parts(4, 10))
    loss = full_softmax_loss(hidden, outputs, bias, torch.tensor([1, 2, 3, 4]))
    assert not loss.requires_grad
