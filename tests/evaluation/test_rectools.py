"""Our metrics of some lists equal those that RecTools gave for the same lists.

RecTools asks for other versions of numpy and pandas than ours, so that its values are kept in a
file: `python -m benchmarks.metrics --rectools PYTHON --case` writes it anew.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from seqrec.evaluation.lists import ListMeter, know_items
from seqrec.evaluation.ranking import measure_ranks, rank_targets
from seqrec.evaluation.split import leave_last_out
from seqrec.log.sequences import SequenceDatabase

CASE = json.loads(Path(__file__).with_name("rectools_case.json").read_text("utf-8"))


def test_metrics_equal_those_of_rectools_on_the_same_lists():
    assert CASE["version"] == "0.19.0"
    split = leave_last_out(SequenceDatabase.from_histories(CASE["histories"]))
    items, n_users = np.array(CASE["lists"], dtype=np.int32), len(CASE["lists"])
    scores = np.full((n_users, CASE["n_items"] + 1), -np.inf, dtype=np.float32)
    np.put_along_axis(scores, items, np.arange(10, 0, -1, dtype=np.float32)[None], axis=1)
    ranks = rank_targets(scores, split.test_targets())
    ranks[~(items == split.test_targets()[:, None]).any(axis=1)] = CASE["n_items"]
    ranked, meter = measure_ranks(ranks), ListMeter(know_items(split, None))
    meter.add(items, [split.test_history(row) for row in range(n_users)])
    listed, expected = meter.measure(), CASE["values"]
    assert ranked.ndcg == pytest.approx(expected["ndcg"])
    assert ranked.hit_rate == pytest.approx(expected["hit_rate"])
    assert ranked.hit_rate == pytest.approx(expected["recall"])  # one target a user
    assert listed.novelty == pytest.approx(expected["novelty"])
    assert listed.coverage == pytest.approx(expected["coverage"])
