"""Mined results in the workspace: one folder a log and configuration, made by one job.

The dashboard uses this module; it loads no compiler.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from seqrec.jobs.launcher import start_job, told_if_unwritable
from seqrec.jobs.state import CONFIG_FILE, JobStatus, read_job
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining import sequence_store
from seqrec.mining.columns import Column, existing, read_counts, read_lists, write_columns
from seqrec.mining.conditions import ItemFilter, NearLimits, PatternKind, Scope
from seqrec.mining.config import (
    CountedConfig,
    Engine,
    ItemsetConfig,
    ItemsetSequenceConfig,
    NgramConfig,
    PatternConfig,
    SequentialRuleConfig,
)
from seqrec.mining.evidence import Significance
from seqrec.mining.spark.choice import check_spark_can
from seqrec.mining.tables import ItemsetTable, PatternTable, RuleTable
from seqrec.workspace import Workspace, read_json, write_json

# Raise it when a result of the same configuration may differ.
CODE_VERSION = 7
WORKER = "seqrec.mining.worker"
SUMMARY_FILE = "result.json"
REFUSAL_FILE = "refusal.json"
ITEMSETS_FILE = "itemsets.parquet"
RULES_FILE = "rules.parquet"
PATTERNS_FILE = "patterns.parquet"

_HASH_LENGTH = 16
_N_USERS, _P_VALUE, _ADJUSTED = "n_users", "p_value", "adjusted_p_value"
_KINDS: dict[str, type[CountedConfig]] = {
    "rules": ItemsetConfig,
    "patterns": PatternConfig,
    "sequential-rules": SequentialRuleConfig,
    "ngrams": NgramConfig,
    "itemset-sequences": ItemsetSequenceConfig,
}
_TABLES = (
    ITEMSETS_FILE,
    RULES_FILE,
    PATTERNS_FILE,
    sequence_store.SEQUENTIAL_RULES_FILE,
    sequence_store.NGRAMS_FILE,
    sequence_store.ITEMSET_SEQUENCES_FILE,
)


@dataclass(frozen=True)
class MiningSummary:
    """What is known of a finished result without reading its tables.

    Attributes:
        min_count: the minimum count that was used, chosen by the miner where it was left open.
        n_units: histories or sessions in all.
        n_results: patterns, itemsets, sequential rules, n-grams or sequences of itemsets.
        n_rules: association rules; 0 where none are mined.
        highest_count: histories or sessions that hold the most frequent item; antecedent where
            sequential rules, n-gram where n-grams were mined.
        elapsed_s: seconds of estimating and mining.
        stopped_by: the limit that ended the search before all was found; "" where all is there.
    """

    min_count: int
    n_units: int
    n_results: int
    n_rules: int
    highest_count: int
    elapsed_s: float
    stopped_by: str = ""


@dataclass(frozen=True)
class Refusal:
    """A minimum support that was refused, and what would fit.

    Attributes:
        suggested_min_count: the lowest count that is known to fit, None where none was found.
        suggested_results: results it gives.
    """

    suggested_min_count: int | None
    suggested_results: int | None


def mining_folder(workspace: Workspace, log: BehaviourLog, config: CountedConfig) -> Path:
    """Where the result for this log and configuration lies or would lie."""
    text = json.dumps([CODE_VERSION, asdict(config)], sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:_HASH_LENGTH]
    return workspace.mined_folder(log.log_id, f"{_kind(config)}-{digest}")


def request_mining(workspace: Workspace, log: BehaviourLog, config: CountedConfig) -> Path:
    """The folder of a result; its job is started unless it has finished or runs already.

    A job that was cancelled, refused or killed starts afresh.

    Raises:
        ConfigError: the engine that is chosen cannot do this.
        WorkspaceError: the workspace cannot be written.
    """
    if isinstance(config, PatternConfig | ItemsetConfig) and config.spark_url:
        workspace.check_writable()  # it would make this machine call another
    check_spark_can(config)
    folder = mining_folder(workspace, log, config)
    state = read_job(folder)
    if state is not None and (state.active or state.status is JobStatus.FINISHED):
        return folder
    value = {"kind": _kind(config), "log_id": log.log_id, "config": asdict(config)}
    with told_if_unwritable():
        folder.mkdir(parents=True, exist_ok=True)
        for name in (SUMMARY_FILE, REFUSAL_FILE, *_TABLES):
            (folder / name).unlink(missing_ok=True)
        write_json(folder / CONFIG_FILE, value)
        start_job(folder, WORKER)
    return folder


def read_request(folder: Path) -> tuple[str, CountedConfig]:
    """The log id and configuration that a result's folder was made for."""
    value = read_json(folder / CONFIG_FILE)
    return value["log_id"], _config_from_json(value["kind"], value["config"])


def read_summary(folder: Path) -> MiningSummary:
    """Counts of a finished result.

    Raises:
        NotStoredError: the folder holds no finished result.
    """
    return MiningSummary(**read_json(existing(folder / SUMMARY_FILE)))


def read_refusal(folder: Path) -> Refusal | None:
    """What would fit instead, where the job was refused for its size."""
    path = folder / REFUSAL_FILE
    return Refusal(**read_json(path)) if path.is_file() else None


def read_patterns(folder: Path) -> PatternTable:
    """The patterns of a finished result.

    Raises:
        NotStoredError: the folder holds no finished result.
    """
    table = pq.read_table(existing(folder / PATTERNS_FILE))
    summary = read_summary(folder)
    return PatternTable(
        items=read_lists(table, "items"),
        counts=read_counts(table, "count"),
        n_histories=summary.n_units,
        min_count=summary.min_count,
        stopped_by=summary.stopped_by,
        chance=_read_chance(table),
    )


def read_itemsets(folder: Path) -> ItemsetTable:
    """The itemsets of a finished result.

    Raises:
        NotStoredError: the folder holds no finished result.
    """
    table = pq.read_table(existing(folder / ITEMSETS_FILE))
    summary = read_summary(folder)
    items, counts = read_lists(table, "items"), read_counts(table, "count")
    return ItemsetTable(items, counts, summary.n_units, summary.min_count)


def read_rules(folder: Path) -> RuleTable:
    """The rules of a finished result.

    Raises:
        NotStoredError: the folder holds no finished result.
    """
    table = pq.read_table(existing(folder / RULES_FILE))
    return RuleTable(
        antecedents=read_lists(table, "antecedent"),
        consequents=read_lists(table, "consequent"),
        n_both=read_counts(table, "n_both"),
        n_antecedent=read_counts(table, "n_antecedent"),
        n_consequent=read_counts(table, "n_consequent"),
        n_transactions=_n_units(folder),
        n_users=read_counts(table, _N_USERS),
    )


def read_user_counts(folder: Path, file: str) -> NDArray[np.int64]:
    """Distinct users behind each row of a finished result, in the order of its table; (n,).

    Args:
        folder: of the result.
        file: `ITEMSETS_FILE`, `RULES_FILE` or `PATTERNS_FILE`.

    Raises:
        NotStoredError: the folder holds no finished result.
    """
    path = existing(folder / file)
    return read_counts(pq.read_table(path, columns=[_N_USERS]), _N_USERS)


def read_significance(folder: Path) -> Significance:
    """How easily chance explains the order of each pattern of a finished result.

    Raises:
        NotStoredError: the folder holds no finished result.
    """
    path = existing(folder / PATTERNS_FILE)
    return _read_chance(pq.read_table(path, columns=[_P_VALUE, _ADJUSTED]))


def write_patterns(
    folder: Path, patterns: PatternTable, n_users: NDArray[np.int64], judged: Significance
) -> None:
    """Write the patterns whole, each with its distinct users and how easily chance explains it."""
    columns: dict[str, Column] = {
        "items": patterns.items,
        "count": patterns.counts,
        _N_USERS: n_users,
        _P_VALUE: judged.p_values,
        _ADJUSTED: judged.adjusted,
    }
    write_columns(folder / PATTERNS_FILE, columns)


def write_itemsets(folder: Path, itemsets: ItemsetTable, n_users: NDArray[np.int64]) -> None:
    """Write the itemsets whole, each with its distinct users."""
    columns: dict[str, Column] = {"items": itemsets.items, "count": itemsets.counts}
    write_columns(folder / ITEMSETS_FILE, {**columns, _N_USERS: n_users})


def write_rules(folder: Path, rules: RuleTable, n_users: NDArray[np.int64]) -> None:
    """Write the rules whole, each with its distinct users."""
    columns: dict[str, Column] = {
        "antecedent": rules.antecedents,
        "consequent": rules.consequents,
        "n_both": rules.n_both,
        "n_antecedent": rules.n_antecedent,
        "n_consequent": rules.n_consequent,
        _N_USERS: n_users,
    }
    write_columns(folder / RULES_FILE, columns)


def write_summary(folder: Path, summary: MiningSummary) -> None:
    """Write the counts; last of all, since they say that the rest is there."""
    write_json(folder / SUMMARY_FILE, asdict(summary))


def write_refusal(folder: Path, refusal: Refusal) -> None:
    """Write down what would fit."""
    write_json(folder / REFUSAL_FILE, asdict(refusal))


def _kind(config: CountedConfig) -> str:
    return next(kind for kind, make in _KINDS.items() if isinstance(config, make))


def _config_from_json(kind: str, value: dict[str, Any]) -> CountedConfig:
    if kind == "rules":
        engine, kind = Engine(value["engine"]), PatternKind(value["kind"])
        return ItemsetConfig(**{**value, "engine": engine, "kind": kind})
    scope = Scope(**{**value["scope"], "event_ids": tuple(value["scope"]["event_ids"])})
    if kind == "patterns":
        items = {name: tuple(ids) for name, ids in value["items"].items()}
        return PatternConfig(
            **{
                **value,
                "kind": PatternKind(value["kind"]),
                "near": NearLimits(**value["near"]),
                "items": ItemFilter(**items),
                "scope": scope,
            }
        )
    return _KINDS[kind](**{**value, "scope": scope})


def _read_chance(table: pa.Table) -> Significance:
    p_values, adjusted = (np.asarray(table[name].to_numpy()) for name in (_P_VALUE, _ADJUSTED))
    return Significance(p_values, adjusted)


def _n_units(folder: Path) -> int:
    return read_summary(folder).n_units
