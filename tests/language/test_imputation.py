import numpy as np
import torch

from seqrec.language.imputation import impute_new_items
from seqrec.models.item_transformer import make_transformer
from seqrec.models.shape import ModelConfig


def test_new_items_get_what_their_neighbours_by_text_know() -> None:
    torch.manual_seed(0)
    model = make_transformer(ModelConfig(width=8, n_heads=2, n_blocks=1, max_length=4), 15)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    vectors = np.zeros((16, 4), dtype=np.float32)
    vectors[1:15, 0] = 1.0
    vectors[12:15] = [[0, 1, 0, 0], [0, 0, 1, 0], [1, 0, 0, 0]]  # 14 is like 1 to 11
    counts = np.ones(16, dtype=np.int64)
    counts[[0, 14, 15]] = 0  # 15 has no text either
    assert impute_new_items(model, vectors, counts) == 1
    for name in ("embed.weight", "own_outputs", "bias"):
        after = model.state_dict()[name]
        expected = 0.9 * before[name][1:11].mean(dim=0)
        assert torch.allclose(after[14], expected, atol=1e-6)
        others = [row for row in range(16) if row != 14]
        assert torch.equal(after[others], before[name][others])


def test_nothing_is_guessed_where_nothing_is_new() -> None:
    model = make_transformer(ModelConfig(width=8, n_heads=2, n_blocks=1, max_length=4), 3)
    vectors = np.eye(4, dtype=np.float32)
    assert impute_new_items(model, vectors, np.ones(4, dtype=np.int64)) == 0
    assert impute_new_items(model, vectors, np.zeros(4, dtype=np.int64)) == 0
