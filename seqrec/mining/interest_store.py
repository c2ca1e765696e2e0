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

from seqrec.jobs.launcher import start_job
from seqrec.jobs.state import CONFIG_FILE, JobStatus, read_job
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining import store
from seqrec.mining.columns import existing, read_counts, read_lists, write_columns
from seqrec.mining.config import CountedConfig
from seqrec.mining.interest_config import InterestConfig, InterestLabels, Kind, LabelCounts
from seqrec.mining.interest_rows import InterestRows
from seqrec.mining.tables import ItemLists
from seqrec.workspace import Workspace, read_json, scratch_folder, sync, write_json

# Raise it when a result of the same configuration may differ.
CODE_VERSION = 1
WORKER = "seqrec.mining.interest_worker"
PROFILES_FILE = "profiles.parquet"
LABELS_FILE = "labels.parquet"
SUMMARY_FILE = "result.json"

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


def interest_folder(
    workspace: Workspace, log: BehaviourLog, mined: CountedConfig, config: InterestConfig
) -> Path:
    """Where the interests made of a mined result lie or would lie."""
    name = store.mining_folder(workspace, log, mined).name
    text = json.dumps([CODE_VERSION, name, asdict(config)], sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:_HASH_LENGTH]
    return workspace.mined_folder(log.log_id, f"interests-{digest}")


def request_interests(
    workspace: Workspace, log: BehaviourLog, mined: CountedConfig, config: InterestConfig
) -> Path:
    """The folder of the interests; their job is started unless it has finished or runs already.

    The job needs the finished result of `mined`.
    """
    folder = interest_folder(workspace, log, mined, config)
    state = read_job(folder)
    if state is not None and (state.active or state.status is JobStatus.FINISHED):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    for name in (SUMMARY_FILE, PROFILES_FILE, LABELS_FILE):
        (folder / name).unlink(missing_ok=True)
    name = store.mining_folder(workspace, log, mined).name
    value = {"kind": "interests", "log_id": log.log_id, "mined": name, "config": asdict(config)}
    write_json(folder / CONFIG_FILE, value)
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
        folder / LABELS_FILE,
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
    write_json(folder / SUMMARY_FILE, asdict(summary))


def read_summary(folder: Path) -> InterestSummary:
    """Counts of finished profiles.

    Raises:
        NotStoredError: the folder holds none.
    """
    value = read_json(existing(folder / SUMMARY_FILE))
    return InterestSummary(**{**value, "n_profiled": tuple(value["n_profiled"])})


def read_labels(folder: Path) -> dict[Kind, StoredLabels]:
    """The labels of finished profiles by kind.

    Raises:
        NotStoredError: the folder holds none.
    """
    table = pq.read_table(existing(folder / LABELS_FILE))
    kinds, lists = read_counts(table, "kind"), read_lists(table, "items")
    n_users, n_times = read_counts(table, "n_users"), read_counts(table, "n_times")
    bits = np.asarray(table["bits"].to_numpy(), dtype=np.float64)
    return {
        kind: StoredLabels(lists.take(rows), LabelCounts(n_users[rows], n_times[rows], bits[rows]))
        for kind in Kind
        if len(rows := np.flatnonzero(kinds == kind))
    }


def read_profiles(
    folder: Path, *, user_row: int | None = None, most: int | None = None
) -> InterestRows:
    """Interests of all users, or of one; all of them, or each user's heaviest of each kind.

    Raises:
        NotStoredError: the folder holds no finished profiles.
    """
    wanted: Any = []
    if user_row is not None:
        wanted.append(("user_row", "==", user_row))
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
