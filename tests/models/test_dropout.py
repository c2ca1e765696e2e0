import pytest
import torch

from seqrec.models.dropout import ByteDropout


@pytest.mark.parametrize("probability", [0.1, 0.25, 0.5])
def test_as_many_values_are_dropped_as_wanted_and_the_mean_stays(probability: float):
    torch.manual_seed(0)
    values = ByteDropout(probability).train()(torch.ones(300, 1001))
    dropped = (values == 0).float().mean().item()
    # Rounded to 1 / 256; five standard deviations of 300,300 draws are 0.005.
    assert dropped == pytest.approx(probability, abs=0.005 + 1 / 512)
    assert values.mean().item() == pytest.approx(1.0, abs=0.01)
    assert len(values.unique()) == 2


def test_neighbours_are_dropped_independently():
    torch.manual_seed(0)
    dropped = (ByteDropout(0.5).train()(torch.ones(8 * 20_000)) == 0).float()
    for step in (1, 2, 4, 8):
        both = (dropped[step:] * dropped[:-step]).mean().item()
        assert both == pytest.approx(0.25, abs=0.006)


def test_the_gradient_passes_where_the_value_does():
    torch.manual_seed(0)
    values = torch.randn(50, 33, requires_grad=True)
    result = ByteDropout(0.25).train()(values)
    result.sum().backward()
    assert values.grad is not None
    torch.testing.assert_close(values.grad * values.detach(), result.detach())
    assert 0 < (values.grad == 0).sum() < values.numel()


def test_the_same_seed_drops_the_same():
    drop, values = ByteDropout(0.3).train(), torch.ones(1000)
    torch.manual_seed(5)
    first = drop(values)
    state = torch.get_rng_state()
    second = drop(values)
    torch.set_rng_state(state)
    assert torch.equal(second, drop(values))
    assert not torch.equal(first, second)


def test_nothing_is_dropped_outside_training_or_without_a_probability():
    values = torch.randn(9)
    assert ByteDropout(0.5).eval()(values) is values
    assert ByteDropout(0.0).train()(values) is values
