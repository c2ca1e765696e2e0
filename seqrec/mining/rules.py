"""Association rules: what a session with some items holds besides."""

import numpy as np
from numpy.typing import NDArray

from seqrec.errors import OverLimitError
from seqrec.mining import list_kernels, rule_kernels
from seqrec.mining.config import MAX_RESULTS
from seqrec.mining.tables import ItemLists, ItemsetTable, RuleTable
from seqrec.translation.texts import tr

MAX_CANDIDATES = 200_000_000
_SEED = 0


def derive_rules(
    itemsets: ItemsetTable, min_confidence: float, n_transactions: int, max_rules: int = MAX_RESULTS
) -> RuleTable:
    """Every split of every itemset into antecedent -> consequent that is confident enough.

    Both sides may hold several items. Rules with the highest count come first, ties with the
    higher confidence first.

    Args:
        itemsets: all itemsets of at least some count, and so all their parts.
        min_confidence: share (0 to 1) of the transactions with the antecedent.
        n_transactions: transactions in all.
        max_rules: rules at most.

    Raises:
        OverLimitError: there would be more rules than `max_rules`, or too many splits to look at.
        ValueError: a part of an itemset is missing from the table.
    """
    _check_splits(itemsets)
    rows = _split(itemsets, min_confidence, max_rules)
    counts = itemsets.counts
    rows = rows[_by_count(counts[rows[:, 0]], counts[rows[:, 1]])]
    return RuleTable(
        antecedents=_take(itemsets.items, rows[:, 1]),
        consequents=_take(itemsets.items, rows[:, 2]),
        n_both=counts[rows[:, 0]],
        n_antecedent=counts[rows[:, 1]],
        n_consequent=counts[rows[:, 2]],
        n_transactions=n_transactions,
    )


def _check_splits(itemsets: ItemsetTable) -> None:
    lengths = itemsets.items.lengths.astype(np.float64)
    n_splits = float(np.sum(2.0**lengths - 2))
    if n_splits > MAX_CANDIDATES:
        raise OverLimitError(
            tr(
                "{n:,} itemsets with up to {longest} items split into {rules:,.0f} candidate "
                "rules, more than the limit of {most:,}; lower the maximum length or raise the "
                "minimum support",
                n=len(itemsets.items),
                longest=int(lengths.max()),
                rules=n_splits,
                most=MAX_CANDIDATES,
            )
        )


def _split(itemsets: ItemsetTable, min_confidence: float, max_rules: int) -> NDArray[np.int32]:
    items, offsets = itemsets.items.items, itemsets.items.offsets
    random = np.random.default_rng(_SEED)
    marks = random.integers(0, 2**64, size=int(items.max(initial=0)) + 1, dtype=np.uint64)
    slots = rule_kernels.index_itemsets(items, offsets, marks)
    # Untouched pages of a fresh array take no memory.
    rules = np.empty((max_rules, 3), dtype=np.int32)
    sets = (items, offsets, itemsets.counts)
    n_rules = rule_kernels.split_itemsets(sets, marks, slots, min_confidence, rules)
    if n_rules < 0:
        raise ValueError("an itemset's part is missing from the table: it is not a full result")
    if n_rules > max_rules:
        raise OverLimitError(
            tr(
                "there are more than {most:,} rules with a confidence of {confidence:.0%} or more; "
                "raise the minimum confidence or the minimum support",
                most=max_rules,
                confidence=min_confidence,
            )
        )
    return rules[:n_rules]


def _by_count(n_both: NDArray[np.int64], n_antecedent: NDArray[np.int64]) -> NDArray[np.int64]:
    """Places by falling count of both sides, then by rising count of the antecedent."""
    order = np.arange(len(n_both), dtype=np.int64)
    for keys in (n_antecedent, n_both.max(initial=0) - n_both):
        order = list_kernels.sort_stably(order, keys.astype(np.int32))
    return order


def _take(lists: ItemLists, rows: NDArray[np.int32]) -> ItemLists:
    """The lists of some rows, a million of them in a fraction of the time of `ItemLists.take`."""
    taken = rule_kernels.take_lists(lists.items, lists.offsets, np.ascontiguousarray(rows))
    return ItemLists(*taken)
