"""What every recommender must do, one suite over all of them."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import Split
from seqrec.models.item_transformer import TransformerScorer, make_transformer
from seqrec.models.shape import Architecture, ModelConfig
from tests.models.baselines import FITS


def _transformer(split: Split, architecture: Architecture) -> TransformerScorer:
    torch.manual_seed(1)
    config = ModelConfig(architecture, max_length=4, width=8, n_blocks=1, dropout=0.5)
    return TransformerScorer(make_transformer(config, split.database.n_items))


def gpt2(split: Split) -> TransformerScorer:
    return _transformer(split, Architecture.GPT2)


def llama(split: Split) -> TransformerScorer:
    return _transformer(split, Architecture.LLAMA)


def bert(split: Split) -> TransformerScorer:
    return _transformer(split, Architecture.BERT)


@pytest.fixture(params=[*FITS, gpt2, llama, bert], ids=lambda make: make.__name__)
def recommender(request: pytest.FixtureRequest, split: Split) -> Recommender:
    make: Callable[[Split], Recommender] = request.param
    return make(split)


def test_scores_are_one_row_a_history_without_padding(
    recommender: Recommender, asked: list[np.ndarray]
):
    scores = recommender.score(asked)
    assert scores.shape == (3, 8)
    assert scores.dtype == np.float32
    assert np.isneginf(scores[:, 0]).all()
    assert np.isfinite(scores[:, 1:]).all()


def test_scores_do_not_depend_on_who_is_asked_beside(
    recommender: Recommender, asked: list[np.ndarray]
):
    together = recommender.score(asked)
    alone = np.concatenate([recommender.score([history]) for history in asked])
    np.testing.assert_allclose(together, alone, rtol=1e-5, atol=1e-6)


def test_scores_are_the_same_when_asked_again(recommender: Recommender, asked: list[np.ndarray]):
    np.testing.assert_array_equal(recommender.score(asked), recommender.score(asked))


def test_an_empty_history_is_scored(recommender: Recommender):
    scores = recommender.score([np.array([], dtype=np.int32)])
    assert np.isfinite(scores[:, 1:]).all()
