"""How many sequences were tested against chance: those that could have been frequent at all."""

from math import comb

import numpy as np
from numpy.typing import NDArray

from seqrec.mining import kernels
from seqrec.mining.config import MAX_ITEMSET_LENGTH, ItemsetConfig
from seqrec.mining.estimate import PROBE_RESULTS, PROBE_WORK
from seqrec.mining.itemset_search import search_itemsets
from seqrec.mining.limits import limits_of
from seqrec.mining.units import Units

# Beyond that only the number overflows: nothing of so many tests is ever a discovery.
_MOST = 1e260


def count_testable(
    units: Units, min_count: int, longest: int, *, repeats: bool = False
) -> NDArray[np.float64]:
    """Sequences of each length that could be frequent in some order, or more; (longest + 1,).

    Shuffling a history keeps its items. So a sequence whose items together are in fewer histories
    than the minimum is in no shuffled log's result, and needs no test (Tarone 1990); nor does one
    item repeated, which has no order, unless `repeats` asks how near it comes to itself. What is
    left are the ways to order, with repeats, the frequent itemsets of histories.

    Args:
        units: histories or sessions.
        min_count: units that must hold a pattern.
        longest: items in a pattern at most.
        repeats: whether one item repeated is tested too, as within limits of gap or span.
    """
    n_frequent = float(np.count_nonzero(units.counts >= min_count))
    n_sets = _count_sets(units, min_count, min(longest, MAX_ITEMSET_LENGTH))
    smallest = 1 if repeats else 2
    testable = np.zeros(longest + 1)
    for length in range(2, longest + 1):
        with np.errstate(over="ignore"):
            every = min(float(np.power(n_frequent, length)), _MOST)
        if length >= len(n_sets):
            testable[length] = every
            continue
        ways = sum(
            n_sets[size] * _surjections(length, size) for size in range(smallest, length + 1)
        )
        testable[length] = min(ways, every)
    return testable


def _count_sets(units: Units, min_count: int, longest: int) -> list[float]:
    """Frequent itemsets by size, or a bound where there are too many to count."""
    n_frequent = int(np.count_nonzero(units.counts >= min_count))
    counted = [1.0, float(n_frequent)]
    for most in dict.fromkeys((longest, 2)):
        config = ItemsetConfig(min_count, max_length=most)
        found = search_itemsets(units, limits_of(config, PROBE_RESULTS, PROBE_WORK))
        if found.complete:
            sizes = kernels.measure_depths(found.trie)[found.trie[:, 2] > 0]
            counted = [1.0, *np.bincount(sizes, minlength=most + 1)[1:].astype(np.float64)]
            break
    while len(counted) <= longest:
        # A set has as many parts of one item less as items, and all of them are frequent.
        size = len(counted)
        counted.append(counted[-1] * max(0, n_frequent - size + 1) / size)
    return counted


def _surjections(length: int, size: int) -> float:
    """Sequences of a length that hold each of so many items at least once."""
    return float(
        sum((-1) ** lost * comb(size, lost) * (size - lost) ** length for lost in range(size + 1))
    )
