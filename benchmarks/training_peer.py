"""SASRec of RecTools on one log, run by the Python of its own environment.

`PYTHON benchmarks/training_peer.py LOG EPOCHS BATCH LENGTH` trains on all but the last two events
of each user and writes one line of JSON: test NDCG@10 and HR@10 (whole catalogue ranked, seen
items left out), CPU seconds, events learned from. It imports nothing of ours.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"

import json
import logging
import sys
import time
import warnings
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from rectools import Columns
from rectools.dataset import Dataset
from rectools.models import SASRecModel

WIDTH, N_BLOCKS, N_HEADS, DROPOUT = 64, 2, 2, 0.2
N_HELD_OUT = 2  # of each user, to validate and to test on


def main() -> None:
    """Train, rank, tell."""
    path, epochs, batch, length = Path(sys.argv[1]), *map(int, sys.argv[2:5])
    warnings.filterwarnings("ignore")
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    torch.set_num_threads(1)
    torch.manual_seed(0)
    events = read_events(path)
    from_last = events.groupby("user_id").cumcount(ascending=False)
    learned = events[from_last >= N_HELD_OUT]
    model = SASRecModel(
        n_blocks=N_BLOCKS,
        n_heads=N_HEADS,
        n_factors=WIDTH,
        dropout_rate=DROPOUT,
        session_max_len=length,
        batch_size=batch,
        epochs=epochs,
        loss="softmax",
        dataloader_num_workers=0,
        recommend_torch_device="cpu",
        verbose=0,
        deterministic=True,
    )
    started = time.process_time()
    model.fit(Dataset.construct(learned))
    fit_s = time.process_time() - started
    known = Dataset.construct(events[from_last >= 1])
    wanted = events[from_last == 0].set_index("user_id")["item_id"]
    lists = model.recommend(wanted.index.to_numpy(), known, k=10, filter_viewed=True)
    hits = lists[lists["item_id"].to_numpy() == wanted.loc[lists["user_id"]].to_numpy()]
    told = {
        "version": metadata.version("rectools"),
        "ndcg": float((1 / np.log2(hits[Columns.Rank].to_numpy() + 1)).sum() / len(wanted)),
        "hit_rate": len(hits) / len(wanted),
        "cpu_s": fit_s,
        # Of a longer history only the newest events are learned from.
        "n_targets": int((learned.groupby("user_id").size() - 1).clip(upper=length).sum()),
    }
    sys.stdout.write(json.dumps(told) + "\n")


def read_events(path: Path) -> pd.DataFrame:
    """User, item, weight and time of each event, in the order of the log."""
    table = pd.read_csv(path)
    order = "position" if "position" in table else "timestamp"
    table = table.sort_values(["user", order], kind="stable")
    return pd.DataFrame(
        {
            "user_id": table["user"].to_numpy(),
            "item_id": table["item"].to_numpy(),
            "weight": 1.0,
            # A second an event, so that equal times keep the order of the log.
            "datetime": pd.Timestamp("2000-01-01")
            + pd.to_timedelta(np.arange(len(table)), unit="s"),
        }
    )


if __name__ == "__main__":
    main()
