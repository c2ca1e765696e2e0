"""Our metrics beside RecTools' on the same lists: `python -m benchmarks.metrics --rectools PYTHON`.

Writes benchmarks/results/metrics.md. PYTHON is that of an environment in which RecTools is
installed: it asks for other versions of numpy and pandas than ours. `--case` writes, instead, the
small case that the tests hold our metrics against.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.recommend import goal, load_log
from seqrec.evaluation.lists import ListMeter, know_items
from seqrec.evaluation.ranking import measure_ranks
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.log.sequences import SequenceDatabase

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "results" / "metrics.md"
CASE = ROOT / "tests" / "evaluation" / "rectools_case.json"
K, N_USERS, N_ITEMS = 10, 30, 20
_TOLERANCE = 1e-9


def main() -> int:
    """Measure both, write the table, end with the goals; 1 where one is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rectools", required=True, metavar="PYTHON")
    parser.add_argument("--case", action="store_true", help="write the tests' case")
    wish = parser.parse_args()
    if wish.case:
        split, items = small_case()
        found = ask_rectools(wish.rectools, split, items)
        histories = [split.database.history(row).tolist() for row in range(N_USERS)]
        value = {**found, "n_items": N_ITEMS, "histories": histories, "lists": items.tolist()}
        del value["seconds"]
        CASE.write_text(json.dumps(value, separators=(",", ":")) + "\n", encoding="utf-8")
        return 0
    split = leave_last_out(load_log("ml-1m")[0])
    items = random_lists(split, np.random.default_rng(0))
    own, own_s = measure(split, items)
    peer = ask_rectools(wish.rectools, split, items)
    text = report((own, own_s), peer)
    RESULT.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return int("missed" in text)


def small_case() -> tuple[Split, NDArray[np.int32]]:
    """Made-up histories and lists of ten."""
    generator = np.random.default_rng(0)
    histories = generator.integers(1, N_ITEMS + 1, size=(N_USERS, 6)).tolist()
    split = leave_last_out(SequenceDatabase.from_histories(histories))
    return split, random_lists(split, generator)


def random_lists(split: Split, generator: np.random.Generator) -> NDArray[np.int32]:
    """Ten items a test user, no two alike; every third list holds the target."""
    n_items, targets = split.database.n_items, split.test_targets()
    rows = []
    for row, target in enumerate(targets):
        items = generator.choice(n_items, K, replace=False).astype(np.int32) + 1
        if row % 3 == 0 and target not in items:
            items[generator.integers(K)] = target
        rows.append(items)
    return np.stack(rows)


def measure(split: Split, items: NDArray[np.int32]) -> tuple[dict[str, float], float]:
    """Our values and the shortest seconds of three."""
    histories = [split.test_history(int(row)) for row in split.test_users]
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        is_hit = items == split.test_targets()[:, None]
        ranks = np.where(is_hit.any(axis=1), is_hit.argmax(axis=1) + 1, K + 1).astype(np.int32)
        ranked = measure_ranks(ranks)
        meter = ListMeter(know_items(split, None))
        meter.add(items, histories)
        listed = meter.measure()
        taken.append(time.perf_counter() - started)
    values = {
        "ndcg": ranked.ndcg,
        "hit_rate": ranked.hit_rate,
        "recall": ranked.hit_rate,
        "novelty": listed.novelty,
        "coverage": listed.coverage,
    }
    return values, min(taken)


def ask_rectools(python: str, split: Split, items: NDArray[np.int32]) -> dict[str, Any]:
    """RecTools' version, values and seconds for the same lists."""
    users = split.test_users
    learned = np.repeat(
        np.arange(split.database.n_users), split.train_ends - split.database.offsets[:-1]
    )
    tables = {
        "lists": {
            "user_id": np.repeat(users, K),
            "item_id": items.ravel(),
            "rank": np.tile(np.arange(1, K + 1), len(users)),
        },
        "wanted": {"user_id": users, "item_id": split.test_targets()},
        "learned": {"user_id": learned, "item_id": split.train_items()},
        "catalog": {"item_id": np.arange(1, split.database.n_items + 1)},
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, columns in tables.items():
            frame = pd.DataFrame(columns).drop_duplicates()
            frame.to_csv(Path(folder) / f"{name}.csv", index=False)
        command = [python, str(ROOT / "benchmarks" / "rectools_task.py"), folder]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, Any] = json.loads(told.splitlines()[-1])
    return found


def report(own: tuple[dict[str, float], float], peer: dict[str, Any]) -> str:
    """The whole result as Markdown."""
    values, seconds = own
    apart = max(abs(values[name] - value) for name, value in peer["values"].items())
    rows = [
        f"| {name} | {values[name]:.6f} | {value:.6f} |" for name, value in peer["values"].items()
    ]
    return "\n".join(
        [
            "# Metrics of the same lists beside RecTools",
            "",
            "Command: `python -m benchmarks.metrics --rectools PYTHON`",
            (
                f"Machine: {platform.machine()}, {os.cpu_count()} CPUs, {platform.system()}; load "
                f"{os.getloadavg()[0]:.1f} at the end; RecTools {peer['version']}"
            ),
            f"Date: {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}",
            "",
            "Ten random items for each of the 6,040 users of ml-1m, the target among a third of",
            "them. Seconds are the shortest of three; ours include list diversity and Gini, which",
            "RecTools was not asked for.",
            "",
            "| metric at 10 | ours | RecTools |",
            "| --- | ---: | ---: |",
            *rows,
            f"| seconds | {seconds:.3f} | {peer['seconds']:.3f} |",
            "",
            f"Seconds of ours over those of RecTools: {seconds / peer['seconds']:.3f}.",
            "",
            goal("largest-difference-from-rectools", apart, _TOLERANCE, apart <= _TOLERANCE),
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
