"""RecTools' metrics of lists in a folder, in the Python that has it; a line of JSON.

Run by `benchmarks.metrics`. The folder holds lists.csv (user_id, item_id, rank), wanted.csv and
learned.csv (user_id, item_id) and catalog.csv (item_id).
"""

import json
import sys
import time
from importlib import metadata
from pathlib import Path

import pandas as pd
from rectools.metrics import NDCG, CatalogCoverage, HitRate, MeanInvUserFreq, Recall, calc_metrics


def main() -> int:
    """Read, measure three times, say the values and the shortest seconds."""
    folder = Path(sys.argv[1])
    lists, wanted, learned, catalog = (
        pd.read_csv(folder / f"{name}.csv") for name in ("lists", "wanted", "learned", "catalog")
    )
    metrics = {
        "ndcg": NDCG(k=10, divide_by_achievable=True),
        "hit_rate": HitRate(k=10),
        "recall": Recall(k=10),
        "novelty": MeanInvUserFreq(k=10),
        "coverage": CatalogCoverage(k=10, normalize=True),
    }
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        found = calc_metrics(metrics, lists, wanted, learned, catalog["item_id"].to_numpy())
        taken.append(time.perf_counter() - started)
    values = {name: float(value) for name, value in found.items()}
    told = {"version": metadata.version("rectools"), "seconds": min(taken), "values": values}
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
