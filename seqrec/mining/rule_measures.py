"""The measures of a rule by name: what a reader chooses as column, axis or colour."""

from collections.abc import Callable, Iterable
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from seqrec.mining import surprise_measures, table_measures
from seqrec.mining.cells import Cells, Measure
from seqrec.mining.tables import RuleTable
from seqrec.translation.texts import mark, tr

_PERCENT = ".1~%"
# Rules whose intermediate arrays stay in a core's cache.
_CHUNK = 16_384


class RuleMeasure(StrEnum):
    """Name of a measure, as a column is headed; those that are read most come first.

    All that mlxtend 0.25 and arules 1.7 derive from the counts of one rule. What other rules or a
    test decide is elsewhere: `redundancy` (improvement), `significance` (Fisher's test, of which
    hyper-confidence is the complement).
    """

    SUPPORT = mark("Support")
    CONFIDENCE = mark("Confidence")
    LIFT = mark("Lift")
    LEVERAGE = mark("Leverage")
    CONVICTION = mark("Conviction")
    ZHANG = mark("Zhang's metric")
    JACCARD = mark("Jaccard")
    COSINE = mark("Cosine")
    CERTAINTY = mark("Certainty")
    KULCZYNSKI = mark("Kulczynski")
    IMBALANCE = mark("Imbalance ratio")
    PHI = mark("Phi (correlation)")
    COVERAGE = mark("Coverage")
    PREVALENCE = mark("Prevalence of the then")
    REPRESENTATIVITY = mark("Representativity")
    BACKWARD_CONFIDENCE = mark("Confidence backwards")
    ALL_CONFIDENCE = mark("All-confidence")
    MAX_CONFIDENCE = mark("Max-confidence")
    ADDED_VALUE = mark("Added value")
    CERTAINTY_FACTOR = mark("Certainty factor")
    ODDS_RATIO = mark("Odds ratio")
    YULE_Q = mark("Yule's Q")
    YULE_Y = mark("Yule's Y")
    RELATIVE_RISK = mark("Relative risk")
    DIFFERENCE_OF_CONFIDENCE = mark("Difference of confidence")
    CHI_SQUARED = mark("Chi-squared")
    KAPPA = mark("Kappa")
    COLLECTIVE_STRENGTH = mark("Collective strength")
    CASUAL_CONFIDENCE = mark("Casual confidence")
    CASUAL_SUPPORT = mark("Casual support")
    CONFIRMED_CONFIDENCE = mark("Confirmed confidence")
    COUNTEREXAMPLE_RATE = mark("Counterexample rate")
    LEAST_CONTRADICTION = mark("Least contradiction")
    RALAMBONDRAINY = mark("Ralambondrainy")
    RULE_POWER_FACTOR = mark("Rule power factor")
    SEBAG = mark("Sebag-Schoenauer")
    VARYING_LIAISON = mark("Varying rates liaison")
    LAPLACE = mark("Laplace")
    IMPORTANCE = mark("Importance")
    GINI = mark("Gini index")
    GOODMAN_KRUSKAL = mark("Goodman-Kruskal lambda")
    J_MEASURE = mark("J-measure")
    MUTUAL_INFORMATION = mark("Mutual information")
    LOG_LIFT = mark("Lift in bits")
    KLOSGEN = mark("Klösgen")
    LERMAN = mark("Lerman")
    IMPLICATION_INDEX = mark("Implication index")
    STANDARDISED_LIFT = mark("Standardised lift")
    LINKAGE_DISEQUILIBRIUM = mark("Linkage disequilibrium")

    @property
    def is_share(self) -> bool:
        """Whether it is shown in percent."""
        return self in _SHARES

    @property
    def tick_format(self) -> str:
        """How a chart's axis shows it (d3-format)."""
        return _PERCENT if self.is_share else "~r"

    @property
    def meaning(self) -> str:
        """One sentence on what it says, for a tooltip."""
        return (_COMPUTE[self].__doc__ or "").split("\n", maxsplit=1)[0]

    def say(self, value: float) -> str:
        """One value in words: "lift 3.1", "conviction undefined"."""
        named = tr(self).lower()
        if np.isnan(value):
            return tr("{measure} undefined", measure=named)
        return f"{named} {value:.2%}" if self.is_share else f"{named} {value:,.3g}"


_SHARES = frozenset(
    (
        RuleMeasure.SUPPORT,
        RuleMeasure.CONFIDENCE,
        RuleMeasure.COVERAGE,
        RuleMeasure.PREVALENCE,
        RuleMeasure.BACKWARD_CONFIDENCE,
    )
)


def measure_rules(rules: RuleTable, which: RuleMeasure) -> NDArray[np.float64]:
    """The values of a measure, NaN where it is undefined; (n,)."""
    return _COMPUTE[which](Cells.of(rules))


def measure_all(
    rules: RuleTable, wanted: Iterable[RuleMeasure] = RuleMeasure
) -> dict[RuleMeasure, NDArray[np.float64]]:
    """Several measures at once, (n,) each; a million rules with all take less than a second.

    They are rows of one array: the system gives one large piece of memory in large pages, many
    smaller ones in small pages, which takes longer than to compute the values.
    """
    n_rules, names = len(rules.n_both), list(wanted)
    values = dict(zip(names, np.empty((len(names), n_rules)), strict=True))
    for low in range(0, n_rules, _CHUNK):
        rows = slice(low, min(n_rules, low + _CHUNK))
        cells = Cells.of(rules, rows)
        for which, column in values.items():
            column[rows] = _COMPUTE[which](cells)
    return values


_COMPUTE: dict[RuleMeasure, Callable[[Cells], Measure]] = {
    RuleMeasure.SUPPORT: table_measures.support,
    RuleMeasure.CONFIDENCE: table_measures.confidence,
    RuleMeasure.LIFT: table_measures.lift,
    RuleMeasure.LEVERAGE: table_measures.leverage,
    RuleMeasure.CONVICTION: table_measures.conviction,
    RuleMeasure.ZHANG: table_measures.zhang,
    RuleMeasure.JACCARD: table_measures.jaccard,
    RuleMeasure.COSINE: table_measures.cosine,
    RuleMeasure.CERTAINTY: table_measures.certainty,
    RuleMeasure.KULCZYNSKI: table_measures.kulczynski,
    RuleMeasure.IMBALANCE: table_measures.imbalance,
    RuleMeasure.PHI: table_measures.phi,
    RuleMeasure.COVERAGE: table_measures.coverage,
    RuleMeasure.PREVALENCE: table_measures.prevalence,
    RuleMeasure.REPRESENTATIVITY: table_measures.representativity,
    RuleMeasure.BACKWARD_CONFIDENCE: table_measures.backward_confidence,
    RuleMeasure.ALL_CONFIDENCE: table_measures.all_confidence,
    RuleMeasure.MAX_CONFIDENCE: table_measures.max_confidence,
    RuleMeasure.ADDED_VALUE: table_measures.added_value,
    RuleMeasure.CERTAINTY_FACTOR: table_measures.certainty_factor,
    RuleMeasure.ODDS_RATIO: table_measures.odds_ratio,
    RuleMeasure.YULE_Q: table_measures.yule_q,
    RuleMeasure.YULE_Y: table_measures.yule_y,
    RuleMeasure.RELATIVE_RISK: table_measures.relative_risk,
    RuleMeasure.DIFFERENCE_OF_CONFIDENCE: table_measures.difference_of_confidence,
    RuleMeasure.CHI_SQUARED: table_measures.chi_squared,
    RuleMeasure.KAPPA: table_measures.kappa,
    RuleMeasure.COLLECTIVE_STRENGTH: table_measures.collective_strength,
    RuleMeasure.CASUAL_CONFIDENCE: table_measures.casual_confidence,
    RuleMeasure.CASUAL_SUPPORT: table_measures.casual_support,
    RuleMeasure.CONFIRMED_CONFIDENCE: table_measures.confirmed_confidence,
    RuleMeasure.COUNTEREXAMPLE_RATE: table_measures.counterexample_rate,
    RuleMeasure.LEAST_CONTRADICTION: table_measures.least_contradiction,
    RuleMeasure.RALAMBONDRAINY: table_measures.ralambondrainy,
    RuleMeasure.RULE_POWER_FACTOR: table_measures.rule_power_factor,
    RuleMeasure.SEBAG: table_measures.sebag,
    RuleMeasure.VARYING_LIAISON: table_measures.varying_liaison,
    RuleMeasure.LAPLACE: surprise_measures.laplace,
    RuleMeasure.IMPORTANCE: surprise_measures.importance,
    RuleMeasure.GINI: surprise_measures.gini,
    RuleMeasure.GOODMAN_KRUSKAL: surprise_measures.goodman_kruskal,
    RuleMeasure.J_MEASURE: surprise_measures.j_measure,
    RuleMeasure.MUTUAL_INFORMATION: surprise_measures.mutual_information,
    RuleMeasure.LOG_LIFT: surprise_measures.log_lift,
    RuleMeasure.KLOSGEN: surprise_measures.klosgen,
    RuleMeasure.LERMAN: surprise_measures.lerman,
    RuleMeasure.IMPLICATION_INDEX: surprise_measures.implication_index,
    RuleMeasure.STANDARDISED_LIFT: surprise_measures.standardised_lift,
    RuleMeasure.LINKAGE_DISEQUILIBRIUM: surprise_measures.linkage_disequilibrium,
}
