"""What every item transformer must do, whatever its blocks; one suite over all of them."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from seqrec.errors import ConfigError
from seqrec.models.dropout import ByteDropout
from seqrec.models.item_transformer import (
    ClozeTransformer,
    ItemTransformer,
    Start,
    TransformerScorer,
    make_transformer,
    pad_right,
)
from seqrec.models.shape import Architecture, ModelConfig

N_ITEMS = 30
SHAPE = ModelConfig(Architecture.GPT2, max_length=6, width=8, n_blocks=2, n_heads=2, dropout=0.0)
CAUSAL = [Architecture.GPT2, Architecture.LLAMA]


def trained_like(config: ModelConfig = SHAPE) -> ItemTransformer:
    """A model whose output projections are not zero any more."""
    torch.manual_seed(3)
    model = make_transformer(config, N_ITEMS).eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.3 * torch.randn_like(weight))
    return model


@pytest.fixture(params=[*Architecture], ids=str)
def config(request: pytest.FixtureRequest) -> ModelConfig:
    return replace(SHAPE, architecture=request.param)


@pytest.fixture(params=CAUSAL, ids=str)
def causal(request: pytest.FixtureRequest) -> ItemTransformer:
    return trained_like(replace(SHAPE, architecture=request.param))


def test_a_later_event_changes_nothing_before_it(causal: ItemTransformer):
    first = causal.hidden(torch.tensor([[1, 2, 3, 4]]))
    other = causal.hidden(torch.tensor([[1, 2, 3, 9]]))
    torch.testing.assert_close(first[:, :3], other[:, :3])
    assert not torch.allclose(first[:, 3], other[:, 3])


def test_a_masked_model_sees_both_sides():
    model = trained_like(replace(SHAPE, architecture=Architecture.BERT))
    first = model.hidden(torch.tensor([[1, 2, 3, 4]]))
    other = model.hidden(torch.tensor([[1, 2, 3, 9]]))
    assert ((first - other).abs().amax(dim=-1) > 1e-3).all()


def test_an_earlier_event_changes_all_after_it(config: ModelConfig):
    model = trained_like(config)
    first = model.hidden(torch.tensor([[1, 2, 3, 4], [1, 2, 0, 0]]))
    other = model.hidden(torch.tensor([[9, 2, 3, 4], [9, 2, 0, 0]]))
    changed = (first - other).abs().amax(dim=-1) > 1e-3
    assert changed[0].all()
    assert changed[1, :2].all()


def test_order_matters(config: ModelConfig):
    model = trained_like(config)
    forward, backward = torch.tensor([[1, 2, 3]]), torch.tensor([[2, 1, 3]])
    assert not torch.allclose(model.summary(forward), model.summary(backward), atol=1e-3)


def test_padding_changes_nothing(config: ModelConfig):
    model = trained_like(config)
    alone = model.summary(torch.tensor([[1, 2, 3]]))
    padded = model.summary(torch.tensor([[1, 2, 3, 0, 0], [5, 6, 7, 8, 9]]))
    torch.testing.assert_close(alone[0], padded[0])


def test_only_the_newest_events_are_seen(config: ModelConfig):
    scorer = TransformerScorer(trained_like(config))
    long = np.array([9, 8, 1, 2, 3, 4, 5, 6], dtype=np.int32)
    np.testing.assert_allclose(scorer.score([long]), scorer.score([long[-6:]]), rtol=1e-6)


def test_the_newest_event_has_position_zero_whatever_the_length():
    model = trained_like()
    with torch.no_grad():
        model.blocks.model.wpe.weight[1:] = 0.0
    before = model.hidden(torch.tensor([[1, 2, 3], [4, 0, 0]]))
    with torch.no_grad():
        model.blocks.model.wpe.weight[0] += torch.randn(8)
    after = model.hidden(torch.tensor([[1, 2, 3], [4, 0, 0]]))
    torch.testing.assert_close(before[0, :2], after[0, :2])
    assert not torch.allclose(before[0, 2], after[0, 2])
    assert not torch.allclose(before[1, 0], after[1, 0])


def test_the_loss_is_the_mean_cross_entropy_of_real_targets(causal: ItemTransformer):
    items = torch.tensor([[1, 2, 3], [4, 5, 0]])
    targets = torch.tensor([[2, 3, 7], [5, 6, 0]])
    logits = causal.logits(causal.hidden(items)).detach().double()
    wanted = [(0, 0, 2), (0, 1, 3), (0, 2, 7), (1, 0, 5), (1, 1, 6)]
    by_hand = [
        torch.logsumexp(logits[row, place, 1:], 0) - logits[row, place, item]
        for row, place, item in wanted
    ]
    assert causal(items, targets).item() == pytest.approx(float(sum(by_hand)) / 5, rel=1e-5)


@pytest.mark.parametrize("architecture", CAUSAL)
def test_a_new_model_predicts_from_the_newest_item_alone(architecture: Architecture):
    model = make_transformer(replace(SHAPE, architecture=architecture), N_ITEMS).eval()
    first = model.summary(torch.tensor([[1, 2, 3]]))
    torch.testing.assert_close(first, model.summary(torch.tensor([[8, 9, 3]])))


def test_a_start_gives_the_vectors_of_items(config: ModelConfig):
    generator = np.random.default_rng(0)
    inputs, outputs = generator.normal(size=(2, N_ITEMS + 1, 8)).astype(np.float32)
    model = make_transformer(config, N_ITEMS, Start(inputs, outputs))
    first = model.embed.weight.detach().numpy()[: N_ITEMS + 1]
    np.testing.assert_array_equal(first, inputs)
    np.testing.assert_array_equal(model.outputs.detach().numpy(), outputs)


def test_tied_items_have_one_vector(config: ModelConfig):
    model = make_transformer(replace(config, tied=True), N_ITEMS)
    loss = model(torch.tensor([[1, 2]]), torch.tensor([[2, 3]]))
    loss.backward()
    gradient = model.embed.weight.grad
    assert gradient is not None
    assert (gradient[20:30].abs().sum(dim=1) > 0).all()  # as next items that did not come
    assert torch.equal(model.outputs, model.embed.weight[: N_ITEMS + 1])
    free = make_transformer(config, N_ITEMS)
    n_weights = [sum(w.numel() for w in one.parameters()) for one in (free, model)]
    assert n_weights[0] - n_weights[1] == (N_ITEMS + 1) * 8


def test_a_cloze_asks_for_what_it_hides():
    torch.manual_seed(0)
    model = trained_like(replace(SHAPE, architecture=Architecture.BERT))
    assert isinstance(model, ClozeTransformer)
    items = torch.tensor([[1, 2, 3, 4, 5], [6, 7, 0, 0, 0]]).repeat(400, 1)
    targets = torch.tensor([[2, 3, 4, 5, 9], [7, 8, 0, 0, 0]]).repeat(400, 1)
    whole = torch.tensor([[1, 2, 3, 4, 5, 9], [6, 7, 8, 0, 0, 0]]).repeat(400, 1)
    shown, wanted = model.make_exercise(items, targets)
    hidden = wanted > 0
    assert torch.equal(hidden, shown == N_ITEMS + 1)
    assert torch.equal(torch.where(hidden, wanted, shown), whole)
    assert (hidden.sum(dim=1) >= 1).all()
    alone = hidden[::2, 5] & (hidden[::2].sum(dim=1) == 1)
    # Half of the rows, and those in which chance hid nothing (0.8 ** 6) or the last alone.
    assert alone.float().mean().item() == pytest.approx(0.5 + 0.5 * (0.26 + 0.066), abs=0.08)


def test_rows_are_padded_behind():
    rows = pad_right([np.array([1, 2], dtype=np.int32), np.array([], dtype=np.int32)])
    assert rows.tolist() == [[1, 2], [0, 0]]
    assert pad_right([]).shape == (0, 1)


def test_a_width_that_the_heads_cannot_share_is_refused_with_one_that_they_can():
    with pytest.raises(ConfigError, match="width 65 is not a multiple of the 2 heads; choose 64"):
        ModelConfig(width=65)


def test_dropout_lies_on_the_embeddings_and_on_what_each_block_adds(config: ModelConfig):
    model = make_transformer(replace(config, dropout=0.5), N_ITEMS).train()
    calls: list[float] = []
    for module in model.modules():
        assert not isinstance(module, torch.nn.Dropout)
        if isinstance(module, ByteDropout) and module.p:
            module.register_forward_hook(lambda drop, _given, _output: calls.append(drop.p))
    model.hidden(torch.tensor([[1, 2, 3]]))
    assert calls == [0.5] * (1 + 2 * config.n_blocks)
