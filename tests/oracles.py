"""Slow, plain definitions that the fast code is compared with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

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


Patterns = dict[tuple[int, ...], int]


def closed(patterns: Patterns) -> Patterns:
    """Those that no longer one equals in count."""
    return {
        pattern: count
        for pattern, count in patterns.items()
        if not any(
            count == other_count and len(other) > len(pattern) and holds(other, pattern)
            for other, other_count in patterns.items()
        )
    }


def maximal(patterns: Patterns) -> Patterns:
    """Those that no longer one contains."""
    return {
        pattern: count
        for pattern, count in patterns.items()
        if not any(len(other) > len(pattern) and holds(other, pattern) for other in patterns)
    }


def top(patterns: Patterns, k: int) -> Patterns:
    """The k most frequent ones and all ties at the last rank."""
    lowest = sorted(patterns.values(), reverse=True)[:k][-1] if patterns else 0
    return {pattern: count for pattern, count in patterns.items() if count >= lowest}


@dataclass(frozen=True)
class Near:
    """Limits of events between, of seconds between, of seconds in all; None for no limit."""

    max_gap: int | None = None
    max_gap_s: int | None = None
    max_span_s: int | None = None


def near_patterns(
    histories: Histories, times_s: Histories, near: Near, max_length: int
) -> Patterns:
    """Patterns of at most `max_length` items by listing every embedding of every history."""
    counts: Patterns = {}
    for items, seconds in zip(histories, times_s, strict=True):
        seen = set()
        for length in range(1, max_length + 1):
            for places in combinations(range(len(items)), length):
                if keeps_to(places, seconds, near):
                    seen.add(tuple(items[place] for place in places))
        for pattern in seen:
            counts[pattern] = counts.get(pattern, 0) + 1
    return counts


def keeps_to(places: Sequence[int], seconds: Sequence[int], near: Near) -> bool:
    gaps = [b - a - 1 for a, b in pairwise(places)]
    gaps_s = [seconds[b] - seconds[a] for a, b in pairwise(places)]
    if near.max_gap is not None and max(gaps, default=0) > near.max_gap:
        return False
    if near.max_gap_s is not None and max(gaps_s, default=0) > near.max_gap_s:
        return False
    return near.max_span_s is None or seconds[places[-1]] - seconds[places[0]] <= near.max_span_s


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


Sides = tuple[tuple[int, ...], tuple[int, ...]]


def sequential_rules(
    histories: Histories, min_count: int, min_confidence: float, most: tuple[int, int]
) -> dict[Sides, tuple[int, int, int, int]]:
    """(A, B) -> histories with A before B, with A, with B, with both in any order.

    A comes before B where some cut leaves all of A before it and all of B behind it.
    """
    items = sorted({item for history in histories for item in history})
    rules = {}
    for before in _sets(items, most[0]):
        for after in _sets([item for item in items if item not in before], most[1]):
            n_both = sum(_cut_exists(history, before, after) for history in histories)
            n_before, n_after, n_together = (
                sum(set(side) <= set(history) for history in histories)
                for side in (before, after, before + after)
            )
            if n_both >= min_count and n_both / n_before >= min_confidence:
                rules[before, after] = (n_both, n_before, n_after, n_together)
    return rules


def _sets(items: Sequence[int], most: int) -> list[tuple[int, ...]]:
    return [part for length in range(1, most + 1) for part in combinations(items, length)]


def _cut_exists(history: Sequence[int], before: Sequence[int], after: Sequence[int]) -> bool:
    return any(
        set(before) <= set(history[:cut]) and set(after) <= set(history[cut:])
        for cut in range(1, len(history))
    )


def ngrams(histories: Histories, length: int, step: int) -> dict[tuple[int, ...], tuple[int, int]]:
    """n-gram -> histories with a window that shows it, windows that show it."""
    seen = [
        (tuple(history[start : start + length]), row)
        for row, history in enumerate(histories)
        for start in range(0, len(history) - length + 1, step)
    ]
    grams = {gram for gram, _ in seen}
    return {
        gram: (len({row for one, row in seen if one == gram}), [one for one, _ in seen].count(gram))
        for gram in grams
    }


def steps_s(
    histories: Histories, times_s: Histories, pattern: Sequence[int], near: Near
) -> list[list[int]]:
    """Seconds of each step, a row a history: of all embeddings the one with the earliest places.

    Earliest by the first item, then the next; under limits by the end, then each as late as it can.
    """
    rows = []
    for items, seconds in zip(histories, times_s, strict=True):
        ways = [
            places
            for places in combinations(range(len(items)), len(pattern))
            if [items[place] for place in places] == list(pattern)
            and keeps_to(places, seconds, near)
        ]
        if ways:
            free = near == Near()
            best = min(ways) if free else min(ways, key=_end_then_latest)
            rows.append([seconds[b] - seconds[a] for a, b in pairwise(best)])
    return rows


def _end_then_latest(places: Sequence[int]) -> list[int]:
    return [places[-1], *(-place for place in reversed(places[:-1]))]


Sets = tuple[tuple[int, ...], ...]


def itemset_sequences(
    histories: Sequence[Sequence[Sequence[int]]], min_count: int, max_length: int
) -> dict[Sets, int]:
    """Sequences of itemsets by listing every choice of parts of every history's sessions."""
    counts: dict[Sets, int] = {}
    for sessions in histories:
        found: set[Sets] = {()}
        for session in sessions:
            parts = _sets(sorted(set(session)), max_length)
            found |= {(*sets, part) for sets in found for part in parts}
        for sets in found - {()}:
            if sum(len(part) for part in sets) <= max_length:
                counts[sets] = counts.get(sets, 0) + 1
    return {sets: count for sets, count in counts.items() if count >= min_count}
