"""Baselines by their definitions, one history and one item at a time; slow on purpose."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np

Histories = Sequence[Sequence[int]]
POPULARITY_WEIGHT = 1e-6


def training_part(history: Sequence[int]) -> list[int]:
    return list(history[: -min(len(history) - 1, 2)]) if len(history) > 1 else list(history)


def shares(parts: Histories, n_items: int) -> list[float]:
    counts = Counter(item for part in parts for item in part)
    return [counts[item] / max(counts.total(), 1) for item in range(1, n_items + 1)]


def markov(parts: Histories, history: Sequence[int], n_items: int) -> list[float]:
    pairs = Counter(pair for part in parts for pair in pairwise(part))
    last = history[-1] if history else 0
    total = sum(count for (first, _), count in pairs.items() if first == last)
    return [pairs[last, item] / max(total, 1) for item in range(1, n_items + 1)]


def decayed_markov(parts: Histories, history: Sequence[int], n_items: int) -> list[float]:
    pairs: Counter[tuple[int, int]] = Counter()
    for part in parts:
        for first, second in combinations(range(len(part)), 2):
            if second - first <= 10:
                pairs[part[first], part[second]] += 0.8 ** (second - first - 1)
    totals: Counter[int] = Counter()
    for (first, _), count in pairs.items():
        totals[first] += count
    scores = []
    for item in range(1, n_items + 1):
        score = 0.0
        for age, past in enumerate(reversed(history[-10:])):
            score += 0.8**age * pairs[past, item] / (totals[past] + 20)
        scores.append(score)
    return scores


def item_neighbours(parts: Histories, history: Sequence[int], n_items: int) -> list[float]:
    users = {item: {row for row, part in enumerate(parts) if item in part} for item in items(parts)}
    scores = []
    for item in range(1, n_items + 1):
        score = 0.0
        for age, past in enumerate(reversed(history[-100:])):
            if past != item and past in users and item in users:
                both = len(users[past] & users[item])
                score += 0.95**age * both / math.sqrt(len(users[past]) * len(users[item]))
        scores.append(score)
    return scores


def own_items(parts: Histories, history: Sequence[int], n_items: int) -> list[float]:
    del parts
    past = list(enumerate(reversed(history)))
    return [
        sum(0.95**age for age, other in past if other == item) for item in range(1, n_items + 1)
    ]


def ease(parts: Histories, history: Sequence[int], n_items: int) -> list[float]:
    """Each item regressed on the others by itself, not in closed form for all."""
    table = np.array([[item in part for item in range(1, n_items + 1)] for part in parts], float)
    scores = []
    for item in range(n_items):
        others = np.delete(np.arange(n_items), item)
        x = table[:, others]
        weights = np.linalg.solve(x.T @ x + 500 * np.eye(len(others)), x.T @ table[:, item])
        of_item = dict(zip((others + 1).tolist(), weights.tolist(), strict=True))
        recent = enumerate(reversed(history[-50:]))
        scores.append(sum(0.8**age * of_item.get(past, 0.0) for age, past in recent))
    return scores


def content(texts: Sequence[str], history: Sequence[int]) -> list[float]:
    words = [Counter(re.findall(r"\w+", text.lower())) for text in texts]
    words[0] = Counter()
    n_with = Counter(word for counts in words for word in counts)
    vectors = [
        {
            word: count * (1 + math.log((len(texts) - 1) / n_with[word]))
            for word, count in counts.items()
            if n_with[word] > 1
        }
        for counts in words
    ]
    scores = []
    for item in range(1, len(texts)):
        recent = enumerate(reversed(history[-10:]))
        scores.append(sum(0.8**age * cosine(vectors[past], vectors[item]) for age, past in recent))
    return scores


def sequential_rules(parts: Histories, history: Sequence[int], n_items: int) -> list[float]:
    recent = list(history[-10:])
    n_with = Counter(holder for part in parts for holder in held(part))
    scores = []
    for item in range(1, n_items + 1):
        score = 0.0
        for age, past in enumerate(reversed(recent)):
            if n_with[past,]:
                score += 0.8**age * n_with[past, item] / n_with[past,]
        for first, second in combinations(range(len(recent)), 2):
            pair = (recent[first], recent[second])
            if n_with[pair]:
                ages = 2 * (len(recent) - 1) - first - second
                score += 0.5 * 0.8**ages * n_with[(*pair, item)] / n_with[pair]
        scores.append(score)
    return scores


def held(part: Sequence[int]) -> set[tuple[int, ...]]:
    """The patterns of up to three items of a history, gaps of at most nine events."""
    return {
        tuple(part[place] for place in places)
        for length in (1, 2, 3)
        for places in combinations(range(len(part)), length)
        if all(second - first <= 10 for first, second in pairwise(places))
    }


def items(parts: Histories) -> set[int]:
    return {item for part in parts for item in part}


def cosine(one: dict[str, float], other: dict[str, float]) -> float:
    norms = math.hypot(*one.values()) * math.hypot(*other.values())
    return sum(one[word] * other.get(word, 0.0) for word in one) / norms if norms else 0.0
