from pathlib import Path

import numpy as np
import pytest
import torch

from seqrec.errors import ConfigError
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.language.backbones import find_backbone
from seqrec.language.loading import Backbone, load_backbone, save_backbone
from seqrec.language.next_text import Lessons, next_text_loss, teach_next_texts
from seqrec.language.tuning import measure_share, tune
from seqrec.language.tuning_config import NextTextConfig, Tuning, TuningConfig
from seqrec.language.vectors import encode_texts
from seqrec.log.sequences import SequenceDatabase
from tests.language.tiny import N_LAYERS, WIDTH, WORDS

pytestmark = [
    # peft asks transformers by names that will change there.
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning"),
    pytest.mark.filterwarnings("ignore:`past_key_values` is deprecated:FutureWarning"),
]
TEXTS = ["", *(f"{first} {second}" for first in WORDS[:4] for second in WORDS[4:7])]
QUICK = NextTextConfig(steps=30, batch_size=16, learning_rate=5e-3)


@pytest.fixture(scope="module")
def split() -> Split:
    """After an item whose title begins with one colour comes one that begins with the next."""
    draw = np.random.default_rng(0)
    histories = [
        [1 + (first + step) % 4 * 3 + int(draw.integers(3)) for step in range(8)]
        for first in draw.integers(4, size=60)
    ]
    return leave_last_out(SequenceDatabase.from_histories(histories))


@pytest.fixture
def backbone(encoder: Path) -> Backbone:
    return load_backbone(find_backbone(str(encoder)))


def _ignore(_share: float, _loss: float = 0.0) -> bool:
    return False


def _teach(backbone: Backbone, split: Split, config: TuningConfig) -> dict[str, torch.Tensor]:
    """Teach, and the weights of the backbone as they were before."""
    before = {name: value.clone() for name, value in backbone.model.state_dict().items()}
    teach_next_texts(backbone, config, Lessons(split, TEXTS), QUICK, _ignore)
    return before


def test_frozen_layers_do_not_move_and_the_others_do(backbone: Backbone, split: Split) -> None:
    before = _teach(backbone, split, TuningConfig(Tuning.FULL, frozen_layers=3))
    moved = {
        name
        for name, value in backbone.model.state_dict().items()
        if not torch.equal(value, before[name])
    }
    assert moved
    assert all(name.startswith("encoder.layer.3.") for name in moved)


def test_lora_learns_exactly_what_its_rank_says(encoder: Path) -> None:
    for rank in (1, 4):
        model = load_backbone(find_backbone(str(encoder))).model
        n_before = sum(weight.numel() for weight in model.parameters())
        share = measure_share(tune(model, TuningConfig(Tuning.LORA, rank=rank)))
        # Query and value of each layer: two matrices of rank x width.
        assert share.n_trainable == N_LAYERS * 2 * 2 * rank * WIDTH
        assert share.n_parameters == n_before + share.n_trainable
    behind = load_backbone(find_backbone(str(encoder))).model
    config = TuningConfig(Tuning.LORA, rank=2, frozen_layers=3)
    assert measure_share(tune(behind, config)).n_trainable == 2 * 2 * 2 * WIDTH


def test_a_prefix_changes_outputs_and_leaves_the_backbone(
    backbone: Backbone, split: Split, tmp_path: Path
) -> None:
    plain = encode_texts(backbone, TEXTS[1:4], _ignore)
    before = {name: value.clone() for name, value in backbone.model.named_parameters()}
    config = TuningConfig(Tuning.PREFIX, prefix_tokens=3)
    tuned = teach_next_texts(backbone, config, Lessons(split, TEXTS), QUICK, _ignore)
    # Keys and values of each layer for three tokens.
    assert tuned.share.n_trainable == 3 * N_LAYERS * 2 * WIDTH
    after = dict(tuned.backbone.model.get_base_model().named_parameters())
    assert all(torch.equal(after[name], value) for name, value in before.items())
    found = encode_texts(tuned.backbone, TEXTS[1:4], _ignore)
    assert np.abs(found - plain).max() > 0.01
    save_backbone(tuned.backbone, tmp_path)
    again = load_backbone(find_backbone(str(tmp_path)))
    assert np.allclose(encode_texts(again, TEXTS[1:4], _ignore), found, atol=1e-5)


def test_a_backbone_that_learned_with_lora_is_one_that_can_be_chosen(
    backbone: Backbone, split: Split, tmp_path: Path
) -> None:
    tuned = teach_next_texts(backbone, TuningConfig(rank=4), Lessons(split, TEXTS), QUICK, _ignore)
    found = encode_texts(tuned.backbone, TEXTS[1:4], _ignore)
    save_backbone(tuned.backbone, tmp_path)
    facts = find_backbone(str(tmp_path))
    assert facts.n_layers == N_LAYERS
    assert np.allclose(encode_texts(load_backbone(facts), TEXTS[1:4], _ignore), found, atol=1e-5)
    assert np.mean(tuned.losses[-5:]) < np.mean(tuned.losses[:5])


def test_a_frozen_backbone_learns_nothing(backbone: Backbone, split: Split) -> None:
    tuned = teach_next_texts(
        backbone, TuningConfig(Tuning.FROZEN), Lessons(split, TEXTS), QUICK, _ignore
    )
    assert (tuned.share.n_trainable, tuned.losses) == (0, ())


def test_more_frozen_layers_than_there_are_is_refused(backbone: Backbone) -> None:
    with pytest.raises(ConfigError, match="4 layers are to stay frozen and the backbone has 4"):
        tune(backbone.model, TuningConfig(Tuning.FULL, frozen_layers=4))


def test_the_loss_is_that_of_picking_the_next_text(backbone: Backbone, split: Split) -> None:
    vectors = encode_texts(backbone, TEXTS, _ignore)
    lessons = Lessons(split, TEXTS, vectors)
    batch = next(iter(lessons.batches(NextTextConfig(steps=1, batch_size=4, n_hard=2))))
    assert len(set(batch.texts)) == len(batch.texts)
    assert torch.allclose(batch.weights.sum(dim=1), torch.ones(4))
    known = encode_texts(backbone, batch.texts, _ignore).astype(np.float64)
    summary = batch.weights.numpy() @ known
    summary /= np.linalg.norm(summary, axis=1, keepdims=True)
    logits = summary @ known.T / 0.05
    own = logits[np.arange(4), batch.targets]
    expected = np.mean(np.log(np.exp(logits).sum(axis=1)) - own)
    with torch.no_grad():
        assert float(next_text_loss(backbone, batch)) == pytest.approx(expected, rel=1e-4)
