import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqrec.evaluation.at_k import compare_all, compare_two, list_models, measure_at, metric_frame
from tests.evaluation import oracles

RANKS = {
    "Good": np.array([1, 2, 1, 3, 1, 12] * 40, dtype=np.int32),
    "Bad": np.array([9, 30, 8, 10, 20, 2] * 40, dtype=np.int32),
    "Never": np.full(240, 500, dtype=np.int32),
}


@given(ranks=st.lists(st.integers(1, 40), min_size=1, max_size=30), k=st.integers(1, 30))
def test_metrics_equal_their_definition_at_any_length(ranks: list[int], k: int):
    found = measure_at(np.array(ranks, dtype=np.int32), k)
    hits = [rank for rank in ranks if rank <= k]
    assert found[f"HR@{k}"] == found[f"Recall@{k}"] == pytest.approx(len(hits) / len(ranks))
    assert found[f"MRR@{k}"] == pytest.approx(sum(1 / rank for rank in hits) / len(ranks))
    gains = sum(1 / np.log2(rank + 1) for rank in hits)
    assert found[f"NDCG@{k}"] == pytest.approx(gains / len(ranks))


def test_at_ten_it_is_the_ndcg_of_the_evaluation():
    ranks = RANKS["Bad"]
    assert measure_at(ranks, 10)["NDCG@10"] == pytest.approx(oracles.ndcg(ranks.tolist()))


def test_the_best_model_stands_first():
    assert list_models(RANKS) == ["Good", "Bad", "Never"]
    assert metric_frame(RANKS, 1)["HR@1"].tolist() == [0.5, 0.0, 0.0]


def test_two_models_are_compared_in_a_sentence():
    difference, told = compare_two(RANKS, "Good", "Bad")
    assert difference.is_sure
    assert told.startswith("Good beats Bad by ")
    assert "over 240 users" in told


def test_all_are_compared_with_one_unless_it_never_hits():
    frame = compare_all(RANKS, "Good")
    assert frame["Model"].tolist() == ["Bad", "Never"]
    assert frame["Sure"].all()
    assert (frame["Low"] <= frame["Ratio"]).all()
    assert (frame["Ratio"] <= frame["High"]).all()
    assert compare_all(RANKS, "Never").empty
