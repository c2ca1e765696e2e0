"""Measures of a rule that weigh surprise: information, purity, deviation from chance.

Definitions and conventions as in `table_measures`.
"""

import numpy as np

from seqrec.mining.cells import Cells, Measure, log, ratio, root, times_log
from seqrec.mining.table_measures import added_value, coverage, lift, prevalence, support

_LN_2, _LN_10 = float(np.log(2)), float(np.log(10))


def gini(cells: Cells) -> Measure:
    """How much the antecedent lowers the Gini impurity of the consequent."""
    have, lack, share = cells.confidence, cells.confidence_without, prevalence(cells)
    kept = coverage(cells) * (have**2 + (1 - have) ** 2)
    kept += (1 - coverage(cells)) * (lack**2 + (1 - lack) ** 2)
    return kept - share**2 - (1 - share) ** 2


def implication_index(cells: Cells) -> Measure:
    """Failures beyond those expected, in standard deviations (Gras 1996); low is strong."""
    expected = cells.before * cells.not_after / max(cells.n_all, 1.0)
    return ratio(cells.only_before - expected, root(expected))


def importance(cells: Cells) -> Measure:
    """Logarithm (base 10) of the Laplace confidences of the rule and of that without antecedent."""
    without = (cells.only_after + 1) / (cells.not_before + 2)
    return log(laplace(cells) / without) / _LN_10


def j_measure(cells: Cells) -> Measure:
    """Information that the antecedent gives on the consequent (Smyth & Goodman 1992), in nats."""
    hit = times_log(lift(cells), cells.both)
    missed = ratio(cells.only_before * cells.n_all, cells.before * cells.not_after)
    return (hit + times_log(missed, cells.only_before)) / max(cells.n_all, 1.0)


def mutual_information(cells: Cells) -> Measure:
    """Information that the sides share, over the lower of their entropies; 0 to 1."""
    sides = ((cells.before, cells.not_before), (cells.after, cells.not_after))
    table = ((cells.both, cells.only_before), (cells.only_after, cells.neither))
    shared = sum(
        times_log(ratio(table[i][j] * cells.n_all, sides[0][i] * sides[1][j]), table[i][j])
        for i in range(2)
        for j in range(2)
    )
    n_all = max(cells.n_all, 1.0)
    before, after = (
        -times_log(have / n_all, have) - times_log(lack / n_all, lack) for have, lack in sides
    )
    return ratio(np.asarray(shared), np.minimum(before, after))


def klosgen(cells: Cells) -> Measure:
    """Root of the support times the added value (Kloesgen 1996)."""
    return root(support(cells)) * added_value(cells)


def goodman_kruskal(cells: Cells) -> Measure:
    """Lambda: share of the errors of guessing the consequent that the antecedent spares."""
    known = np.maximum(cells.both, cells.only_before) + np.maximum(cells.only_after, cells.neither)
    blind = np.maximum(cells.after, cells.not_after)
    return ratio(known - blind, cells.n_all - blind)


def laplace(cells: Cells) -> Measure:
    """Confidence with one success and one failure added."""
    return (cells.both + 1) / (cells.before + 2)


def lerman(cells: Cells) -> Measure:
    """Successes beyond those expected, in standard deviations."""
    return ratio(cells.both - cells.expected, root(cells.expected))


def log_lift(cells: Cells) -> Measure:
    """Logarithm (base 2) of the lift: the change of information content."""
    return log(lift(cells)) / _LN_2


def linkage_disequilibrium(cells: Cells) -> Measure:
    """Relative linkage disequilibrium (Kenett & Salini 2008), 0 to 1."""
    # both * neither - only_before * only_after is n_all times what is beyond chance.
    beyond = cells.beyond / max(cells.n_all, 1.0)
    spare = np.minimum(cells.only_before, cells.only_after)
    above = ratio(beyond, beyond + spare)
    below = ratio(beyond, beyond - np.minimum(cells.both, cells.neither))
    return np.where(beyond > 0, above, below)


def standardised_lift(cells: Cells) -> Measure:
    """Lift between the least and the most that the sides allow (McNicholas 2008), 0 to 1."""
    least = np.maximum(cells.before + cells.after - cells.n_all, 1.0)
    return ratio(cells.both - least, np.minimum(cells.before, cells.after) - least)
