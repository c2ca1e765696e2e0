"""What a finished run leaves to be read: lists for every user, ranks of the held-out items."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from seqrec.evaluation.evaluator import Evaluator
from seqrec.evaluation.ranking import (
    rank_targets,
    top_items,
)
from seqrec.evaluation.split import Split
from seqrec.training.contest import Contest, describe_protocol_of, score_all
from seqrec.training.run import EVALUATION_FILE, LISTS_FILE, TARGETS_FILE
from seqrec.workspace import sync, write_json

HELD_OUT = "held_out"  # lists for a history without its last event: can be checked
FULL = "full"  # lists for the whole history: what comes next
LIST_LENGTH = 20
MAX_LISTED_USERS = 100_000

Report = Callable[[float], None]


def write_results(
    folder: Path, contest: Contest, report: Report, notes: Mapping[str, Any] | None = None
) -> None:
    """Rank every test target and write lists, targets and the evaluation into a run's folder.

    Scores are made for a few users at a time, so memory does not grow with their number.

    Args:
        folder: of the run.
        contest: who is compared on what.
        report: is told the share done.
        notes: what else the evaluation keeps, as JSON values.
    """
    split, names = contest.split, list(contest.recommenders)
    listed = _listed_users(split)
    evaluator = Evaluator(split, names, contest.categories, contest.classified)
    part = folder / f"{LISTS_FILE}.part"
    with pq.ParquetWriter(part, _LISTS, compression="zstd") as writer:
        size = contest.users_at_once
        for first in range(0, split.database.n_users, size):
            rows = np.arange(first, min(first + size, split.database.n_users))
            tested = np.intersect1d(rows, split.test_users)
            if len(tested):
                histories = [split.test_history(int(row)) for row in tested]
                for name, scores in score_all(contest, histories).items():
                    top = top_items(scores, LIST_LENGTH)
                    ranks = rank_targets(scores, split.test_targets_of(tested))
                    evaluator.add(name, ranks, top, histories)
                    _write_lists(writer, (HELD_OUT, name), tested, histories, top, listed)
            histories = [split.database.history(int(row)) for row in rows]
            for name, scores in score_all(contest, histories).items():
                top = top_items(scores, LIST_LENGTH)
                _write_lists(writer, (FULL, name), rows, histories, top, listed)
            report(int(rows[-1] + 1) / split.database.n_users)
    sync(part)
    part.replace(folder / LISTS_FILE)
    write_targets(folder / TARGETS_FILE, split, evaluator.ranks())
    evaluation = {
        "n_listed_users": len(listed),
        "made_at": time.time(),
        **describe_protocol_of(contest),
        **evaluator.summarise(),
        **(notes or {}),
    }
    write_json(folder / EVALUATION_FILE, evaluation)


_TARGET = ("user_row", "item")
_COLUMNS: list[tuple[str, pa.DataType]] = [
    ("user_row", pa.int32()),
    ("context", pa.string()),
    ("model", pa.string()),
    ("rank", pa.int16()),
    ("item", pa.int32()),
    ("score", pa.float32()),
    ("seen", pa.bool_()),
]
_LISTS = pa.schema(_COLUMNS)


def _listed_users(split: Split) -> NDArray[np.int64]:
    """The users who get lists: all, or a seeded sample where they are very many."""
    n_users = split.database.n_users
    if n_users <= MAX_LISTED_USERS:
        return np.arange(n_users)
    return np.sort(np.random.default_rng(0).choice(n_users, MAX_LISTED_USERS, replace=False))


def _write_lists(
    writer: pq.ParquetWriter,
    names: tuple[str, str],
    rows: NDArray[np.int64],
    histories: list[NDArray[np.int32]],
    top: tuple[NDArray[np.int32], NDArray[np.float32]],
    listed: NDArray[np.int64],
) -> None:
    """Append the lists of those rows that are listed; `names` are the context and the model."""
    kept = np.flatnonzero(np.isin(rows, listed))
    if not len(kept):
        return
    items, values = top[0][kept], top[1][kept]
    length = items.shape[1]
    seen = [np.isin(items[place], histories[row]) for place, row in enumerate(kept)]
    columns: dict[str, Any] = {
        "user_row": np.repeat(rows[kept], length).astype(np.int32),
        "context": [names[0]] * items.size,
        "model": [names[1]] * items.size,
        "rank": np.tile(np.arange(1, length + 1, dtype=np.int16), len(kept)),
        "item": items.ravel(),
        "score": values.ravel(),
        "seen": np.concatenate(seen),
    }
    table = pa.table(columns, schema=_LISTS)
    # Items that were masked fill a short list up; they are no recommendations.
    writer.write_table(table.filter(pc.is_finite(table["score"])))


def write_targets(path: Path, split: Split, ranks: dict[str, NDArray[np.int32]]) -> None:
    """Write each test target and its rank under every model, whole or not at all."""
    columns: dict[str, Any] = {
        _TARGET[0]: split.test_users.astype(np.int32),
        _TARGET[1]: split.test_targets(),
        **ranks,
    }
    part = path.with_name(f"{path.name}.part")
    pq.write_table(pa.table(columns), part)
    sync(part)
    part.replace(path)


def read_ranks(path: Path) -> dict[str, NDArray[np.int32]]:
    """The ranks of all test targets by model, from 1; none where the file is not there."""
    if not path.is_file():
        return {}
    table = pq.read_table(path)
    names = [name for name in table.column_names if name not in _TARGET]
    return {name: table[name].to_numpy().astype(np.int32) for name in names}
