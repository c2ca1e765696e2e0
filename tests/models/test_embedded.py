from dataclasses import replace
from pathlib import Path

import numpy as np

from seqrec.models.embedded import EmbeddingRecommender, Towers
from seqrec.models.linear import Memory
from seqrec.models.stored import load_recommender, save_recommender


def _model() -> EmbeddingRecommender:
    inputs = np.array([[0, 0], [1, 0], [0, 1], [2, 2]], dtype=np.float32)
    outputs = np.array([[9, 9], [1, 0], [0, 3], [1, 1]], dtype=np.float32)
    return EmbeddingRecommender(Towers(inputs, outputs, np.float32([0, 0.5, 0, 0])), Memory(2, 0.5))


def test_a_score_is_the_product_with_the_decayed_mean() -> None:
    # Newest first: item 2 weighs 1, item 1 one half; item 3 is too old.
    mean = (np.array([0, 1]) + 0.5 * np.array([1, 0])) / 1.5
    found = _model().score([np.array([3, 1, 2], dtype=np.int32), np.zeros(0, dtype=np.int32)])
    assert np.allclose(found[0, 1:], [mean[0] + 0.5, 3 * mean[1], mean.sum()])
    assert np.allclose(found[1, 1:], [0.5, 0, 0])
    assert (found[:, 0] == -np.inf).all()


def test_stored_it_scores_as_before(tmp_path: Path) -> None:
    model, asked = _model(), [np.array([1, 3], dtype=np.int32)]
    bias = np.arange(8, dtype=np.float32)[::2]  # a view with gaps
    model.towers = replace(model.towers, bias=bias)
    save_recommender(tmp_path / "model.safetensors", model)
    again = load_recommender(tmp_path / "model.safetensors")
    assert (again.score(asked) == model.score(asked)).all()
