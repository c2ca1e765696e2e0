"""Sliding windows: the runs of consecutive items that recur (n-grams)."""

import numpy as np
from numpy.typing import NDArray

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.config import NgramConfig, check_against_log
from seqrec.mining.levels import Level
from seqrec.mining.tables import ItemLists, NgramTable, by_count
from seqrec.mining.units import Units, choose_units


def mine_ngrams(
    database: SequenceDatabase, config: NgramConfig, level: Level | None = None
) -> NgramTable:
    """The n-grams of windows that slide over each history, those in most histories first.

    The first window starts at a history's first event, each next one `config.step` events later;
    one that would reach past the last event is left out. Sorts the windows once an item: about
    a second for ten million events and each item of the window.

    Args:
        database: the histories.
        config: width and step of the window, minimum count, scope.
        level: categories of the items, wanted by `config.scope.by_category`.

    Raises:
        ConfigError: the minimum count is above the number of histories.
    """
    units = choose_units(database, config.scope, level)
    check_against_log(config, units.n_units)
    starts, unit = _starts(units, config)
    numbers = np.zeros(len(starts), dtype=np.int64)
    for place in range(config.length):
        # Numbers of the n-grams so far, told apart further by their next item.
        here = units.items[starts + place]
        _, numbers = np.unique(numbers * (units.n_items + 1) + here, return_inverse=True)
    n_grams = int(numbers.max(initial=-1)) + 1
    n_occurrences = np.bincount(numbers, minlength=n_grams)
    first = np.zeros(n_grams, dtype=np.int64)
    first[numbers[::-1]] = starts[::-1]
    held = np.unique(numbers * max(units.n_units, 1) + unit) // max(units.n_units, 1)
    counts = np.bincount(held, minlength=n_grams)
    rows = np.flatnonzero(counts >= config.min_count)
    items = units.items[first[rows][:, None] + np.arange(config.length)].astype(np.int32)
    offsets = np.arange(len(rows) + 1, dtype=np.int64) * config.length
    lists = ItemLists(items.reshape(-1), offsets)
    order = by_count(lists, counts[rows])
    return NgramTable(
        items=lists.take(order),
        counts=counts[rows][order],
        n_occurrences=n_occurrences[rows][order],
        n_histories=units.n_units,
        n_windows=len(starts),
    )


def _starts(units: Units, config: NgramConfig) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each window starts, and its unit."""
    lengths = np.diff(units.bounds)
    n_windows = np.maximum(0, (lengths - config.length) // config.step + 1)
    unit = np.repeat(np.arange(units.n_units), n_windows)
    before = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(n_windows)])
    number = np.arange(before[-1]) - before[unit]
    return units.bounds[unit] + number * config.step, unit
