import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.errors import ConfigError, OverLimitError
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import sequence_search
from seqrec.mining.conditions import ItemFilter, PatternKind
from seqrec.mining.config import PatternConfig
from seqrec.mining.limits import Control, Limits
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.search import search
from seqrec.mining.units import Units
from tests import oracles
from tests.mining.conftest import ReadBenchmark
from tests.mining.test_patterns import HISTORIES, as_dict

WANTED = {PatternKind.CLOSED: oracles.closed, PatternKind.MAXIMAL: oracles.maximal}


@pytest.mark.parametrize("few", [0, 200_000], ids=["pruned", "marked"])
@pytest.mark.parametrize("kind", list(WANTED))
@settings(max_examples=150, deadline=None)
@given(HISTORIES, st.integers(1, 4), st.integers(1, 3), st.none() | st.integers(3, 4))
def test_closed_and_maximal_equal_those_among_all(
    few: int,
    kind: PatternKind,
    histories: list[list[int]],
    min_count: int,
    min_length: int,
    max_length: int | None,
) -> None:
    database = SequenceDatabase.from_histories(histories)
    min_count = min(min_count, len(histories))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sequence_search, "_FEW_RESULTS", few)
        config = PatternConfig(min_count, min_length, max_length, kind)
        mined = as_dict(mine_patterns(database, config))
    every = WANTED[kind](oracles.mine_patterns(histories, min_count))
    assert mined == {
        pattern: count
        for pattern, count in every.items()
        if min_length <= len(pattern) <= (max_length or 99)
    }


@pytest.mark.parametrize("kind", [PatternKind.ALL, PatternKind.CLOSED])
@settings(max_examples=150, deadline=None)
@given(HISTORIES, st.integers(1, 30), st.integers(1, 3))
def test_top_keeps_the_most_frequent_and_all_ties(
    kind: PatternKind, histories: list[list[int]], k: int, min_length: int
) -> None:
    database = SequenceDatabase.from_histories(histories)
    mined = mine_patterns(database, PatternConfig(None, min_length, kind=kind, top=k))
    every = oracles.mine_patterns(histories, 1)
    if kind is PatternKind.CLOSED:
        every = oracles.closed(every)
    long = {pattern: count for pattern, count in every.items() if len(pattern) >= min_length}
    assert as_dict(mined) == oracles.top(long, k)


ITEMS = st.lists(st.integers(1, 6), max_size=2).map(tuple)
FILTERS = st.builds(ItemFilter, ITEMS, ITEMS, ITEMS)


@pytest.mark.parametrize("kind", list(PatternKind))
@pytest.mark.parametrize("few", [0, 200_000], ids=["pruned", "marked"])
@settings(max_examples=100, deadline=None)
@given(HISTORIES, FILTERS, st.none() | st.integers(1, 8))
def test_conditions_on_items_equal_filtering(
    few: int,
    kind: PatternKind,
    histories: list[list[int]],
    items: ItemFilter,
    k: int | None,
) -> None:
    k = None if kind is PatternKind.MAXIMAL else k
    database = SequenceDatabase.from_histories(histories)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sequence_search, "_FEW_RESULTS", few)
        mined = mine_patterns(database, PatternConfig(1, kind=kind, items=items, top=k))
    every = oracles.mine_patterns(histories, 1)
    every = WANTED[kind](every) if kind in WANTED else every
    kept = {
        pattern: count
        for pattern, count in every.items()
        if set(items.contains) <= set(pattern)
        and (not items.starts_with or pattern[0] in items.starts_with)
        and (not items.ends_with or pattern[-1] in items.ends_with)
    }
    assert as_dict(mined) == (kept if k is None else oracles.top(kept, k))


@pytest.mark.parametrize("kind", list(PatternKind))
def test_result_does_not_depend_on_the_number_of_threads(kind: PatternKind) -> None:
    random = np.random.default_rng(11)
    draws = np.minimum(random.zipf(1.4, size=(300, 20)), 30)
    units = Units.histories(SequenceDatabase.from_histories(draws.tolist()))
    one, three = (
        search(units, Limits(40, kind=kind), Control(n_threads=n)).lists() for n in (1, 3)
    )
    assert one[0].items.tolist() == three[0].items.tolist()
    assert one[0].offsets.tolist() == three[0].offsets.tolist()
    assert one[1].tolist() == three[1].tolist()


def test_pattern_longer_than_a_mask_of_periods_is_closed() -> None:
    history = list(range(1, 71))
    database = SequenceDatabase.from_histories([history, history])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sequence_search, "_FEW_RESULTS", 0)
        mined = mine_patterns(database, PatternConfig(2, kind=PatternKind.CLOSED))
    assert as_dict(mined) == {tuple(history): 2}


def test_closed_patterns_of_one_long_history_are_stopped_by_their_work() -> None:
    history = np.random.default_rng(2).integers(1, 300, 20_000).tolist()
    database = SequenceDatabase.from_histories([history])
    with pytest.raises(OverLimitError, match="of 1 user gives more, or takes longer"):
        mine_patterns(database, PatternConfig(1, kind=PatternKind.CLOSED))


def test_top_maximal_patterns_are_refused() -> None:
    with pytest.raises(ConfigError, match="which the top patterns leave open; choose closed"):
        PatternConfig(kind=PatternKind.MAXIMAL, top=10)


def test_top_of_none_is_refused() -> None:
    with pytest.raises(ConfigError, match="the top 0 patterns are none; choose 1 or more"):
        PatternConfig(top=0)


@pytest.mark.parametrize(
    ("name", "min_count", "n_closed", "n_maximal"),
    [
        ("bmswebview1", 40, 29_489, 9_827),
        ("kosarak25k", 50, 9_005, 1_910),
        ("leviathan", 117, 32_655, 17_124),
        ("sign", 73, 109_743, 31_311),
    ],
)
def test_numbers_of_closed_and_maximal_equal_those_of_other_miners(
    read_benchmark: ReadBenchmark, name: str, min_count: int, n_closed: int, n_maximal: int
) -> None:
    database = read_benchmark(f"sequences/{name}.spmf.txt.gz")
    sizes = [
        len(mine_patterns(database, PatternConfig(min_count, kind=kind)).items)
        for kind in (PatternKind.CLOSED, PatternKind.MAXIMAL)
    ]
    assert sizes == [n_closed, n_maximal]


def test_closed_are_found_where_all_would_explode(read_benchmark: ReadBenchmark) -> None:
    config = PatternConfig(25, kind=PatternKind.CLOSED)
    table = mine_patterns(read_benchmark("sequences/kosarak25k.spmf.txt.gz"), config)
    assert len(table.items) == 42_671
