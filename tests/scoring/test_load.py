from pathlib import Path

import numpy as np
import pytest
import torch

from seqrec.errors import WorkspaceError
from seqrec.evaluation.split import leave_last_out
from seqrec.log.behaviour_log import BehaviourLog, load_sequences
from seqrec.models.hybrid import HYBRID, Blend, BlendKind
from seqrec.models.item_transformer import ItemTransformer, TransformerScorer
from seqrec.models.popularity import fit_popularity
from seqrec.recommend.engine import Wish, recommend
from seqrec.scoring.load import load_engine
from seqrec.training.companions import Companions, write_companions
from seqrec.training.trainer import build_model
from seqrec.training.worker import write_bundle
from tests.conftest import StoreCsv
from tests.training.conftest import TINY, csv_of, ring


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv(csv_of(ring()))


@pytest.fixture
def model(log: BehaviourLog) -> ItemTransformer:
    torch.manual_seed(2)
    return build_model(leave_last_out(load_sequences(log)), TINY)


@pytest.fixture
def bundle(tmp_path: Path, log: BehaviourLog, model: ItemTransformer) -> Path:
    write_bundle(tmp_path / "bundle", model, log)
    popularity = fit_popularity(leave_last_out(load_sequences(log)))
    blend = Blend(BlendKind.SCORES, ("Transformer", "Popularity"), (), ((1.0, 0.5),))
    write_companions(
        tmp_path / "bundle", Companions({"Popularity": popularity}, blend, exclude_seen=True)
    )
    return tmp_path / "bundle"


def test_a_loaded_model_scores_as_the_one_that_was_stored(
    bundle: Path, model: ItemTransformer, log: BehaviourLog
):
    engine = load_engine(bundle, leave_last_out(load_sequences(log)))
    assert engine.names == ("Transformer", "Popularity", HYBRID)
    assert engine.exclude_seen
    histories = [np.array([1, 2, 3], dtype=np.int32), np.array([12], dtype=np.int32)]
    np.testing.assert_array_equal(
        engine.models["Transformer"].score(histories), TransformerScorer(model).score(histories)
    )
    assert engine.shelf.novelty[1:].min() >= 0


def test_a_bundle_alone_makes_lists(bundle: Path):
    engine = load_engine(bundle)
    (found,) = recommend(engine, [np.array([1, 2], dtype=np.int32)], Wish(HYBRID, 5))
    assert len(found.items) == 5


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "items.parquet"])
def test_a_bundle_without_a_part_is_told(bundle: Path, name: str):
    (bundle / name).unlink()
    with pytest.raises(WorkspaceError, match="cannot be loaded"):
        load_engine(bundle)
