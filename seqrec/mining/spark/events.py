"""Histories and sessions as frames of Spark, read from a log's stored Parquet.

The events stay with Spark's workers: nothing here brings them to this process. All names are
columns of ours; what was uploaded is data in them, and no SQL text is made.
"""

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812 - its usual name

from seqrec.log.behaviour_log import EVENTS_FILE, BehaviourLog
from seqrec.log.storing.statements import SESSION_GAP_S
from seqrec.mining.conditions import Scope
from seqrec.mining.levels import Level

# Spark's own 200 partitions make a small log wait for the scheduler, and a large one for memory.
_EVENTS_A_PARTITION = 200_000
_LEAST_PARTITIONS = 4
_GLOB = r"[]{}*?\\"


def histories_or_sessions(
    session: SparkSession,
    log: BehaviourLog,
    scope: Scope,
    level: Level | None = None,
) -> DataFrame:
    """The units of a scope that hold events: `user_row` and `items` (item ids in order).

    Args:
        session: of Spark.
        log: the stored log.
        scope: which events are looked at, where, and what they stand for.
        level: categories of the items, wanted by `scope.by_category`.
    """
    events = _read(session, log)
    # Sessions end where the whole log has no event, also none of another type.
    if scope.by_session:
        events = _with_session(events, log)
    if scope.event_ids:
        events = events.where(F.col("event_id").isin(list(scope.event_ids)))
    if level is not None:
        events = _at_level(session, events, level)
    keys = ["user_row", "session"] if scope.by_session else ["user_row"]
    ordered = F.array_sort(F.collect_list(F.struct("place", "item_id")))
    items = F.transform(ordered, lambda event: event["item_id"])
    return events.groupBy(*keys).agg(items.alias("items"))


def transactions(session: SparkSession, log: BehaviourLog) -> DataFrame:
    """The item set of each session: `user_row` and `items` (each id once)."""
    events = _with_session(_read(session, log), log)
    return events.groupBy("user_row", "session").agg(F.collect_set("item_id").alias("items"))


def _read(session: SparkSession, log: BehaviourLog) -> DataFrame:
    """The events with their place, which gives their order: the file is sorted."""
    path = str((log.folder / EVENTS_FILE).resolve())
    plain = "".join(f"\\{letter}" if letter in _GLOB else letter for letter in path)
    n_partitions = max(_LEAST_PARTITIONS, log.n_events // _EVENTS_A_PARTITION)
    session.conf.set("spark.sql.shuffle.partitions", n_partitions)
    events = session.read.parquet(f"file://{plain}")
    return events.select(
        "user_row",
        "item_id",
        "time_us",
        "event_id",
        "session_code",
        F.col("_metadata.row_index").alias("place"),
    )


def _with_session(events: DataFrame, log: BehaviourLog) -> DataFrame:
    """The events with a number of their session that no other session of the user has."""
    if _names_sessions(log):
        return events.withColumn("session", F.coalesce("session_code", F.lit(-1)))
    if not log.has_clock:
        return events.withColumn("session", F.lit(0))
    by_user = Window.partitionBy("user_row").orderBy("place")
    pause_us = F.col("time_us") - F.lag("time_us").over(by_user)
    begins = F.when(pause_us > SESSION_GAP_S * 1_000_000, 1).otherwise(0)
    return events.withColumn("begins", begins).withColumn("session", F.sum("begins").over(by_user))


def _names_sessions(log: BehaviourLog) -> bool:
    """Whether any event has a session of the log's own, by the counts in the file's end."""
    with pq.ParquetFile(log.folder / EVENTS_FILE) as file:
        found = file.metadata
        column = file.schema_arrow.get_field_index("session_code")
        groups = [found.row_group(at).column(column) for at in range(found.num_row_groups)]
    return any(group.statistics is None or group.statistics.has_min_max for group in groups)


def _at_level(session: SparkSession, events: DataFrame, level: Level) -> DataFrame:
    ids = pa.array(range(len(level.ids)), pa.int32())
    names = pa.table({"item_id": ids, "named": pa.array(level.ids)})
    named = session.createDataFrame(names).where(F.col("named") > 0)
    joined = events.join(F.broadcast(named), "item_id")
    return joined.drop("item_id").withColumnRenamed("named", "item_id")
