"""Each loss does something that a stub would not."""

import numpy as np
import pytest
import torch

from seqrec.models.item_transformer import ItemTransformer, TransformerScorer, make_transformer
from seqrec.models.shape import ModelConfig
from seqrec.training.config_parts import ObjectiveConfig
from seqrec.training.objectives import Objective, contrastive_loss, squared_loss

N_ITEMS = 20
SHAPE = ModelConfig(max_length=8, width=16, n_blocks=1, dropout=0.0)
ITEMS = torch.tensor([[1, 2, 3, 4, 5], [6, 7, 8, 0, 0]])
TARGETS = torch.tensor([[2, 3, 4, 5, 6], [7, 8, 9, 0, 0]])


def new_model() -> ItemTransformer:
    torch.manual_seed(0)
    model = make_transformer(SHAPE, N_ITEMS)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.1 * torch.randn_like(weight))
    return model.train()


def loss_of(model: ItemTransformer, **choices: float) -> float:
    objective = Objective(model, ObjectiveConfig(**choices)).train()
    value: float = objective(ITEMS, TARGETS)["loss"].item()
    return value


def descend(model: ItemTransformer, config: ObjectiveConfig, n_steps: int = 60) -> None:
    objective = Objective(model, config).train()
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(n_steps):
        optimiser.zero_grad()
        objective(ITEMS, TARGETS)["loss"].backward()
        optimiser.step()


def test_cross_entropy_alone_is_the_loss_of_the_model():
    model = new_model()
    # Where the processor multiplies bfloat16 faster, products are rounded to its 8 bits.
    assert loss_of(model) == pytest.approx(model(ITEMS, TARGETS).item(), rel=1e-3)
    assert loss_of(model, cross_entropy=2.0) == pytest.approx(2 * loss_of(model))


def test_many_items_are_sampled():
    model = new_model()
    sampled = [loss_of(model, full_items=5, n_negatives=10) for _ in range(50)]
    assert len(set(sampled)) > 40
    assert np.mean(sampled) == pytest.approx(loss_of(model), rel=0.1)


def test_squared_error_is_the_distance_to_the_targets_embedding():
    hidden = torch.tensor([[1.0, 0.0], [0.0, 2.0]])
    outputs = torch.tensor([[0.0, 0.0], [1.0, 1.0], [0.0, -1.0]], requires_grad=True)
    loss = squared_loss(hidden, outputs, torch.tensor([1, 2]))
    assert loss.item() == (1.0 + 9.0) / 2
    assert not loss.requires_grad  # what is aimed at does not move


def test_the_gradient_of_the_squared_error_is_that_of_the_formula():
    # L = 1/n sum |h - e|^2, so that dL/dh = 2 (h - e) / n, and e is not moved.
    hidden = torch.tensor([[1.0, 0.0], [0.0, 2.0], [3.0, -1.0]], requires_grad=True)
    outputs = torch.tensor([[0.0, 0.0], [1.0, 1.0], [0.0, -1.0]], requires_grad=True)
    items = torch.tensor([1, 2, 2])
    squared_loss(hidden, outputs, items).backward()
    expected = 2 * (hidden.detach() - outputs.detach()[items]) / 3
    assert hidden.grad is not None
    assert torch.equal(hidden.grad, expected)
    assert outputs.grad is None


def test_squared_error_alone_learns_the_order():
    model = new_model()
    embeddings = model.outputs.detach().clone()
    descend(model, ObjectiveConfig(cross_entropy=0.0, squared=1.0), n_steps=200)
    assert torch.equal(model.outputs, embeddings)
    with torch.no_grad():
        said = model.hidden(ITEMS)[TARGETS > 0]
        nearest = torch.cdist(said, model.outputs).argmin(dim=1)
    assert (nearest == TARGETS[TARGETS > 0]).float().mean() > 0.8


def test_the_adversary_raises_the_loss_the_more_the_further_it_goes():
    model = new_model()
    losses = [loss_of(model, adversarial=size) for size in (0.0, 0.1, 0.5)]
    assert losses[0] < losses[1] < losses[2]


def test_against_the_adversary_a_model_is_learned_that_minds_it_less():
    rises = []
    for size in (0.0, 0.5):
        model = new_model()
        descend(model, ObjectiveConfig(adversarial=size), n_steps=150)
        # The mean of the loss and the disturbed one, less the loss.
        rises.append(loss_of(model, adversarial=0.5) - loss_of(model))
    assert rises[1] < rises[0] / 2


def test_the_adversary_rests_while_a_model_is_evaluated():
    objective = Objective(new_model(), ObjectiveConfig(adversarial=1.0)).eval()
    with torch.no_grad():
        assert objective(ITEMS, TARGETS)["loss"].item() == pytest.approx(loss_of(new_model()))


def test_contrastive_loss_by_hand():
    first = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    # Each finds its other view at cosine 1 among three, the other two at 0.
    expected = -np.log(np.exp(10) / (np.exp(10) + 2))
    assert contrastive_loss(first, 3 * first).item() == pytest.approx(expected, rel=1e-2)
    assert contrastive_loss(first, first.flip(0)).item() > 10


def test_views_bring_their_histories_together():
    config = ObjectiveConfig(contrastive=1.0)
    first, second = torch.tensor([[1, 2, 3], [6, 7, 8]]), torch.tensor([[4, 5, 0], [8, 9, 0]])
    model = new_model()

    def distance() -> float:
        with torch.no_grad():
            return contrastive_loss(model.summary(first), model.summary(second)).item()

    before = distance()
    objective = Objective(model, config).train()
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(30):
        optimiser.zero_grad()
        objective(ITEMS, TARGETS, first, second)["loss"].backward()
        optimiser.step()
    assert distance() < before / 2


def test_a_trained_objective_leaves_a_model_that_ranks():
    model = new_model()
    descend(model, ObjectiveConfig(adversarial=0.1, squared=0.1))
    scores = TransformerScorer(model).score([np.array([1, 2, 3], dtype=np.int32)])
    assert scores[0].argmax() == 4
