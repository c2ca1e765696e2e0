from pathlib import Path

import numpy as np
import pytest

from seqrec.errors import ConfigError
from seqrec.evaluation.at_k import measure_at
from seqrec.evaluation.split import global_time
from seqrec.log.behaviour_log import Catalogue
from seqrec.log.sequences import SequenceDatabase
from seqrec.training.by_time import compare_by_time
from seqrec.training.results import read_ranks
from seqrec.training.run import TARGETS_BY_TIME_FILE

N_USERS = 60


@pytest.fixture
def database() -> SequenceDatabase:
    """Everybody has six events spread over the same time; of late all choose item 1."""
    generator = np.random.default_rng(3)
    items = generator.integers(2, 12, size=(N_USERS, 6))
    items[:, 4:] = 1
    found = SequenceDatabase.from_histories(items.tolist())
    days = np.arange(6) * 86_400 * 30 + generator.integers(0, 3600, size=(N_USERS, 6))
    found.times_s[:] = days.ravel()
    return found


def catalogue() -> Catalogue:
    keys = np.array(["", *(f"item {item}" for item in range(1, 12))], dtype=object)
    return Catalogue(keys, keys, np.array(["", *["a", "b"] * 5, "a"], dtype=object))


def test_what_is_popular_of_late_wins_by_time(tmp_path: Path, database: SequenceDatabase):
    found = compare_by_time(tmp_path, global_time(database), catalogue(), exclude_seen=False)
    assert found["split"] == "global time"
    assert found["n_users"] == 36  # whose last event is in the last tenth of 360
    models = found["models"]
    assert models["Recent popularity"]["ndcg"] == 1.0  # it was chosen a month before, too
    assert models["Popularity"]["ndcg"] <= 1.0
    assert "Hybrid" in models
    assert "Transformer" not in models
    assert found["lists"]["Popularity"]["miscalibration"] >= 0
    assert found["blend"]["names"]
    assert "Titles" in found["left_out"]
    ranks = read_ranks(tmp_path / TARGETS_BY_TIME_FILE)
    assert list(ranks) == list(models)
    for name, own in ranks.items():
        assert measure_at(own, 10)["NDCG@10"] == pytest.approx(models[name]["ndcg"])


def test_a_log_without_times_has_no_such_comparison(tmp_path: Path, database: SequenceDatabase):
    object.__setattr__(database, "has_clock", False)
    with pytest.raises(ConfigError, match="has no times"):
        compare_by_time(tmp_path, global_time(database), catalogue(), exclude_seen=False)
