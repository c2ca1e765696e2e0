"""Rules that a shorter one, and generalisations that a more special one, makes redundant."""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from seqrec.mining.levels import Level
from seqrec.mining.tables import ItemLists, PatternTable, RuleTable

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SEED = 0


def find_redundant(rules: RuleTable, *, in_order: bool = False) -> NDArray[np.bool_]:
    """Whether a rule with fewer items in the if has the same then and at least its confidence.

    Such a rule adds nothing: what it says is said of more transactions by the shorter one
    (Bayardo, Agrawal & Gunopulos 1999, minimum improvement 0). Only rules of the table can explain
    others. Lists are compared by a hash of 64 bits.

    Args:
        rules: all rules of a result.
        in_order: whether the items of an if have an order; a shorter one must keep it.

    Returns:
        Shape (n,).
    """
    before = rules.antecedents if in_order else _sorted(rules.antecedents)
    marks = _marks(before, rules.consequents)
    after = _hash(_sorted(rules.consequents), marks)
    keys = _join(_hash(before, marks), after)
    order = np.argsort(keys)
    known = keys[order]
    redundant = np.zeros(len(keys), dtype=np.bool_)
    for length in np.unique(before.lengths):
        rows = np.flatnonzero(before.lengths == length)
        items = before.take(rows).items.reshape(-1, length)
        for kept in _parts(int(length)):
            wanted = _join(_fold(marks[items[:, kept]]), after[rows])
            place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
            shorter = order[place]
            # Confidences as whole numbers, so that equal ones are equal.
            as_sure = (
                rules.n_both[shorter] * rules.n_antecedent[rows]
                >= rules.n_both[rows] * rules.n_antecedent[shorter]
            )
            redundant[rows] |= (known[place] == wanted) & as_sure
    return redundant


def find_redundant_generalisations(
    patterns: PatternTable, level: Level, n_items: int
) -> NDArray[np.bool_]:
    """Whether a pattern with a category is exactly as frequent as one with an item in its place.

    Everyone who shows such a pattern shows the more special one, which says more (as Srikant &
    Agrawal 1996 prune what an ancestor explains; unlike the paper, it is the ancestor that goes).
    One step down is enough: what lies between two of the same count has that count too, and is in
    the table.

    Args:
        patterns: all patterns of a result of both levels.
        level: categories of the items.
        n_items: item ids run to this; category c is the symbol `n_items + c`.

    Returns:
        Shape (n,).
    """
    lists = patterns.items
    marks = _marks(lists, ItemLists.from_lists([[n_items + len(level.titles)]]))
    keys = _hash(lists, marks)
    order = np.argsort(keys)
    known = keys[order]
    redundant = np.zeros(len(lists), dtype=np.bool_)
    for length in np.unique(lists.lengths):
        rows = np.flatnonzero(lists.lengths == length)
        items = lists.take(rows).items.reshape(-1, length)
        for place in range(int(length)):
            named = np.where(items[:, place] <= n_items, items[:, place], 0)
            category = level.ids[named]
            general = items.copy()
            general[:, place] = n_items + category
            wanted = _fold(marks[general])
            found = order[np.minimum(np.searchsorted(known, wanted), len(known) - 1)]
            same = (keys[found] == wanted) & (patterns.counts[found] == patterns.counts[rows])
            redundant[found[same & (category > 0)]] = True
    return redundant


def _parts(length: int) -> list[list[int]]:
    places = range(length)
    return [list(kept) for size in range(1, length) for kept in combinations(places, size)]


def _sorted(lists: ItemLists) -> ItemLists:
    rows = np.repeat(np.arange(len(lists)), lists.lengths)
    return ItemLists(lists.items[np.lexsort((lists.items, rows))], lists.offsets)


def _marks(*sides: ItemLists) -> NDArray[np.uint64]:
    highest = max((int(side.items.max(initial=0)) for side in sides), default=0)
    random = np.random.default_rng(_SEED)
    return random.integers(1, 2**64, size=highest + 1, dtype=np.uint64)


def _hash(lists: ItemLists, marks: NDArray[np.uint64]) -> NDArray[np.uint64]:
    hashes = np.zeros(len(lists), dtype=np.uint64)
    for length in np.unique(lists.lengths):
        rows = np.flatnonzero(lists.lengths == length)
        hashes[rows] = _fold(marks[lists.take(rows).items.reshape(-1, length)])
    return hashes


def _fold(marks: NDArray[np.uint64]) -> NDArray[np.uint64]:
    folded = np.zeros(len(marks), dtype=np.uint64)
    for column in marks.T:
        folded = folded * _FACTOR + column
    return folded


def _join(before: NDArray[np.uint64], after: NDArray[np.uint64]) -> NDArray[np.uint64]:
    mixed = (before ^ (before >> np.uint64(31))) * _FACTOR
    return mixed + after
