import time
from threading import Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.errors import ConfigError, OverLimitError
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import kernels
from seqrec.mining import limits as limits_module
from seqrec.mining.config import PatternConfig
from seqrec.mining.limits import Control, Limits
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.search import search
from seqrec.mining.settled_search import search_within
from seqrec.mining.tables import PatternTable
from seqrec.mining.units import Units
from tests import oracles
from tests.mining.conftest import ReadBenchmark

HISTORIES = st.lists(st.lists(st.integers(1, 5), min_size=1, max_size=9), min_size=1, max_size=8)


def as_dict(table: PatternTable) -> dict[tuple[int, ...], int]:
    return dict(zip(table.items, table.counts.tolist(), strict=True))


@settings(max_examples=150, deadline=None)
@given(HISTORIES, st.integers(1, 4), st.integers(1, 3), st.none() | st.integers(3, 5))
def test_patterns_equal_their_definition(
    histories: list[list[int]], min_count: int, min_length: int, max_length: int | None
) -> None:
    database = SequenceDatabase.from_histories(histories)
    min_count = min(min_count, database.n_users)
    config = PatternConfig(min_count, min_length, max_length)
    mined = as_dict(mine_patterns(database, config))
    assert mined == oracles.mine_patterns(histories, min_count, min_length, max_length)


def test_item_twice_in_a_history_counts_once() -> None:
    database = SequenceDatabase.from_histories([[1, 2, 1, 1], [2, 1]])
    mined = as_dict(mine_patterns(database, PatternConfig(min_count=1, max_length=2)))
    assert mined == {(1,): 2, (2,): 2, (2, 1): 2, (1, 2): 1, (1, 1): 1}


def test_most_frequent_come_first_and_short_before_long() -> None:
    database = SequenceDatabase.from_histories([[3, 1], [3, 1], [3, 2]])
    table = mine_patterns(database, PatternConfig(min_count=1))
    assert list(table.items)[:3] == [(3,), (1,), (3, 1)]
    assert table.counts.tolist() == sorted(table.counts.tolist(), reverse=True)


def test_one_history_gives_its_subsequences() -> None:
    database = SequenceDatabase.from_histories([[1, 2, 3]])
    assert len(mine_patterns(database, PatternConfig(min_count=1)).items) == 7


def test_support_that_nothing_meets_gives_an_empty_table() -> None:
    database = SequenceDatabase.from_histories([[1], [2], [3]])
    table = mine_patterns(database, PatternConfig(min_count=3))
    assert len(table.items) == 0
    assert table.n_histories == 3


def test_support_above_the_number_of_histories_is_refused() -> None:
    database = SequenceDatabase.from_histories([[1], [2]])
    with pytest.raises(ConfigError, match=r"3 users, but the log has 2; choose at most 2"):
        mine_patterns(database, PatternConfig(min_count=3))


def test_cancelled_search_gives_no_part_of_the_result() -> None:
    control = Control()
    control.cancel()
    database = SequenceDatabase.from_histories([[1, 2, 3], [1, 2, 3]])
    with pytest.raises(OverLimitError, match="cancelled"):
        mine_patterns(database, PatternConfig(min_count=1), control)


def test_a_running_search_ends_soon_after_it_is_cancelled() -> None:
    random = np.random.default_rng(7)
    database = SequenceDatabase.from_histories(random.integers(1, 9, (400, 200)).tolist())
    control, ended = Control(n_threads=2), []
    units = Units.histories(database)
    search(units, Limits(399, max_length=1))  # Compiled before the clock runs.
    config = PatternConfig(1, partial=True)
    thread = Thread(target=lambda: ended.append(search_within(units, config, control)[1]))
    thread.start()
    while control.slots[kernels.N_FIRST] == 0:
        time.sleep(0.001)
    started = time.perf_counter()
    control.cancel()
    thread.join()
    # A fifth of a second on a machine of its own.
    assert time.perf_counter() - started < 1.0
    assert ended[0].reason == "the search was cancelled"


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(1, max_results=1_000), "limit of results after 1,000 results"),
        (Limits(1, max_work=100), "limit of events scanned"),
    ],
)
def test_search_keeps_to_its_limits(limits: Limits, reason: str) -> None:
    units = Units.histories(SequenceDatabase.from_histories([list(range(1, 60))]))
    found = search(units, limits)
    assert len(found.trie) <= 10_000
    with pytest.raises(OverLimitError, match=reason):
        found.lists()


def test_results_that_memory_does_not_hold_are_refused_or_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits_module, "MAX_ITEMS", 5)
    database = SequenceDatabase.from_histories([[1, 2, 3]])
    with pytest.raises(OverLimitError, match="7 results hold 12 items, more than the limit of 5"):
        mine_patterns(database, PatternConfig(1))
    cut = mine_patterns(database, PatternConfig(1, partial=True))
    assert 0 < int(cut.items.lengths.sum()) <= 5
    assert not cut.complete


def test_database_is_not_written_to() -> None:
    database = SequenceDatabase.from_histories([[2, 1, 2], [1, 2]])
    for array in (database.items, database.offsets):
        array.setflags(write=False)
    mine_patterns(database, PatternConfig(min_count=1))
    assert database.items.tolist() == [2, 1, 2, 1, 2]


@pytest.mark.parametrize(
    ("name", "min_count", "n_patterns"),
    [
        ("sequences/bmswebview1.spmf.txt.gz", 40, 48_543),
        ("sequences/kosarak25k.spmf.txt.gz", 50, 15_679),
        ("sequences/leviathan.spmf.txt.gz", 117, 33_387),
        ("sequences/sign.spmf.txt.gz", 73, 110_417),
    ],
)
def test_number_of_patterns_equals_that_of_other_miners(
    read_benchmark: ReadBenchmark, name: str, min_count: int, n_patterns: int
) -> None:
    table = mine_patterns(read_benchmark(name), PatternConfig(min_count))
    assert len(table.items) == n_patterns
    assert np.all(table.counts >= min_count)
