"""Which rules are more than chance: Fisher's exact test with a controlled share of false ones.

Only numpy and scipy: a page can call this. `order_significance` does the same for patterns.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import comb, digamma, gammaln

from seqrec.mining.evidence import Significance
from seqrec.mining.tables import RuleTable

_NEGLIGIBLE = 1e-17

Values = NDArray[np.float64]


def judge_rules(rules: RuleTable, n_items: int | None) -> Significance:
    """One-sided Fisher tests of rules: do both sides meet more often than independent ones?

    The sessions are taken as independent of each other: what one user repeats counts each time.

    Args:
        rules: any selection of the rules of one result.
        n_items: frequent items that the rules were searched among, so that all rules that could
            have been are counted as tested. None where the rules were chosen before their counts
            were seen, on other users (`holdout`): only they are counted.
    """
    p_values = fisher(rules)
    lengths = rules.antecedents.lengths + rules.consequents.lengths
    if n_items is None:
        return Significance(p_values, adjust(p_values, lengths, _rows_of_length(lengths)))
    n_tests = comb(n_items, lengths) * (2.0**lengths - 2)
    return Significance(p_values, adjust(p_values, lengths, n_tests))


def fisher(rules: RuleTable) -> Values:
    """Hypergeometric probability of at least `n_both`, given the counts of the two sides; (n,)."""
    columns = (rules.n_both, rules.n_antecedent, rules.n_consequent)
    return hypergeometric_tails(np.stack(columns, axis=1), rules.n_transactions)


def hypergeometric_tails(counts: NDArray[np.int64], n_units: int) -> Values:
    """Probability of at least so many units with both of two things, were they independent; (n,).

    Args:
        counts: units with both, with the one, with the other; (n, 3).
        n_units: units in all.
    """
    counts, row = np.unique(counts, axis=0, return_inverse=True)
    both, before, after = counts.T.astype(np.float64)
    n_all = float(n_units)
    # Sum away from the middle, where the terms fall: from the count up, or from just below it down.
    upper = both * (n_all + 2) > (before + 1) * (after + 1)
    tail = np.empty(len(both))
    tail[upper] = _sum_up(both[upper], (before[upper], after[upper]), n_all)
    below = ~upper
    tail[below] = 1 - _sum_down(both[below] - 1, (before[below], after[below]), n_all)
    return np.clip(tail, 0.0, 1.0)[row.ravel()]


def adjust(p_values: Values, layers: NDArray[np.int64], n_tests: Values) -> Values:
    """Benjamini-Yekutieli adjusted p-values within each layer, times the number of layers.

    Benjamini and Yekutieli (2001) hold whatever the dependence: rules share sessions and parts,
    and no weaker condition can be shown for them. Every length is a layer with an equal part of
    the level (Webb 2008, layered critical values): else the many long ones drown the short.

    Args:
        p_values: NaN where there is no test.
        layers: length of each row, from 2 where there is a test.
        n_tests: tests in the row's layer, those that are no rows too.
    """
    adjusted = np.full(len(p_values), np.nan)
    tested = np.flatnonzero(~np.isnan(p_values))
    longest = int(layers[tested].max(initial=2))
    for layer in np.unique(layers[tested]):
        rows = tested[layers[tested] == layer]
        rows = rows[np.argsort(p_values[rows], kind="stable")]
        tests = float(n_tests[rows[0]])
        harmonic = digamma(tests + 1) + np.euler_gamma  # 1 + 1/2 + ... + 1/tests
        scaled = p_values[rows] * tests * harmonic / np.arange(1, len(rows) + 1)
        lowest = np.minimum.accumulate(scaled[::-1])[::-1]
        adjusted[rows] = np.minimum(1.0, lowest * (longest - 1))
    return adjusted


def _rows_of_length(lengths: NDArray[np.int64]) -> Values:
    return np.bincount(lengths)[lengths].astype(np.float64)


def _log_term(count: Values, sides: tuple[Values, Values], n_all: float) -> Values:
    before, after = sides
    return _log_choose(before, count) + (
        _log_choose(n_all - before, after - count) - _log_choose(n_all, after)
    )


def _log_choose(n: "Values | float", k: Values) -> Values:
    inside = (k >= 0) & (k <= n)
    k = np.where(inside, k, 0.0)
    chosen = gammaln(np.add(n, 1.0)) - gammaln(k + 1) - gammaln(n - k + 1)
    return np.where(inside, chosen, -np.inf)


def _sum_up(count: Values, sides: tuple[Values, Values], n_all: float) -> Values:
    """Sum of the probabilities of `count`, `count + 1` and so on."""
    before, after = sides
    term = np.exp(_log_term(count, sides, n_all))
    total = term.copy()
    active = np.flatnonzero(term > 0)
    step = count.copy()
    while len(active):
        k, a, b = step[active], before[active], after[active]
        term[active] *= (a - k) * (b - k) / ((k + 1) * (n_all - a - b + k + 1))
        step[active] += 1
        total[active] += term[active]
        active = active[term[active] > _NEGLIGIBLE * total[active]]
    return total


def _sum_down(count: Values, sides: tuple[Values, Values], n_all: float) -> Values:
    """Sum of the probabilities of `count`, `count - 1` and so on."""
    before, after = sides
    return _sum_up(after - count, (n_all - before, after), n_all)
