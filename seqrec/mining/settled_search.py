"""The whole search for a configuration, once its size is known or expected to fit."""

from dataclasses import replace
from typing import TypeVar

from seqrec.mining.config import (
    MAX_RESULTS,
    ItemsetConfig,
    MiningConfig,
    PatternConfig,
    check_against_log,
)
from seqrec.mining.estimate import (
    MAX_SECONDS,
    PROBE_RESULTS,
    PROBE_WORK,
    SCAN_S,
    WideOpenError,
    choose_min_count,
    estimate_mining,
    refuse_wide_open,
)
from seqrec.mining.limits import Beyond, Control, Found, limits_of
from seqrec.mining.search import search
from seqrec.mining.units import Units

# A search may take this many times the limit, since the estimate of its time is a guess.
_PATIENCE = 5
# How often the first probe may pass over a large log, so that it gets past the first item.
_SCANS_OF_A_PROBE = 60
_MOST_WORK = int(_PATIENCE * MAX_SECONDS / SCAN_S)
Settled = TypeVar("Settled", ItemsetConfig, PatternConfig)


def search_settled(units: Units, config: MiningConfig, control: Control | None) -> Found:
    """The whole search for a configuration that `settle` gave.

    Raises:
        WideOpenError: the estimate was too low and the search ran into a limit.
    """
    found = search(units, limits_of(config, MAX_RESULTS, _MOST_WORK), control)
    return _whole(units, config, found)


def _whole(units: Units, config: MiningConfig, found: Found) -> Found:
    """A search that was given all it can get, if it got by with it or part of it is wanted."""
    if found.over_limit and not _is_partial(config):
        estimate = estimate_mining(units, config)
        seen = max(estimate.n_results, found.n_results), max(estimate.elapsed_s, MAX_SECONDS)
        more = replace(estimate, n_results=seen[0], elapsed_s=seen[1])
        raise WideOpenError(more, config)
    return found


def search_within(
    units: Units, config: Settled, control: Control | None = None
) -> tuple[Settled, Found]:
    """`settle` and `search_settled` in one: what a probe has found is not searched for again.

    Raises:
        ConfigError: the minimum count is above the number of histories or sessions.
        WideOpenError: the minimum count would give more than the limits allow, unless
            `config.partial` asks for what is found before.
    """
    check_against_log(config, units.n_units)
    if config.min_count is None:
        min_count = 1 if _top(config) else choose_min_count(units, config)
        config = replace(config, min_count=min_count)
    if not _top(config) and not _is_partial(config):
        control = control or Control()
        work = max(PROBE_WORK, _SCANS_OF_A_PROBE * len(units.items))
        # Two million itemsets take a fraction of a second: the first look may list them all.
        n_results = MAX_RESULTS if isinstance(config, ItemsetConfig) else PROBE_RESULTS
        probe = limits_of(config, n_results, work)
        beyond = Beyond(MAX_RESULTS, int(MAX_SECONDS / SCAN_S), _MOST_WORK)
        found = search(units, replace(probe, beyond=beyond), control)
        if not found.over_limit or found.max_results > n_results:
            return config, _whole(units, config, found)
        if not _is_near_the_end(found, control.progress):
            refuse_wide_open(units, config)
    return config, search_settled(units, config, control)


def _is_near_the_end(found: Found, progress: float) -> bool:
    """Whether a probe that ran into its limits would end within those of a whole search.

    The first items' shares of the work are a guess: see `parallel`. Of first items that gave
    nothing there is none: one long history has its only closed pattern behind the last of them.
    """
    if progress == 0 or found.n_results == 0:
        return False
    fits = found.n_results / progress <= MAX_RESULTS
    return fits and found.work / progress * SCAN_S <= MAX_SECONDS


def _top(config: MiningConfig) -> int:
    return (config.top or 0) if isinstance(config, PatternConfig) else 0


def _is_partial(config: MiningConfig) -> bool:
    return isinstance(config, PatternConfig) and config.partial
