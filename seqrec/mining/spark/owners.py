"""How many distinct users are behind each result, counted by Spark: the events stay there.

A unit is looked at for the results whose rarest item it holds.
"""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - its usual name

from seqrec.mining.distinct_users import join_sides
from seqrec.mining.tables import ItemLists, ItemsetTable, PatternTable, RuleTable

UserCounts = NDArray[np.int64]


def highest_count(units: DataFrame) -> int:
    """Units that hold the most frequent item; 0 where there is none."""
    return int(_count_items(units).agg(F.max("count")).first()[0] or 0)


def users_of_sets(units: DataFrame, itemsets: ItemsetTable, *, one_each: bool) -> UserCounts:
    """Distinct users with a session that holds each itemset; (n,).

    Args:
        units: `transactions` of the log.
        itemsets: all of at least some count, and so all their parts.
        one_each: whether every user has one session.
    """
    if one_each or len(itemsets.counts) == 0:
        return itemsets.counts.copy()
    holds = F.size(F.array_except("wanted", "items")) == 0
    return _count_users(units, itemsets.items, holds)


def users_of_patterns(units: DataFrame, patterns: PatternTable) -> UserCounts:
    """Distinct users with a session that holds each pattern in order; (n,)."""
    if len(patterns.counts) == 0:
        return patterns.counts.copy()

    def step(place: Column, item: Column) -> Column:
        # Beyond the last wanted item there is null, which equals nothing.
        return F.when(item == F.get("wanted", place), place + 1).otherwise(place)

    reached = F.aggregate("items", F.lit(0), step)
    return _count_users(units, patterns.items, reached == F.size("wanted"))


def users_of_rules(rules: RuleTable, itemsets: ItemsetTable, n_users: UserCounts) -> UserCounts:
    """Distinct users behind each rule: those of the itemset of both its sides; (n,)."""
    known = dict(zip(itemsets.items, n_users.tolist(), strict=True))
    return np.array([known[items] for items in join_sides(rules)], dtype=np.int64)


def _count_users(units: DataFrame, lists: ItemLists, holds: Column) -> UserCounts:
    """Distinct users of the units that hold each list, by a condition on `items` and `wanted`."""
    rarest = _rarest(units, lists)
    wanted = pa.ListArray.from_arrays(pa.array(lists.offsets, pa.int32()), pa.array(lists.items))
    rows = pa.array(np.arange(len(lists)))
    asked = pa.table({"row": rows, "item": pa.array(rarest), "wanted": wanted})
    held = units.select("user_row", "items", F.explode(F.array_distinct("items")).alias("item"))
    pairs = held.join(units.sparkSession.createDataFrame(asked), "item").where(holds)
    found = pairs.groupBy("row").agg(F.count_distinct("user_row").alias("n")).toArrow()
    counts = np.zeros(len(lists), dtype=np.int64)
    counts[np.asarray(found["row"])] = np.asarray(found["n"])
    return counts


def _rarest(units: DataFrame, lists: ItemLists) -> NDArray[np.int32]:
    """The item of each list that the fewest units hold; (n,)."""
    found = _count_items(units).toArrow()
    counts = np.zeros(int(np.max(found["item"])) + 1, dtype=np.int64)
    counts[np.asarray(found["item"])] = np.asarray(found["count"])
    rows = np.repeat(np.arange(len(lists)), lists.lengths)
    order = np.lexsort((counts[lists.items], rows))
    return np.asarray(lists.items[order][lists.offsets[:-1]], dtype=np.int32)


def _count_items(units: DataFrame) -> DataFrame:

    return units.select(F.explode(F.array_distinct("items")).alias("item")).groupBy("item").count()
