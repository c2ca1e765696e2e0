"""One thing that an analyst should know about a log: how much it matters, what, what to do."""

from dataclasses import dataclass
from enum import StrEnum

from seqrec.translation.texts import tr

SOME, MUCH, MOST, NEARLY_ALL = 0.05, 0.2, 0.5, 0.95


class Severity(StrEnum):
    """How much a finding matters; the weightiest first."""

    BAD = "bad"
    LOOK = "look"
    KNOW = "fine to know"


@dataclass(frozen=True)
class Finding:
    """One thing to know about a log.

    Attributes:
        severity: how much it matters.
        text: what was found, with its number and its denominator.
        advice: what to do about it.
    """

    severity: Severity
    text: str
    advice: str


def part(count: int, total: int) -> str:
    """A count beside its denominator: "38 of 100 (38 %)"."""
    return tr("{n:,} of {total:,} ({share})", n=count, total=total, share=percent(count / total))


def percent(share: float) -> str:
    """A share in whole per cent; what is not nothing or not all never looks as if it were."""
    if 0 < share < 0.01:  # noqa: PLR2004
        return tr("less than 1 %")
    if 0.99 < share < 1:  # noqa: PLR2004
        return tr("more than 99 %")
    return tr("{n:.0f} %", n=100 * share)


def graded(share: float, *, bad: float = 2.0, look: float = 2.0) -> Severity:
    """Bad or worth a look above these shares, else fine to know."""
    if share > bad:
        return Severity.BAD
    return Severity.LOOK if share > look else Severity.KNOW
