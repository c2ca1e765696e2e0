from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import Split
from seqrec.models.hybrid import Blend, BlendKind
from seqrec.models.markov import fit_markov
from seqrec.models.popularity import fit_popularity
from seqrec.models.stored import load_recommender, save_recommender
from seqrec.training.companions import Companions, read_companions, write_companions
from tests.models.baselines import FITS


@pytest.mark.parametrize("fit", FITS, ids=lambda fit: fit.__name__)
def test_a_stored_baseline_scores_as_before_bit_by_bit(
    fit: Callable[[Split], Recommender], split: Split, asked: list[np.ndarray], tmp_path: Path
):
    model = fit(split)
    save_recommender(tmp_path / "model.safetensors", model)
    again = load_recommender(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(again.score(asked), model.score(asked))


def test_what_is_no_baseline_is_not_stored(tmp_path: Path):
    with pytest.raises(TypeError, match="int is none of the baselines"):
        save_recommender(tmp_path / "model.safetensors", 3)
    assert not list(tmp_path.iterdir())


def test_a_bundle_brings_its_companions(split: Split, tmp_path: Path):
    models = {"Markov": fit_markov(split), "Popularity": fit_popularity(split)}
    blend = Blend(BlendKind.RANKS, ("Markov", "Popularity"), (4,), ((1.0, 0.0), (0.5, 0.5)))
    write_companions(tmp_path, Companions(models, blend, exclude_seen=True))
    found = read_companions(tmp_path)
    assert list(found.models) == ["Markov", "Popularity"]
    assert found.blend == blend
    assert found.exclude_seen


def test_a_bundle_of_an_earlier_version_has_no_companions(tmp_path: Path):
    assert read_companions(tmp_path) == Companions({}, None, exclude_seen=False)
