"""Slow, plain definitions that the fast code is compared with."""

from collections.abc import Iterable, Sequence
from itertools import combinations

Histories = Sequence[Sequence[int]]


def holds(history: Sequence[int], pattern: Sequence[int]) -> bool:
    """Whether the items of a pattern occur in a history in this order."""
    rest = iter(history)
    return all(item in rest for item in pattern)


def mine_patterns(
    histories: Histories, min_count: int, min_length: int = 1, max_length: int | None = None
) -> dict[tuple[int, ...], int]:
    """Patterns by trying every extension of every frequent one."""
    items = sorted({item for history in histories for item in history})
    found: dict[tuple[int, ...], int] = {}
    level: list[tuple[int, ...]] = [()]
    while level and (max_length is None or len(level[0]) < max_length):
        counts = {
            (*prefix, item): sum(holds(history, (*prefix, item)) for history in histories)
            for prefix in level
            for item in items
        }
        level = [pattern for pattern, count in counts.items() if count >= min_count]
        found |= {pattern: counts[pattern] for pattern in level}
    return {pattern: count for pattern, count in found.items() if len(pattern) >= min_length}


def mine_itemsets(
    transactions: Iterable[Iterable[int]], min_count: int, max_length: int
) -> dict[tuple[int, ...], int]:
    """Itemsets by counting every subset of every transaction."""
    counts: dict[tuple[int, ...], int] = {}
    for transaction in transactions:
        items = sorted(set(transaction))
        for length in range(1, min(max_length, len(items)) + 1):
            for subset in combinations(items, length):
                counts[subset] = counts.get(subset, 0) + 1
    return {items: count for items, count in counts.items() if count >= min_count}


def derive_rules(
    itemsets: dict[tuple[int, ...], int], min_confidence: float
) -> dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[int, int, int]]:
    """(antecedent, consequent) -> counts of both, antecedent, consequent."""
    rules = {}
    for items, n_both in itemsets.items():
        for length in range(1, len(items)):
            for antecedent in combinations(items, length):
                consequent = tuple(item for item in items if item not in antecedent)
                if n_both / itemsets[antecedent] >= min_confidence:
                    counts = (n_both, itemsets[antecedent], itemsets[consequent])
                    rules[antecedent, consequent] = counts
    return rules
