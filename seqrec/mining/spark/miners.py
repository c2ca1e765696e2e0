"""Itemsets and sequential patterns by MLlib, as the tables that our own miners give."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.ml.fpm import FPGrowth, PrefixSpan
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - its usual name

from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.config import ItemsetConfig, PatternConfig, check_against_log
from seqrec.mining.levels import Level
from seqrec.mining.limits import UNBOUNDED_LENGTH
from seqrec.mining.spark import owners
from seqrec.mining.spark.choice import check_spark_can
from seqrec.mining.spark.events import histories_or_sessions, transactions
from seqrec.mining.spark.results import (
    Columns,
    by_count_and_items,
    collect,
    read_counts,
    read_lists,
    read_singletons,
)
from seqrec.mining.tables import ItemsetTable, PatternTable


@dataclass(frozen=True)
class MinedItemsets:
    """Itemsets with the distinct users of each.

    Attributes:
        table: as `mine_itemsets` of this machine gives it, but for the order of ties.
        n_users: distinct users with a session that holds each set; int64, (n,).
        highest_count: sessions that hold the most frequent item.
    """

    table: ItemsetTable
    n_users: NDArray[np.int64]
    highest_count: int


@dataclass(frozen=True)
class MinedPatterns:
    """Patterns with the distinct users of each.

    Attributes:
        table: as `mine_patterns` of this machine gives it, but for the order of ties.
        n_users: distinct users with a history or session that holds each; int64, (n,).
        highest_count: histories or sessions that hold the most frequent item.
    """

    table: PatternTable
    n_users: NDArray[np.int64]
    highest_count: int


def mine_itemsets(session: SparkSession, log: BehaviourLog, config: ItemsetConfig) -> MinedItemsets:
    """All itemsets that at least `config.min_count` sessions hold, by MLlib's FP-growth.

    It counts itemsets of any length; longer ones than `config.max_length` are dropped, which saves
    no time.

    Args:
        session: of Spark.
        log: the stored log; its Parquet is read where Spark's workers are.
        config: minimum count and length.

    Raises:
        ConfigError: Spark cannot do this, or the minimum count is above the number of sessions.
        OverLimitError: there are more results than `MAX_RESULTS`.
    """
    min_count = _checked(config, log.n_sessions)
    units = transactions(session, log).persist()
    miner = FPGrowth(itemsCol="items", minSupport=_share(min_count, units.count()))
    sets = miner.fit(units).freqItemsets.where(F.size("items") <= config.max_length)
    found = collect(sets.select(F.array_sort("items").alias("items"), "freq"))
    lists, counts = by_count_and_items(read_lists(found["items"]), read_counts(found["freq"]))
    table = ItemsetTable(lists, counts, log.n_sessions, min_count)
    highest = int(counts.max(initial=0)) or owners.highest_count(units)
    n_users = owners.users_of_sets(units, table, one_each=log.n_sessions == log.n_users)
    return MinedItemsets(table, n_users, highest)


def mine_patterns(
    session: SparkSession,
    log: BehaviourLog,
    config: PatternConfig,
    level: Level | None = None,
) -> MinedPatterns:
    """The patterns that at least `config.min_count` histories hold, by MLlib's PrefixSpan.

    MLlib mines sequences of itemsets; here each itemset is one event.

    Args:
        session: of Spark.
        log: the stored log; its Parquet is read where Spark's workers are.
        config: minimum count, lengths and scope.
        level: categories of the items, wanted by `config.scope.by_category`.

    Raises:
        ConfigError: Spark cannot do this, or the minimum count is above the number of histories
            or sessions.
        OverLimitError: there are more results than `MAX_RESULTS`.
    """
    n_units = log.n_sessions if config.scope.by_session else log.n_users
    min_count = _checked(config, n_units)
    units = histories_or_sessions(session, log, config.scope, level).persist()
    found = _find_patterns(units, min_count, config.max_length or UNBOUNDED_LENGTH)
    lists = read_singletons(found["sequence"])
    long_enough = np.flatnonzero(lists.lengths >= config.min_length)
    counts = read_counts(found["freq"])
    highest = int(counts.max(initial=0)) or owners.highest_count(units)
    lists, counts = by_count_and_items(lists.take(long_enough), counts[long_enough])
    table = PatternTable(lists, counts, n_units, min_count)
    by_session = config.scope.by_session and log.n_sessions > log.n_users
    n_users = owners.users_of_patterns(units, table) if by_session else counts.copy()
    return MinedPatterns(table, n_users, highest)


def _checked(config: ItemsetConfig | PatternConfig, n_units: int) -> int:
    check_spark_can(config)
    check_against_log(config, n_units)
    assert config.min_count is not None  # noqa: S101 - the check has looked
    return config.min_count


def _share(min_count: int, n_units: int) -> float:
    """The support that Spark rounds up to `min_count` again: half a count below."""
    return (min_count - 0.5) / n_units


def _find_patterns(units: DataFrame, min_count: int, max_length: int) -> Columns:
    n_filled = units.count()
    if n_filled < min_count:
        kind = pa.list_(pa.list_(pa.int32()))
        return {"sequence": pa.array([], kind), "freq": pa.array([], pa.int64())}
    as_sets = F.transform("items", _set_of_one)
    sequences = units.select(as_sets.alias("sequence")).persist()
    miner = PrefixSpan(minSupport=_share(min_count, n_filled), maxPatternLength=max_length)
    return collect(miner.findFrequentSequentialPatterns(sequences))


def _set_of_one(item: Column) -> Column:
    return F.array(item)
