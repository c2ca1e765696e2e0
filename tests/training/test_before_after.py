from dataclasses import replace

import torch

from seqrec.evaluation.split import Split
from seqrec.models.popularity import fit_popularity
from seqrec.training import before_after
from seqrec.training.before_after import PRETRAINED, TUNED, UNTRAINED, WARM, compare_states
from seqrec.training.trainer import build_model
from tests.training.conftest import TINY


def test_states_are_the_random_the_warm_and_the_given_model(split: Split, monkeypatch):
    monkeypatch.setattr(before_after, "MAX_USERS", 30)
    torch.manual_seed(TINY.seed)
    model = build_model(split, TINY)  # not trained: as good as its warm start
    found = compare_states(split, TINY, model)
    assert list(found["models"]) == [UNTRAINED, WARM, TUNED]
    assert found["n_users"] == 30
    assert found["models"][TUNED] == found["models"][WARM]
    assert found["models"][UNTRAINED] != found["models"][WARM]
    assert found["against"][WARM]["ratio"] == 0.0


def test_a_model_that_others_trained_is_a_state_and_no_warm_start_is_none(split: Split):
    config = replace(TINY, model=replace(TINY.model, spectral_start=False))
    others = {PRETRAINED: fit_popularity(split)}
    found = compare_states(split, config, build_model(split, config), others)
    assert list(found["models"]) == [UNTRAINED, PRETRAINED, TUNED]
    assert set(found["against"]) == {UNTRAINED, PRETRAINED}
