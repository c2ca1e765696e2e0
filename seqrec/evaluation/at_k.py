"""Metrics of any list length, and any two models compared, from the ranks of all targets."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seqrec.evaluation.intervals import Difference, compare_ranks, describe_difference

Ranks = Mapping[str, NDArray[np.int32]]
LENGTHS = (1, 5, 10, 20, 50, 100)


def measure_at(ranks: NDArray[np.int32], k: int) -> dict[str, float]:
    """NDCG, hit rate, recall and MRR of the first k items; one target a user.

    With one target, recall is the hit rate: both names are in use.

    Args:
        ranks: from 1; (n_users,).
        k: items of a list that count.
    """
    within = ranks <= k
    hits = float(within.mean())
    return {
        f"NDCG@{k}": float(np.where(within, 1.0 / np.log2(ranks + 1.0), 0.0).mean()),
        f"HR@{k}": hits,
        f"Recall@{k}": hits,
        f"MRR@{k}": float(np.where(within, 1.0 / ranks, 0.0).mean()),
    }


def metric_frame(ranks: Ranks, k: int) -> pd.DataFrame:
    """A row a model, best NDCG first."""
    frame = pd.DataFrame([{"Model": name, **measure_at(own, k)} for name, own in ranks.items()])
    return frame.sort_values(f"NDCG@{k}", ascending=False, ignore_index=True, kind="stable")


def compare_two(ranks: Ranks, name: str, other: str) -> tuple[Difference, str]:
    """NDCG@10 of one model against another's, with its interval, and as a sentence."""
    difference = compare_ranks(ranks[name], ranks[other])
    return difference, describe_difference(name, other, difference)


def compare_all(ranks: Ranks, base: str) -> pd.DataFrame:
    """Every other model against one: ratio of NDCG@10 and its 95 % interval, best first.

    Models whose interval is not known, since the base hits too seldom, are left out.
    """
    rows = []
    for name, own in ranks.items():
        found = compare_ranks(own, ranks[base])
        if name != base and found.ratio is not None and found.low is not None:
            row = {"Model": name, "Ratio": found.ratio, "Low": found.low, "High": found.high}
            rows.append({**row, "Sure": found.is_sure})
    frame = pd.DataFrame(rows, columns=["Model", "Ratio", "Low", "High", "Sure"])
    return frame.sort_values("Ratio", ascending=False, ignore_index=True, kind="stable")


def list_models(ranks: Ranks) -> Sequence[str]:
    """The models by NDCG@10, best first."""
    names: list[str] = metric_frame(ranks, 10)["Model"].tolist()
    return names
