"""Interests in the workspace, beside the mined result that they are made of.

The dashboard uses this module; it loads no compiler. A folder holds `profiles.parquet` (a row a
user, kind and label; place is the rank among those of its user and kind, the rest is as in
`InterestRows`), `labels.parquet` (what the labels are and how common) and `result.json`.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from seqrec.jobs.launcher import start_job
from seqrec.jobs.state import CONFIG_FILE, JobStatus, read_job
from seqrec.mining.columns import existing, read_counts, read_lists, write_columns
from seqrec.mining.interest_config import InterestConfig, InterestLabels, Kind, LabelCounts
from seqrec.mining.interest_rows import InterestRows
from seqrec.mining.tables import ItemLists
from seqrec.workspace import read_json, scratch_folder, sync, write_json

# Raise it when a result of the same configuration may differ.
_CODE_VERSION = 1
WORKER = "seqrec.mining.interest_worker"
PROFILES_FILE = "profiles.parquet"
_LABELS_FILE = "labels.parquet"
_SUMMARY_FILE = "result.json"

_HASH_LENGTH = 16
_GROUP_ROWS = 100_000
_TYPES: dict[str, pa.DataType] = {
    "user_row": pa.int64(),
    "kind": pa.int8(),
    "place": pa.int32(),
    "label": pa.int64(),
    "count": pa.int64(),
    "newest_s": pa.int64(),
    "share": pa.float32(),
    "weight": pa.float32(),
}
_SCHEMA = pa.schema(_TYPES)


@dataclass(frozen=True)
class StoredLabels:
    """The labels of one kind, in the order in which rows number them.

    Attributes:
        lists: item ids of each, or category ids.
        counts: how common and how telling each is.
    """

    lists: ItemLists
    counts: LabelCounts


@dataclass(frozen=True)
class InterestSummary:
    """What is known of finished profiles without reading them.

    Attributes:
        n_users: users of the log.
        n_profiled: users with any interest, by kind.
        n_rows: interests of all users.
        elapsed_s: seconds of counting and weighing.
    """

    n_users: int
    n_profiled: tuple[int, int]
    n_rows: int
    elapsed_s: float


def interest_folder(mined: Path, config: InterestConfig) -> Path:
    """Where the interests made of a mined result lie or would lie."""
    text = json.dumps(asdict(config), sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:_HASH_LENGTH]
    return mined.with_name(f"interests{_CODE_VERSION}-{digest}-{mined.name}")


def request_interests(mined: Path, config: InterestConfig) -> Path:
    """The folder of the interests; their job is started unless it has finished or runs already.

    Args:
        mined: folder of the finished result that they are made of.
        config: how they are weighed.
    """
    folder = interest_folder(mined, config)
    state = read_job(folder)
    if state is not None and (state.active or state.status is JobStatus.FINISHED):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    for name in (_SUMMARY_FILE, PROFILES_FILE, _LABELS_FILE):
        (folder / name).unlink(missing_ok=True)
    write_json(folder / CONFIG_FILE, {"mined": mined.name, "config": asdict(config)})
    start_job(folder, WORKER)
    return folder


def read_request(folder: Path) -> tuple[Path, InterestConfig]:
    """The folder of the mined result, and the configuration, that a job's folder was made for."""
    value = read_json(folder / CONFIG_FILE)
    return folder.parent / value["mined"], InterestConfig(**value["config"])


def write_profiles(folder: Path, blocks: Iterable[InterestRows]) -> tuple[tuple[int, int], int]:
    """Write the rows block by block, whole at the end; users with any by kind, rows in all."""
    n_profiled, n_rows = np.zeros(len(Kind), dtype=np.int64), 0
    with scratch_folder(folder) as making:
        with pq.ParquetWriter(making / PROFILES_FILE, _SCHEMA, compression="zstd") as file:
            for rows in blocks:
                n_rows += len(rows)
                n_profiled += np.bincount(rows.kinds[rows.places == 1], minlength=len(Kind))
                file.write_table(_as_table(rows), row_group_size=_GROUP_ROWS)
        sync(making / PROFILES_FILE)
        (making / PROFILES_FILE).replace(folder / PROFILES_FILE)
        sync(folder)
    patterns, categories = n_profiled.tolist()
    return (patterns, categories), n_rows


def write_labels(
    folder: Path, labels: Iterable[InterestLabels], counts: Iterable[LabelCounts]
) -> None:
    """Write what the labels are and how common they are."""
    pairs = list(zip(labels, counts, strict=True))
    lists = [items for one, _ in pairs for items in one.lists]
    kinds = [np.full(len(one.lists), one.kind, dtype=np.int64) for one, _ in pairs]
    write_columns(
        folder / _LABELS_FILE,
        {
            "kind": np.concatenate(kinds),
            "items": ItemLists.from_lists(lists),
            "n_users": np.concatenate([count.n_users for _, count in pairs]),
            "n_times": np.concatenate([count.n_times for _, count in pairs]),
            "bits": np.concatenate([count.bits for _, count in pairs]),
        },
    )


def write_summary(folder: Path, summary: InterestSummary) -> None:
    """Write the counts; last of all, since they say that the rest is there."""
    write_json(folder / _SUMMARY_FILE, asdict(summary))


def read_summary(folder: Path) -> InterestSummary:
    """Counts of finished profiles.

    Raises:
        NotStoredError: the folder holds none.
    """
    value = read_json(existing(folder / _SUMMARY_FILE))
    return InterestSummary(**{**value, "n_profiled": tuple(value["n_profiled"])})


def read_labels(folder: Path) -> dict[Kind, StoredLabels]:
    """The labels of finished profiles by kind.

    Raises:
        NotStoredError: the folder holds none.
    """
    table = pq.read_table(existing(folder / _LABELS_FILE))
    kinds, lists = read_counts(table, "kind"), read_lists(table, "items")
    n_users, n_times = read_counts(table, "n_users"), read_counts(table, "n_times")
    bits = np.asarray(table["bits"].to_numpy(), dtype=np.float64)
    return {
        kind: StoredLabels(lists.take(rows), LabelCounts(n_users[rows], n_times[rows], bits[rows]))
        for kind in Kind
        if len(rows := np.flatnonzero(kinds == kind))
    }


def read_profiles(
    folder: Path, *, users: tuple[int, int] | None = None, most: int | None = None
) -> InterestRows:
    """Interests of all users or some; all of them, or the heaviest of each kind.

    Args:
        folder: of the profiles.
        users: first user row and the one behind the last.
        most: interests of each user and kind.

    Raises:
        NotStoredError: the folder holds no finished profiles.
    """
    wanted: Any = []
    if users is not None:
        wanted += [("user_row", ">=", users[0]), ("user_row", "<", users[1])]
    if most is not None:
        wanted.append(("place", "<=", most))
    table = pq.read_table(existing(folder / PROFILES_FILE), filters=wanted or None)
    shares, weights = (
        np.asarray(table[name].to_numpy(), dtype=np.float64) for name in ("share", "weight")
    )
    return InterestRows(
        user_rows=read_counts(table, "user_row"),
        kinds=np.asarray(table["kind"].to_numpy(), dtype=np.int8),
        labels=read_counts(table, "label"),
        counts=read_counts(table, "count"),
        newest_s=read_counts(table, "newest_s"),
        shares=shares,
        weights=weights,
    )


def read_interest_users(folder: Path) -> NDArray[np.int64]:
    """Users who show the label of each row of finished profiles, in their order; (n_rows,).

    Raises:
        NotStoredError: the folder holds no finished profiles.
    """
    columns = ["kind", "label"]
    table = pq.read_table(existing(folder / PROFILES_FILE), columns=columns)
    kinds, labels = (np.asarray(table[name].to_numpy()) for name in columns)
    n_users = np.zeros(len(kinds), dtype=np.int64)
    for kind, stored in read_labels(folder).items():
        mine = kinds == kind
        n_users[mine] = stored.counts.n_users[labels[mine]]
    return n_users


def _as_table(rows: InterestRows) -> pa.Table:
    columns: dict[str, Any] = {
        "user_row": rows.user_rows,
        "kind": rows.kinds,
        "place": rows.places,
        "label": rows.labels,
        "count": rows.counts,
        "newest_s": rows.newest_s,
        "share": rows.shares,
        "weight": rows.weights,
    }
    return pa.table(columns).cast(_SCHEMA)
