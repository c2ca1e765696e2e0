"""How far a step is, told in shares of the whole."""

from collections.abc import Callable

Report = Callable[[str, float], None]


def within(report: Report, low: float, high: float) -> Report:
    """Reports of a part as shares of the whole, of which the part goes from `low` to `high`."""
    return lambda stage, share: report(stage, low + (high - low) * min(share, 1.0))
