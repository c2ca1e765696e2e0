from pathlib import Path

import numpy as np
import pytest
import torch

from seqrec.errors import ConfigError
from seqrec.language.backbones import find_backbone
from seqrec.language.likelihood import LikelihoodReranker
from seqrec.language.loading import Backbone, load_backbone
from seqrec.language.pretrain_config import PretrainConfig
from seqrec.language.pretraining import pretrain

TEXTS = ["", "red ball", "blue cup", "green hat old lamp", "", "small"]


@pytest.fixture
def gpt(decoder: Path) -> Backbone:
    return load_backbone(find_backbone(str(decoder)), with_words=True)


def test_a_score_is_the_mean_log_likelihood_of_the_title_behind_the_prompt(gpt: Backbone) -> None:
    history, candidates = np.array([1, 4, 2], dtype=np.int32), np.array([3, 4, 5], dtype=np.int32)
    items, scores = LikelihoodReranker(gpt, TEXTS).order(history, candidates)
    expected = {4: -np.inf}
    prompt = gpt.tokenizer("red ball\nblue cup\n", add_special_tokens=False)["input_ids"]
    for item in (3, 5):
        title = gpt.tokenizer(TEXTS[item], add_special_tokens=False)["input_ids"]
        total = 0.0
        for place, token in enumerate(title):
            shown = torch.tensor([prompt + title[:place]])
            with torch.inference_mode():
                total += float(gpt.model(input_ids=shown).logits[0, -1].log_softmax(0)[token])
        expected[item] = total / len(title)
    assert sorted(expected, key=expected.__getitem__, reverse=True) == items.tolist()
    assert scores[:2] == pytest.approx([expected[item] for item in items[:2].tolist()], abs=1e-4)
    assert scores[2] == -np.inf


def test_what_a_decoder_has_learned_comes_first(gpt: Backbone) -> None:
    pairs = [(a, b) for a in ("cup", "hat", "car", "old") for b in ("ball", "lamp", "book")]
    lessons = [text for a, b in pairs for text in (f"red {a} blue {b}", f"{a} red {b} blue")]
    config = PretrainConfig(steps=30, learning_rate=1e-2, n_checks=1)
    pretrain(gpt, lessons, config, lambda _measured: False)
    texts = ["", "red", "small green chair", "blue"]
    items, _ = LikelihoodReranker(gpt, texts).order(np.array([1]), np.array([2, 3]))
    assert items.tolist() == [3, 2]


def test_a_long_history_and_an_empty_one_fit(gpt: Backbone) -> None:
    texts = ["", "red ball " * 200, "cup"]
    reranker = LikelihoodReranker(gpt, texts)
    for history in (np.array([1, 1, 1], dtype=np.int32), np.zeros(0, dtype=np.int32)):
        _, scores = reranker.order(history, np.array([1, 2], dtype=np.int32))
        assert np.isfinite(scores).all()


def test_an_encoder_is_refused(encoder: Path) -> None:
    backbone = load_backbone(find_backbone(str(encoder)))
    with pytest.raises(ConfigError, match="choose a decoder"):
        LikelihoodReranker(backbone, TEXTS)
