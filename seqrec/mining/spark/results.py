"""From frames of results to our flat tables, without a Python object a row."""

from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyspark.sql import DataFrame

from seqrec.errors import OverLimitError
from seqrec.mining.config import MAX_RESULTS
from seqrec.mining.tables import ItemLists, by_count
from seqrec.translation.texts import tr

# Pyarrow's types of nested lists differ from what they are at run time.
Values = Any
Columns = dict[str, Values]


def collect(found: DataFrame) -> Columns:
    """The results by column; they are counted before they come to this process.

    Raises:
        OverLimitError: there are more than `MAX_RESULTS`.
    """
    found = found.persist()
    n_results = found.count()
    if n_results > MAX_RESULTS:
        raise OverLimitError(
            tr(
                "Spark finds {n:,} results; the limit is {most:,}. Raise the minimum support, or "
                "lower the maximum length",
                n=n_results,
                most=MAX_RESULTS,
            )
        )
    table = found.toArrow()
    return {name: table[name].combine_chunks() for name in table.column_names}


def read_counts(counts: Values) -> NDArray[np.int64]:
    """Counts as an array."""
    return np.asarray(counts, dtype=np.int64)


def read_lists(lists: Values) -> ItemLists:
    """Lists of item ids."""
    return ItemLists(np.asarray(lists.flatten(), dtype=np.int32), _offsets(lists))


def read_singletons(sequences: Values) -> ItemLists:
    """Sequences of itemsets of one item each, as sequences of items."""
    items = sequences.flatten().flatten()
    return ItemLists(np.asarray(items, dtype=np.int32), _offsets(sequences))


def by_count_and_items(
    lists: ItemLists, counts: NDArray[np.int64]
) -> tuple[ItemLists, NDArray[np.int64]]:
    """Most frequent first, in an order that does not depend on Spark's threads."""
    lengths = lists.lengths
    longest = int(lengths.max(initial=0))
    if longest:
        padded = np.zeros((len(lists), longest), dtype=np.int32)
        padded[np.arange(longest) < lengths[:, np.newaxis]] = lists.items
        rows = np.lexsort(padded.T[::-1])
        lists, counts = lists.take(rows), counts[rows]
    order = by_count(lists, counts)
    return lists.take(order), counts[order]


def _offsets(lists: Values) -> NDArray[np.int64]:
    lengths = np.asarray(pc.list_value_length(lists), dtype=np.int64)
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
