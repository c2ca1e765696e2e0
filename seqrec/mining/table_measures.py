"""Measures of a rule from its four-fold table, as mlxtend 0.25 and arules 1.7 define them.

Definitions: Tan, Kumar & Srivastava 2004, "Selecting the right objective measure"; Geng & Hamilton
2006, "Interestingness measures for data mining"; Hahsler 2015, "A probabilistic comparison of
commonly used interest measures". What has no value (a zero below the line, the logarithm of
nothing) is NaN; libraries write infinity, 0 or 1 there, each its own way.
"""

import numpy as np

from seqrec.mining.cells import Cells, Measure, ratio, root


def support(cells: Cells) -> Measure:
    """Share of all transactions that hold both sides."""
    return cells.both / cells.n_all if cells.n_all else np.full(cells.both.shape, np.nan)


def coverage(cells: Cells) -> Measure:
    """Share of all transactions that hold the antecedent."""
    return cells.before / cells.n_all if cells.n_all else np.full(cells.both.shape, np.nan)


def prevalence(cells: Cells) -> Measure:
    """Share of all transactions that hold the consequent."""
    return cells.after / cells.n_all if cells.n_all else np.full(cells.both.shape, np.nan)


def representativity(cells: Cells) -> Measure:
    """Share of the transactions that are complete: 1, since no transaction here lacks a value."""
    return np.ones(cells.both.shape)


def confidence(cells: Cells) -> Measure:
    """Share of the transactions with the antecedent that hold the consequent."""
    return cells.confidence


def backward_confidence(cells: Cells) -> Measure:
    """Share of the transactions with the consequent that hold the antecedent (completeness)."""
    return ratio(cells.both, cells.after)


def lift(cells: Cells) -> Measure:
    """How many times more often both occur together than if they were independent."""
    return ratio(cells.both * cells.n_all, cells.before * cells.after)


def leverage(cells: Cells) -> Measure:
    """Support minus the support expected of independent sides (Piatetsky-Shapiro 1991)."""
    return support(cells) - coverage(cells) * prevalence(cells)


def conviction(cells: Cells) -> Measure:
    """Expected share of failures over the share seen; undefined at confidence 1."""
    return ratio(cells.not_after / max(cells.n_all, 1.0), 1 - cells.confidence)


def zhang(cells: Cells) -> Measure:
    """Zhang's metric (2000): leverage over the most it could be, -1 to 1."""
    most = np.maximum(cells.both * cells.not_before, cells.before * cells.only_after)
    return ratio(cells.beyond, most)


def jaccard(cells: Cells) -> Measure:
    """Share of the transactions with either side that hold both."""
    return ratio(cells.both, cells.before + cells.only_after)


def certainty(cells: Cells) -> Measure:
    """How far confidence goes from the consequent's share to 1 (mlxtend's certainty)."""
    share = prevalence(cells)
    return ratio(cells.confidence - share, 1 - share)


def certainty_factor(cells: Cells) -> Measure:
    """As certainty; below independence how far it goes to 0 (Shortliffe & Buchanan 1975)."""
    share = prevalence(cells)
    return ratio(cells.confidence - share, np.where(cells.beyond > 0, 1 - share, share))


def kulczynski(cells: Cells) -> Measure:
    """Mean of the confidences of both directions."""
    return (cells.confidence + backward_confidence(cells)) / 2


def imbalance(cells: Cells) -> Measure:
    """How unequal the sides are: 0 where both are as frequent, near 1 where one is rare."""
    return ratio(np.abs(cells.before - cells.after), cells.before + cells.only_after)


def cosine(cells: Cells) -> Measure:
    """Cosine of the angle between the sides, the geometric mean of both confidences."""
    return ratio(cells.both, root(cells.before * cells.after))


def phi(cells: Cells) -> Measure:
    """Correlation of the two sides as 0/1 variables."""
    # Two roots: the product of four counts may pass 2^53.
    below = root(cells.before * cells.not_before) * root(cells.after * cells.not_after)
    return ratio(cells.beyond, below)


def chi_squared(cells: Cells) -> Measure:
    """Pearson's statistic of independence, one degree of freedom, without correction."""
    return cells.n_all * phi(cells) ** 2


def odds_ratio(cells: Cells) -> Measure:
    """Odds of the consequent with the antecedent over those without."""
    return ratio(cells.both * cells.neither, cells.only_before * cells.only_after)


def yule_q(cells: Cells) -> Measure:
    """Yule's Q: the odds ratio brought to -1 to 1."""
    same, crossed = cells.both * cells.neither, cells.only_before * cells.only_after
    return ratio(same - crossed, same + crossed)


def yule_y(cells: Cells) -> Measure:
    """Yule's Y, colligation: the root of the odds ratio brought to -1 to 1."""
    same, crossed = cells.both * cells.neither, cells.only_before * cells.only_after
    return ratio(root(same) - root(crossed), root(same) + root(crossed))


def kappa(cells: Cells) -> Measure:
    """Cohen's kappa: agreement of the two sides beyond chance."""
    agreed = (cells.both + cells.neither) * cells.n_all
    chance = cells.before * cells.after + cells.not_before * cells.not_after
    return ratio(agreed - chance, cells.n_all**2 - chance)


def collective_strength(cells: Cells) -> Measure:
    """Agreement over its expectation, times expected over seen disagreement."""
    n_squared = cells.n_all**2
    agreed = (cells.both + cells.neither) * cells.n_all
    chance = cells.before * cells.after + cells.not_before * cells.not_after
    return ratio(agreed, chance) * ratio(n_squared - chance, n_squared - agreed)


def added_value(cells: Cells) -> Measure:
    """Confidence minus the consequent's share (centred confidence)."""
    return cells.confidence - prevalence(cells)


def all_confidence(cells: Cells) -> Measure:
    """The lower of both directions' confidences."""
    return ratio(cells.both, np.maximum(cells.before, cells.after))


def max_confidence(cells: Cells) -> Measure:
    """The higher of both directions' confidences."""
    return ratio(cells.both, np.minimum(cells.before, cells.after))


def casual_confidence(cells: Cells) -> Measure:
    """Mean of the confidences of the rule and of its contraposition."""
    return (cells.confidence + ratio(cells.neither, cells.not_after)) / 2


def casual_support(cells: Cells) -> Measure:
    """Share of the transactions with both sides or neither."""
    return support(cells) + cells.neither / max(cells.n_all, 1.0)


def confirmed_confidence(cells: Cells) -> Measure:
    """Confidence minus the share of failures."""
    return 2 * cells.confidence - 1


def counterexample_rate(cells: Cells) -> Measure:
    """Successes minus failures, over successes."""
    return ratio(cells.both - cells.only_before, cells.both)


def difference_of_confidence(cells: Cells) -> Measure:
    """Confidence with the antecedent minus that without it."""
    return cells.confidence - cells.confidence_without


def relative_risk(cells: Cells) -> Measure:
    """Confidence with the antecedent over that without it."""
    return ratio(cells.confidence, cells.confidence_without)


def least_contradiction(cells: Cells) -> Measure:
    """Successes minus failures, over the transactions with the consequent."""
    return ratio(cells.both - cells.only_before, cells.after)


def ralambondrainy(cells: Cells) -> Measure:
    """Share of all transactions that contradict the rule; low is strong."""
    return cells.only_before / max(cells.n_all, 1.0)


def rule_power_factor(cells: Cells) -> Measure:
    """Support times confidence."""
    return support(cells) * cells.confidence


def sebag(cells: Cells) -> Measure:
    """Successes over failures (Sebag & Schoenauer 1988)."""
    return ratio(cells.both, cells.only_before)


def varying_liaison(cells: Cells) -> Measure:
    """Lift minus 1: 0 where the sides are independent."""
    return lift(cells) - 1
