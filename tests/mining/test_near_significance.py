"""Chance within limits of gap and span, and of items and categories at once."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.conditions import NearLimits, Scope
from seqrec.mining.config import PatternConfig
from seqrec.mining.levels import Level
from seqrec.mining.order_judges import PlaceJudge
from seqrec.mining.order_significance import judge_patterns
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.place_kernels import place_units
from seqrec.mining.tables import ItemLists, PatternTable
from seqrec.mining.units import choose_symbols
from tests import oracles

N_LOGS = 20
N_DRAWS = 4_000
# Standard errors of 819 shuffles: so many does a history of five events get.
FOUR_ERRORS = 0.07
TIMES_S = [0, 10, 15, 100, 110]
BOTH = Scope(both_levels=True)
# Items 1 and 2 are of category 1 (symbol 5), 3 of category 2 (symbol 6), 4 of none.
LEVEL = Level(np.array([0, 1, 1, 2, 0], dtype=np.int32), np.array(["", "x", "y"], dtype=object))
LIMITS = [
    NearLimits(max_gap=0),
    NearLimits(max_gap=1),
    NearLimits(max_gap_s=10),
    NearLimits(max_span_s=20),
    NearLimits(max_gap=0, max_span_s=15),
]


def judged_share(config: PatternConfig, database: SequenceDatabase, pattern: list[int]) -> float:
    """Measured share of shuffles of the only history that hold a pattern."""
    level = LEVEL if config.scope.both_levels else None
    units = choose_symbols(database, config.scope, level)
    table = PatternTable(ItemLists.from_lists([pattern]), np.array([1]), 1)
    judge = PlaceJudge.of(units, table, config.near)
    lists = (np.array(pattern, dtype=np.int32), np.array([0, len(pattern)]))
    draws = (N_DRAWS, N_DRAWS, 1)
    n_holders, _, shares = place_units(judge.events, lists, judge.index, judge.near, draws)
    assert n_holders[0] == 1
    return float(shares[0])


def near_oracle(history: list[int], pattern: tuple[int, ...], near: NearLimits) -> bool:
    return pattern in oracles.near_patterns([history], [TIMES_S], near, len(pattern))


@pytest.mark.parametrize("near", LIMITS)
@pytest.mark.parametrize("pattern", [(1, 2), (1, 2, 1), (1, 1), (1, 3, 2)])
def test_shuffles_measure_the_chance_within_limits(near: NearLimits, pattern: tuple) -> None:
    """All orders of the events over the same times, listed."""
    history = [1, 2, 1, 2, 3]
    ways = list(permutations(history))
    chance = sum(near_oracle(list(way), pattern, near) for way in ways) / len(ways)
    database = replace(
        SequenceDatabase.from_histories([history]), times_s=np.array(TIMES_S, dtype=np.int64)
    )
    share = judged_share(PatternConfig(1, near=near), database, list(pattern))
    assert share == pytest.approx(chance, abs=FOUR_ERRORS)


@pytest.mark.parametrize("pattern", [(1, 5), (5, 1), (5, 6), (2, 5, 6), (5, 5, 5)])
def test_shuffles_of_both_levels_move_an_event_with_its_category(pattern: tuple) -> None:
    history = [1, 2, 3, 1, 4]
    symbols = {1: {1, 5}, 2: {2, 5}, 3: {3, 6}, 4: {4}}
    ways = list(permutations(history))

    def holds(way: tuple[int, ...]) -> bool:
        place = 0
        for item in way:
            place += place < len(pattern) and pattern[place] in symbols[item]
        return place == len(pattern)

    chance = sum(holds(way) for way in ways) / len(ways)
    database = replace(SequenceDatabase.from_histories([history]), n_items=4)
    share = judged_share(PatternConfig(1, scope=BOTH), database, list(pattern))
    assert share == pytest.approx(chance, abs=FOUR_ERRORS)


def test_a_draw_of_many_holders_measures_their_mean_chance() -> None:
    """Pairs side by side in histories of 2 and of 10 events: chances of 1/2 and 1/10."""
    histories = [[1, 2], [1, 2, *range(3, 11)]] * 3_000
    database = SequenceDatabase.from_histories(histories)
    table = PatternTable(ItemLists.from_lists([[1, 2]]), np.array([1]), len(histories))
    judge = PlaceJudge.of(choose_symbols(database, Scope()), table, NearLimits(max_gap=0))
    lists = (np.array([1, 2], dtype=np.int32), np.array([0, 2]))
    made = place_units(judge.events, lists, judge.index, judge.near, (10, 2_000, 1))
    assert (made[0][0], made[1][0]) == (6_000, 2_000)
    assert made[2][0] == pytest.approx(0.3, abs=0.041)


def shuffled(seed: int, n_users: int = 300, n_items: int = 10) -> list[list[int]]:
    """Histories of Zipf-like items; their order is random."""
    random = np.random.default_rng(seed)
    weights = 1 / np.arange(1, n_items + 1)
    items = np.arange(1, n_items + 1)
    lengths = random.integers(4, 12, n_users)
    return [random.choice(items, n, p=weights / weights.sum()).tolist() for n in lengths]


def timed(histories: list[list[int]], seed: int) -> SequenceDatabase:
    """Histories with bursts: a few seconds, now and then an hour, between events."""
    database = SequenceDatabase.from_histories(histories)
    random = np.random.default_rng(seed)
    gaps = np.where(random.random(database.n_events) < 0.3, 3_600, random.integers(1, 60))
    return replace(database, times_s=np.cumsum(gaps))


def discoveries(
    database: SequenceDatabase, near: NearLimits, scope: Scope | None = None
) -> set[tuple[int, ...]]:
    config = PatternConfig(15, max_length=3, near=near, scope=scope or Scope())
    level = of_pairs(database.n_items) if config.scope.both_levels else None
    patterns = mine_patterns(database, config, level=level)
    found = np.flatnonzero(judge_patterns(database, patterns, config, level).discoveries())
    return set(patterns.items.take(found))


def of_pairs(n_items: int) -> Level:
    """Items 1 and 2 are of the first category, 3 and 4 of the second, and so on."""
    ids = (np.arange(n_items + 1) + 1) // 2
    titles = np.array(["", *(f"c{c}" for c in range(1, ids[-1] + 1))], dtype=object)
    return Level(ids.astype(np.int32), titles)


@pytest.mark.parametrize(
    ("near", "scope"),
    [
        (NearLimits(max_gap=0), Scope()),
        (NearLimits(max_gap_s=120), Scope()),
        (NearLimits(max_span_s=3_700), Scope()),
        (NearLimits(), BOTH),
    ],
)
def test_shuffled_logs_give_no_more_discoveries_than_the_level(near, scope) -> None:
    false = sum(
        bool(discoveries(timed(shuffled(seed, 120, 8), seed), near, scope))
        for seed in range(N_LOGS)
    )
    assert false <= 0.05 * N_LOGS


PLANTED = [(20, 21), (22, 23), (24, 25, 26), (27, 28), (29, 29)]


def with_planted(log: list[list[int]]) -> list[list[int]]:
    """The five patterns side by side, each in 60 histories, at a random place."""
    random = np.random.default_rng(99)
    for place, pattern in enumerate(PLANTED):
        for row in range(place * 60, place * 60 + 60):
            at = int(random.integers(0, len(log[row]) + 1))
            log[row][at:at] = pattern
    return log


def test_patterns_planted_side_by_side_are_found_within_a_gap() -> None:
    """One repeated too, which without limits has no order to test."""
    found = discoveries(timed(with_planted(shuffled(7)), 7), NearLimits(max_gap=0))
    assert set(PLANTED) <= found
    planted = {item for pattern in PLANTED for item in pattern}
    assert all(planted & set(items) for items in found)


def test_planted_order_of_categories_is_found_among_both_levels() -> None:
    """Any item of category 8 (15 or 16) comes before any of category 9 (17 or 18)."""
    random = np.random.default_rng(5)
    log = shuffled(8)
    for history in log[:120]:
        history.insert(0, int(random.integers(15, 17)))
        history.append(int(random.integers(17, 19)))
    database = SequenceDatabase.from_histories(log)
    symbols = (database.n_items + 8, database.n_items + 9)
    assert symbols in discoveries(database, NearLimits(), BOTH)


def test_one_item_alone_is_not_tested_within_limits() -> None:
    database = SequenceDatabase.from_histories([[1, 1, 2], [1, 1, 3]])
    config = PatternConfig(2, near=NearLimits(max_gap=0))
    patterns = mine_patterns(database, config)
    judged = judge_patterns(database, patterns, config)
    assert list(patterns.items) == [(1,), (1, 1)]
    assert np.isnan(judged.p_values).tolist() == [True, False]
