"""The same lists measured by RecTools; skipped where it is not installed (it is no dependency)."""

import numpy as np
import pandas as pd
import pytest

from seqrec.evaluation.lists import ListMeter, know_items
from seqrec.evaluation.ranking import measure_ranks, rank_targets, top_items
from seqrec.evaluation.split import leave_last_out
from seqrec.log.sequences import SequenceDatabase

metrics = pytest.importorskip("rectools.metrics")
N_USERS, N_ITEMS = 200, 40


def test_metrics_of_random_lists_equal_rectools():
    generator = np.random.default_rng(0)
    histories = [generator.integers(1, N_ITEMS + 1, size=8).tolist() for _ in range(N_USERS)]
    split = leave_last_out(SequenceDatabase.from_histories(histories))
    scores = generator.random((N_USERS, N_ITEMS + 1)).astype(np.float32)
    scores[:, 0] = -np.inf
    items, _ = top_items(scores, 10)
    lists = pd.DataFrame(
        {
            "user_id": np.repeat(np.arange(N_USERS), 10),
            "item_id": items.ravel(),
            "rank": np.tile(np.arange(1, 11), N_USERS),
        }
    )
    targets = split.test_targets()
    wanted = pd.DataFrame({"user_id": np.arange(N_USERS), "item_id": targets})
    parts = [(row, item) for row in range(N_USERS) for item in split.train_history(row).tolist()]
    learned = pd.DataFrame(parts, columns=["user_id", "item_id"])
    ours = measure_ranks(rank_targets(scores, targets))
    ndcg = metrics.NDCG(k=10, divide_by_achievable=True).calc(lists, wanted)
    assert ours.ndcg == pytest.approx(ndcg)
    assert ours.hit_rate == pytest.approx(metrics.HitRate(k=10).calc(lists, wanted))
    assert ours.hit_rate == pytest.approx(metrics.Recall(k=10).calc(lists, wanted))
    meter = ListMeter(know_items(split, None))
    meter.add(items, [split.test_history(row) for row in range(N_USERS)])
    found = meter.measure()
    novelty = metrics.MeanInvUserFreq(k=10).calc(lists, learned.drop_duplicates())
    assert found.novelty == pytest.approx(novelty)
    catalog = range(1, N_ITEMS + 1)
    coverage = metrics.CatalogCoverage(k=10, normalize=True).calc(lists, catalog)
    assert found.coverage == pytest.approx(coverage)
