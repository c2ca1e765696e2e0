import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.errors import ConfigError, OverLimitError
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import itemset_lists, itemset_search, reference
from seqrec.mining.conditions import PatternKind
from seqrec.mining.config import Engine, ItemsetConfig
from seqrec.mining.itemset_lists import list_itemsets
from seqrec.mining.itemset_search import search_itemsets
from seqrec.mining.itemsets import mine_itemsets
from seqrec.mining.limits import Control, Limits
from seqrec.mining.tables import ItemsetTable
from seqrec.mining.units import Units
from tests import oracles
from tests.mining.conftest import ReadBenchmark

SESSIONS = st.lists(st.lists(st.integers(1, 7), min_size=1, max_size=8), min_size=1, max_size=12)


def as_dict(table: ItemsetTable) -> dict[tuple[int, ...], int]:
    return dict(zip(table.items, table.counts.tolist(), strict=True))


@pytest.mark.parametrize("engine", list(Engine))
@settings(max_examples=60, deadline=None)
@given(SESSIONS, st.integers(1, 4), st.integers(1, 6))
def test_itemsets_equal_their_definition(
    engine: Engine, sessions: list[list[int]], min_count: int, max_length: int
) -> None:
    database = SequenceDatabase.from_histories(sessions)
    min_count = min(min_count, len(sessions))
    mined = mine_itemsets(database, ItemsetConfig(min_count, max_length, engine=engine))
    assert as_dict(mined) == oracles.mine_itemsets(sessions, min_count, max_length)
    assert mined.n_transactions == len(sessions)


@pytest.mark.parametrize("kind", list(PatternKind))
@pytest.mark.parametrize("words", [(4_096, 1), (2, 0), (0, 0)])
@settings(max_examples=60, deadline=None)
@given(SESSIONS, st.integers(1, 4), st.sampled_from([1, 2, 3, 20]))
def test_every_kind_is_chosen_from_all_itemsets(
    kind: PatternKind,
    words: tuple[int, int],
    sessions: list[list[int]],
    min_count: int,
    max_length: int,
) -> None:
    every = oracles.mine_itemsets(sessions, min_count, 20)
    wanted = {
        items: count
        for items, count in every.items()
        if len(items) <= max_length and is_kept(items, every, kind)
    }
    units = Units.transactions(SequenceDatabase.from_histories(sessions))
    limits = Limits(min_count, max_length, max_results=10_000, kind=kind)
    # In columns of bits of the whole log, of each item's transactions, or in lists of places.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(itemset_search, "FEW_WORDS", words[0])
        patch.setattr(itemset_search, "WORDS_PER_ONE", words[1])
        found = search_itemsets(units, limits, Control(n_threads=2))
    mined = list_itemsets(found, units.n_units, min_count)
    assert as_dict(mined) == wanted
    assert len(mined.items) == len(wanted)


def is_kept(items: tuple[int, ...], every: dict[tuple[int, ...], int], kind: PatternKind) -> bool:
    larger = [count for other, count in every.items() if set(items) < set(other)]
    if kind is PatternKind.CLOSED:
        return every[items] not in larger
    return kind is PatternKind.ALL or not larger


@pytest.mark.parametrize("kind", list(PatternKind))
def test_result_does_not_depend_on_how_it_is_found(kind: PatternKind) -> None:
    random = np.random.default_rng(2)
    items = np.minimum(random.zipf(1.4, size=(3_000, 8)), 60)
    units = Units.transactions(SequenceDatabase.from_histories(items.tolist()))
    results = []
    for words, n_threads in ((4_096, 1), (64, 2), (0, 2)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(itemset_search, "FEW_WORDS", words)
            patch.setattr(itemset_search, "WORDS_PER_ONE", min(words, 1))
            found = search_itemsets(units, Limits(5, 20, kind=kind), Control(n_threads=n_threads))
        results.append(list_itemsets(found, units.n_units, 5))
    first = results[0]
    for other in results[1:]:
        assert as_dict(other) == as_dict(first)
        assert other.counts.tolist() == first.counts.tolist()


def test_itemsets_come_by_count_then_length_then_items() -> None:
    database = SequenceDatabase.from_histories([[3, 1], [1, 3], [2], [2, 1]])
    mined = mine_itemsets(database, ItemsetConfig(1))
    assert list(mined.items) == [(1,), (2,), (3,), (1, 3), (1, 2)]
    assert mined.counts.tolist() == [3, 2, 2, 2, 1]


@settings(max_examples=40, deadline=None)
@given(SESSIONS, st.sampled_from(list(PatternKind)))
def test_order_does_not_depend_on_how_it_is_sorted(
    sessions: list[list[int]], kind: PatternKind
) -> None:
    units = Units.transactions(SequenceDatabase.from_histories(sessions))
    found = search_itemsets(units, Limits(1, kind=kind))
    as_one_number = list_itemsets(found, units.n_units, 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(itemset_lists, "KEY_BITS", 0)
        key_by_key = list_itemsets(found, units.n_units, 1)
    assert list(as_one_number.items) == list(key_by_key.items)
    assert as_one_number.counts.tolist() == key_by_key.counts.tolist()


def test_a_cancelled_search_ends_within_a_fifth_of_a_second() -> None:
    random = np.random.default_rng(4)
    sessions = random.random((4_000, 60)) < 0.6
    rows = [(np.flatnonzero(session) + 1).tolist() for session in sessions]
    units = Units.transactions(SequenceDatabase.from_histories(rows))
    limits = Limits(100, 20, max_results=2_000_000, kind=PatternKind.CLOSED)
    search_itemsets(units, replace(limits, min_count=3_000))  # Compiled, or read from disk.
    control, asked = Control(n_threads=1), []

    def ask() -> None:
        asked.append(time.monotonic())
        control.cancel()

    timer = threading.Timer(0.3, ask)
    timer.start()
    found = search_itemsets(units, limits, control)
    ended = time.monotonic()
    timer.join()
    assert ended - asked[0] < 0.2
    with pytest.raises(OverLimitError, match="the search was cancelled"):
        found.check_complete()


def test_more_results_than_the_limit_end_the_search() -> None:
    units = Units.transactions(SequenceDatabase.from_histories([list(range(1, 31))] * 2))
    found = search_itemsets(units, Limits(1, 20, max_results=1_000))
    assert found.over_limit
    with pytest.raises(OverLimitError, match=r"passed its limit of results after 1,000 results"):
        found.check_complete()


@pytest.mark.parametrize("words", [4_096, 0])
def test_only_maximal_sets_count_towards_the_limit_of_maximal_sets(words: int) -> None:
    # Each session is maximal and has 2^6 - 2 parts that are not.
    rows = [list(range(first, first + 6)) for first in range(1, 60, 6)] * 2
    units = Units.transactions(SequenceDatabase.from_histories(rows))
    limits = Limits(2, 20, max_results=10, kind=PatternKind.MAXIMAL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(itemset_search, "FEW_WORDS", words)
        patch.setattr(itemset_search, "WORDS_PER_ONE", min(words, 1))
        found = search_itemsets(units, limits)
    assert found.complete
    assert found.n_results == 10


def test_other_kinds_are_not_counted_by_mlxtend() -> None:
    with pytest.raises(ConfigError, match="closed itemsets are counted by seqrec alone"):
        ItemsetConfig(2, engine=Engine.MLXTEND, kind=PatternKind.CLOSED)


@pytest.mark.parametrize("engine", list(Engine))
def test_support_that_nothing_meets_gives_an_empty_table(engine: Engine) -> None:
    database = SequenceDatabase.from_histories([[1], [2]])
    assert as_dict(mine_itemsets(database, ItemsetConfig(2, engine=engine))) == {}


def test_transactions_are_sessions_not_users() -> None:
    database = SequenceDatabase.from_histories([[1, 2, 1], [2]])
    split = SequenceDatabase(**{**vars(database), "session_ids": np.array([0, 1, 1, 2])})
    mined = mine_itemsets(split, ItemsetConfig(1))
    assert as_dict(mined) == {(2,): 2, (1,): 2, (1, 2): 1}
    assert mined.n_transactions == 3


def test_support_above_the_number_of_sessions_is_refused() -> None:
    database = SequenceDatabase.from_histories([[1], [2]])
    with pytest.raises(ConfigError, match=r"9 sessions, but the log has 2; choose at most 2"):
        mine_itemsets(database, ItemsetConfig(9))


def test_mlxtend_refuses_a_table_that_would_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "MAX_CELLS", 3)
    units = Units.transactions(SequenceDatabase.from_histories([[1, 2], [1, 2]]))
    with pytest.raises(OverLimitError, match=r"2 sessions by 2 items.*choose the embedded"):
        reference.mine_itemsets(units, 1, 2)


@pytest.mark.parametrize(
    ("name", "min_count", "n_itemsets"),
    [
        ("baskets/retail.dat.gz", 88, 7_712),
        ("baskets/t10i4d100k.dat.gz", 100, 27_532),
        # 53,582 is printed elsewhere: pyfim leaves out {85}, which every transaction holds.
        ("baskets/mushroom.dat.gz", 1625, 53_583),
        ("baskets/mushroom.dat.gz", 812, 574_513),
        ("baskets/chess.dat.gz", 2557, 8_227),
        ("baskets/chess.dat.gz", 1918, 254_944),
    ],
)
def test_number_of_itemsets_equals_that_of_other_miners(
    read_benchmark: ReadBenchmark, name: str, min_count: int, n_itemsets: int
) -> None:
    config = ItemsetConfig(min_count, max_length=20)
    assert len(mine_itemsets(read_benchmark(name), config).items) == n_itemsets


@pytest.mark.parametrize(
    ("name", "min_count", "n_closed", "n_maximal"),
    [
        ("baskets/retail.dat.gz", 88, 7_695, 3_507),
        ("baskets/t10i4d100k.dat.gz", 100, 26_806, 4_054),
        ("baskets/chess.dat.gz", 1918, 98_392, 3_323),
        # pyfim: 1,196, without {85}.
        ("baskets/mushroom.dat.gz", 1625, 1_197, 158),
    ],
)
def test_closed_and_maximal_itemsets_equal_those_of_pyfim(
    read_benchmark: ReadBenchmark, name: str, min_count: int, n_closed: int, n_maximal: int
) -> None:
    database = read_benchmark(name)
    for kind, expected in ((PatternKind.CLOSED, n_closed), (PatternKind.MAXIMAL, n_maximal)):
        mined = mine_itemsets(database, ItemsetConfig(min_count, 20, kind=kind))
        assert len(mined.items) == expected
