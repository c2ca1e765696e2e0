"""How much a minimum support would give, found out before the work starts.

Searches with a small budget run at falling minimum counts until one does not end. Where the one
asked for ends, the estimate is exact. Else its size is extrapolated along the last two that ended
(both axes logarithmic), and the lowest count that was seen to end is suggested.
"""

from dataclasses import dataclass, replace

import numpy as np

from seqrec.errors import OverLimitError
from seqrec.mining.config import (
    MAX_RESULTS,
    ItemsetConfig,
    MiningConfig,
    check_against_log,
    name_units,
    support_grid,
)
from seqrec.mining.limits import limits_of
from seqrec.mining.search import search
from seqrec.mining.units import Units
from seqrec.translation.texts import mark, tr

MAX_SECONDS = 60.0
# A probe ends within about a second: 0.05 s to 1.3 s were seen on two cores.
PROBE_RESULTS = 200_000
PROBE_WORK = 200_000_000
# Results that a page can show and an analyst can read.
TARGET_RESULTS = 1_000
# Seconds an event scanned; 2 to 12 ns were seen on eight benchmark logs.
SCAN_S = 8e-9
_COARSE_STEP = 4
_MOST_LOG = 600.0


@dataclass(frozen=True)
class Probe:
    """A search that ended within the budget: it is known, not estimated.

    Attributes:
        n_results: results of at least the minimum length.
        n_grown: results of any length, which take the memory.
        work: events scanned.
    """

    min_count: int
    n_results: int
    n_grown: int
    work: int


@dataclass(frozen=True)
class Estimate:
    """What a minimum count is expected to give.

    Attributes:
        min_count: the minimum count asked for.
        n_results: results expected; a lower bound in practice where it is not exact, since the
            number often rises faster the lower the minimum.
        elapsed_s: seconds expected.
        suggested: the lowest probe that ended, None where none did.
        exact: whether a search with these choices has ended.
    """

    min_count: int
    n_results: float
    elapsed_s: float
    suggested: Probe | None
    exact: bool

    @property
    def fits(self) -> bool:
        """Whether it keeps to the limits of results and time."""
        return self.n_results <= MAX_RESULTS and self.elapsed_s <= MAX_SECONDS


class WideOpenError(OverLimitError):
    """A minimum support below which the results explode; carries what would fit."""

    def __init__(self, estimate: Estimate, config: MiningConfig) -> None:
        super().__init__(_explain(estimate, config))
        self.estimate = estimate


def estimate_mining(units: Units, config: MiningConfig) -> Estimate:
    """What `config.min_count` would give, in at most a few seconds.

    Raises:
        ValueError: the configuration leaves the minimum count open.
    """
    if config.min_count is None:
        raise ValueError("an open minimum count has nothing to estimate; call settle")
    asked = _probe(units, config, config.min_count)
    if asked is not None:
        return Estimate(config.min_count, asked.n_results, asked.work * SCAN_S, asked, exact=True)
    grid = [count for count in support_grid(units.n_units) if count > config.min_count]
    ended = _descend(units, config, grid)
    return _extrapolate(config.min_count, ended)


def settle(units: Units, config: MiningConfig) -> MiningConfig:
    """The configuration with a minimum count that is known or expected to fit.

    An open minimum count is chosen: the lowest on the grid with about `TARGET_RESULTS` results.

    Raises:
        ConfigError: the minimum count is above the number of histories or sessions.
        WideOpenError: the minimum count would give more than the limits allow.
    """
    check_against_log(config, units.n_units)
    if config.min_count is None:
        return replace(config, min_count=choose_min_count(units, config))
    refuse_wide_open(units, config)
    return config


def refuse_wide_open(units: Units, config: MiningConfig) -> None:
    """End where the minimum count asked for would give more than the limits allow.

    Raises:
        WideOpenError: it would.
    """
    estimate = estimate_mining(units, config)
    if not estimate.fits:
        raise WideOpenError(estimate, config)


def choose_min_count(units: Units, config: MiningConfig) -> int:
    """The lowest minimum count on the grid with about `TARGET_RESULTS` results."""
    lowest = min(2, units.n_units)
    grid = [count for count in support_grid(units.n_units) if count >= lowest]
    ended = _descend(units, config, grid, TARGET_RESULTS)
    if ended:
        return ended[-1].min_count
    highest = max(1, int(units.counts.max(initial=1)))
    # Where nothing recurs, all that occurs once may be too much; then nothing is found.
    return highest if highest >= lowest or _probe(units, config, highest) else lowest


def _descend(
    units: Units, config: MiningConfig, grid: list[int], max_results: int = PROBE_RESULTS
) -> list[Probe]:
    """Probes that ended with at most so many results, from high counts to low ones."""
    useful = [count for count in grid if count <= units.counts.max(initial=0)][::-1]
    ended: list[Probe] = []
    for step in (_COARSE_STEP, 1):
        start = useful.index(ended[-1].min_count) + 1 if ended else 0
        for min_count in useful[start::step]:
            probe = _probe(units, config, min_count)
            if probe is None or probe.n_results > max_results:
                break
            ended.append(probe)
    return ended


def _probe(units: Units, config: MiningConfig, min_count: int) -> Probe | None:
    at = replace(config, min_count=min_count)
    found = search(units, limits_of(at, PROBE_RESULTS, PROBE_WORK))
    if not found.complete:
        return None
    n_results = found.n_results
    if isinstance(config, ItemsetConfig):
        n_results = int(np.count_nonzero((found.trie[:, 0] >= 0) & (found.trie[:, 2] > 0)))
    return Probe(min_count, n_results, len(found.trie), found.work)


def _extrapolate(min_count: int, ended: list[Probe]) -> Estimate:
    if not ended:
        return Estimate(min_count, np.inf, np.inf, None, exact=False)
    last = ended[-1]
    before = ended[-2] if len(ended) > 1 else last
    step = max(np.log(before.min_count / last.min_count), np.log(1.01))
    factor = float(np.log(last.min_count / min_count) / step)
    # The search asked for passed its budget, so it has at least that.
    n_results = max(_grown(last.n_grown, before.n_grown, factor), PROBE_RESULTS)
    work = max(_grown(last.work, before.work, factor), PROBE_WORK)
    return Estimate(min_count, n_results, work * SCAN_S, last, exact=False)


def _grown(last: int, before: int, factor: float) -> float:
    growth = max(1.0, last / max(1, before))
    return float(np.exp(min(np.log(max(1, last)) + factor * np.log(growth), _MOST_LOG)))


def _explain(estimate: Estimate, config: MiningConfig) -> str:
    if estimate.suggested is None:
        return tr(
            "a minimum support of {units} gives more, or takes longer, than can be estimated: the "
            "search ended at no higher minimum that was tried. Lower the maximum length, or raise "
            "the minimum support",
            units=name_units(estimate.min_count, config),
        )
    probe = estimate.suggested
    return tr(
        "a minimum support of {units} would give about {results} results or more and take {time}; "
        "the limits are {most:,} results and {most_s:.0f} s. Raise it to {higher}, which gives "
        "{fewer:,} results, or lower the maximum length",
        units=name_units(estimate.min_count, config),
        results=_in_words(estimate.n_results),
        time=_time(estimate.elapsed_s),
        most=MAX_RESULTS,
        most_s=MAX_SECONDS,
        higher=name_units(probe.min_count, config),
        fewer=probe.n_results,
    )


_MOST_IN_WORDS = 1e18
_WORDS = (
    (1e15, mark("{n:,.0f} thousand million million")),
    (1e12, mark("{n:,.0f} million million")),
)


def _in_words(number: float) -> str:
    if number >= _MOST_IN_WORDS:
        return tr("more than a million million million")
    for size, said in _WORDS:
        if number >= size:
            return tr(said, n=number / size)
    return f"{float(f'{number:.2g}'):,.0f}"


def _time(seconds: float) -> str:
    minute, hour, day = 60.0, 3600.0, 86400.0
    if seconds > 365 * day:
        return tr("more than a year")
    for size, said in (
        (day, mark("about {n:,.0f} days")),
        (hour, mark("about {n:,.0f} hours")),
        (minute, mark("about {n:,.0f} minutes")),
    ):
        if seconds >= 2 * size:
            return tr(said, n=seconds / size)
    return tr("about {n:,.0f} s", n=seconds)
