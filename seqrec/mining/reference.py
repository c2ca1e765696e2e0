"""Itemsets and rules by mlxtend: the second opinion behind the same types."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from mlxtend.frequent_patterns import association_rules, fpgrowth
from numpy.typing import NDArray

from seqrec.errors import OverLimitError
from seqrec.mining.tables import ItemLists, ItemsetTable, RuleTable, by_count
from seqrec.mining.units import Units
from seqrec.translation.texts import tr

MAX_CELLS = 2**30
_COUNTED = ["antecedent support", "consequent support", "support", "confidence"]


def mine_itemsets(units: Units, min_count: int, max_length: int) -> ItemsetTable:
    """Frequent itemsets by mlxtend's FP-growth, most frequent first.

    Raises:
        OverLimitError: the table of transactions by items that mlxtend needs would be too large.
    """
    frequent = np.flatnonzero(units.counts >= min_count)
    n_cells = units.n_units * len(frequent)
    if n_cells > MAX_CELLS:
        raise OverLimitError(
            tr(
                "mlxtend needs a table of {sessions:,} sessions by {items:,} items, {size:.1f} "
                "GiB; choose the embedded engine or a higher minimum support",
                sessions=units.n_units,
                items=len(frequent),
                size=n_cells / 2**30,
            )
        )
    frame = _one_hot(units, frequent)
    # Half a count below, so that the share it is told rounds up to `min_count` again.
    share = (min_count - 0.5) / max(1, units.n_units)
    found = fpgrowth(frame, min_support=share, use_colnames=True, max_len=max_length)
    lists = ItemLists.from_lists(_sorted(found["itemsets"]))
    counts = np.rint(found["support"].to_numpy(np.float64) * units.n_units).astype(np.int64)
    order = by_count(lists, counts)
    return ItemsetTable(lists.take(order), counts[order], units.n_units, min_count)


def derive_rules(itemsets: ItemsetTable, min_confidence: float, n_transactions: int) -> RuleTable:
    """All rules of a table of itemsets, by mlxtend."""
    frame = pd.DataFrame(
        {
            "itemsets": [frozenset(items) for items in itemsets.items],
            "support": itemsets.counts / n_transactions,
        }
    )
    # Its other metrics divide by zero, with a warning, where they are undefined.
    rules = association_rules(
        frame, metric="confidence", min_threshold=min_confidence, return_metrics=_COUNTED
    )

    def count(column: str) -> NDArray[np.int64]:
        shares = rules[column].to_numpy(np.float64)
        return np.asarray(np.rint(shares * n_transactions), dtype=np.int64)

    return RuleTable(
        antecedents=ItemLists.from_lists(_sorted(rules["antecedents"])),
        consequents=ItemLists.from_lists(_sorted(rules["consequents"])),
        n_both=count("support"),
        n_antecedent=count("antecedent support"),
        n_consequent=count("consequent support"),
        n_transactions=n_transactions,
    )


def _one_hot(units: Units, frequent: NDArray[np.int64]) -> pd.DataFrame:
    column = np.full(units.n_items + 1, -1, dtype=np.int64)
    column[frequent] = np.arange(len(frequent))
    rows = np.repeat(np.arange(units.n_units), np.diff(units.bounds))
    columns = column[units.items]
    cells = np.zeros((units.n_units, len(frequent)), dtype=bool)
    cells[rows[columns >= 0], columns[columns >= 0]] = True
    return pd.DataFrame(cells, columns=frequent)


def _sorted(sets: Iterable[frozenset[int]]) -> list[list[int]]:
    return [sorted(int(item) for item in items) for items in sets]
