import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from seqrec.evaluation.ranking import (
    mask_items,
    measure_ranks,
    rank_targets,
    top_items,
    users_at_once,
)
from tests.evaluation import oracles

N_ITEMS = 7
# Few distinct values, so that ties are common.
rows = st.lists(st.integers(0, 3).map(float), min_size=N_ITEMS + 1, max_size=N_ITEMS + 1)
item_sets = st.sets(st.integers(1, N_ITEMS), max_size=N_ITEMS)


def masked(row: list[float], excluded: set[int]) -> NDArray[np.float32]:
    scores = np.array([row], dtype=np.float32)
    mask_items(scores, [np.array(sorted(excluded), dtype=np.int32)])
    return scores


@given(rows, st.integers(1, N_ITEMS), item_sets)
def test_rank_equals_its_definition(row: list[float], target: int, excluded: set[int]):
    ranks = rank_targets(masked(row, excluded), np.array([target], dtype=np.int32))
    assert ranks.tolist() == [oracles.rank(row, target, excluded)]


@given(rows, st.integers(1, 2 * N_ITEMS), item_sets)
def test_top_items_equal_their_definition(row: list[float], k: int, excluded: set[int]):
    items, values = top_items(masked(row, excluded), k)
    kept = items[0][np.isfinite(values[0])].tolist()
    assert kept == oracles.top(row, k, excluded)
    assert values[0][np.isfinite(values[0])].tolist() == [row[item] for item in kept]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30))
def test_metrics_equal_their_definition(ranks: list[int]):
    metrics = measure_ranks(np.array(ranks, dtype=np.int32))
    assert metrics.ndcg == pytest.approx(oracles.ndcg(ranks))
    assert metrics.hit_rate == pytest.approx(sum(rank <= 10 for rank in ranks) / len(ranks))
    assert metrics.mrr == pytest.approx(sum(1 / rank for rank in ranks) / len(ranks))
    assert metrics.n_users == len(ranks)


def test_metrics_of_three_users_by_hand():
    metrics = measure_ranks(np.array([1, 3, 11], dtype=np.int32))
    assert metrics.ndcg == pytest.approx((1 + 0.5 + 0) / 3)
    assert metrics.hit_rate == pytest.approx(2 / 3)
    assert metrics.mrr == pytest.approx((1 + 1 / 3 + 1 / 11) / 3)


def test_constant_scores_are_the_worst_not_the_best():
    scores = masked([0.0] * (N_ITEMS + 1), set())
    assert rank_targets(scores, np.array([1], dtype=np.int32)).tolist() == [N_ITEMS]


def test_a_score_that_is_no_number_ranks_last():
    scores = masked([0.0, math.nan, 1.0, 2.0, 0.0, 0.0, 0.0, 0.0], set())
    targets = np.array([1], dtype=np.int32)
    assert rank_targets(scores, targets).tolist() == [N_ITEMS]


def test_an_item_whose_score_is_no_number_ends_the_list():
    rows = [[-math.inf, math.nan, 1.0, 2.0], [-math.inf, 3.0, 1.0, 2.0]]
    items, values = top_items(np.array(rows, dtype=np.float32), 3)
    assert items.tolist() == [[3, 2, 1], [1, 3, 2]]
    assert values.tolist() == [[2.0, 1.0, -math.inf], [3.0, 2.0, 1.0]]
    assert values.dtype == np.float32


def test_seen_items_stay_where_they_are_not_excluded():
    scores = np.array([[9.0, 1.0, 2.0]], dtype=np.float32)
    mask_items(scores, None)
    assert scores.tolist() == [[-math.inf, 1.0, 2.0]]


@pytest.mark.parametrize(("n_items", "n_users"), [(10, 256), (1_000_000, 16), (1 << 26, 1)])
def test_fewer_users_are_scored_together_in_a_larger_catalogue(n_items: int, n_users: int):
    assert users_at_once(n_items) == n_users
