"""The measures of a rule by name: what a reader chooses as column, axis or colour."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from seqrec.mining import measures
from seqrec.mining.tables import RuleTable

_PERCENT = ".1~%"
_UNDEFINED = "undefined"


class RuleMeasure(StrEnum):
    """Name of a measure, as a column is headed."""

    SUPPORT = "Support"
    CONFIDENCE = "Confidence"
    LIFT = "Lift"
    LEVERAGE = "Leverage"
    CONVICTION = "Conviction"

    @property
    def is_share(self) -> bool:
        """Whether it is shown in percent."""
        return self in (RuleMeasure.SUPPORT, RuleMeasure.CONFIDENCE)

    @property
    def tick_format(self) -> str:
        """How a chart's axis shows it (d3-format)."""
        return _PERCENT if self.is_share else "~r"

    def say(self, value: float) -> str:
        """One value in words: "lift 3.1", "conviction undefined"."""
        if np.isnan(value):
            return f"{self.value.lower()} {_UNDEFINED}"
        if self.is_share:
            return f"{self.value.lower()} {value:.2%}"
        return f"{self.value.lower()} {value:,.3g}"


def measure_rules(rules: RuleTable, which: RuleMeasure) -> NDArray[np.float64]:
    """The values of a measure, NaN where it is undefined; (n,)."""
    both, before, after = rules.n_both, rules.n_antecedent, rules.n_consequent
    n_all = rules.n_transactions
    match which:
        case RuleMeasure.SUPPORT:
            return measures.support(both, n_all)
        case RuleMeasure.CONFIDENCE:
            return measures.confidence(both, before)
        case RuleMeasure.LIFT:
            return measures.lift(both, before, after, n_all)
        case RuleMeasure.LEVERAGE:
            return measures.leverage(both, before, after, n_all)
        case RuleMeasure.CONVICTION:
            return measures.conviction(both, before, after, n_all)
