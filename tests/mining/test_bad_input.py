"""What an analyst may ask for, or upload, that a search must survive."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.errors import ConfigError
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import limits, sequence_search, settled_search
from seqrec.mining.conditions import NearLimits, PatternKind
from seqrec.mining.config import (
    ItemsetConfig,
    ItemsetSequenceConfig,
    NgramConfig,
    PatternConfig,
    SequentialRuleConfig,
)
from seqrec.mining.estimate import WideOpenError
from seqrec.mining.itemset_sequences import mine_itemset_sequences
from seqrec.mining.itemsets import mine_itemsets
from seqrec.mining.limits import Control, Found, Limits
from seqrec.mining.ngrams import mine_ngrams
from seqrec.mining.order_significance import judge_patterns
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.sequence_search import search_sequences
from seqrec.mining.sequential_rules import mine_sequential_rules
from seqrec.mining.step_times import measure_steps
from seqrec.mining.units import Units
from tests import oracles
from tests.mining.test_patterns import as_dict

MINERS = [
    (mine_patterns, PatternConfig),
    (mine_itemsets, ItemsetConfig),
    (mine_itemset_sequences, ItemsetSequenceConfig),
    (mine_sequential_rules, SequentialRuleConfig),
    (mine_ngrams, lambda count: NgramConfig(min_count=count)),
]
SMALL = SequenceDatabase.from_histories([[1, 2], [1, 2], [2, 1]])


def flat(items: np.ndarray, n_users: int) -> SequenceDatabase:
    """Histories of equal length from one array, without a list of lists."""
    length = len(items) // n_users
    rows = np.repeat(np.arange(n_users), length)
    return SequenceDatabase(
        items=items.astype(np.int32),
        times_s=np.arange(len(items)),
        offsets=np.arange(n_users + 1) * length,
        session_ids=rows,
        event_ids=np.zeros(len(items), dtype=np.int16),
        n_items=int(items.max()),
        fingerprint="flat",
    )


@pytest.mark.parametrize(("mine", "config"), MINERS)
def test_a_support_of_nothing_or_of_more_than_all_is_refused(mine, config) -> None:
    with pytest.raises(ConfigError, match="minimum support is 0; everything occurs 0 times"):
        config(0)
    with pytest.raises(ConfigError, match="the log has 3; choose at most 3"):
        mine(SMALL, config(4))


@pytest.mark.parametrize(("mine", "config"), MINERS)
def test_one_history_is_mined(mine, config) -> None:
    found = mine(SequenceDatabase.from_histories([[1, 2, 3, 1]]), config(1))
    counts = found.counts if hasattr(found, "counts") else found.n_both
    assert set(counts.tolist()) == {1}


def test_a_history_of_100_000_events_among_short_ones_is_mined() -> None:
    random = np.random.default_rng(1)
    long = (random.zipf(1.3, 100_000) % 1000 + 1).tolist()
    short = [(random.zipf(1.3, 50) % 1000 + 1).tolist() for _ in range(200)]
    histories = [long, *short]
    config = PatternConfig(min_length=2, max_length=10)
    found = mine_patterns(SequenceDatabase.from_histories(histories), config)
    assert len(found.items) > 0
    for pattern, count in list(as_dict(found).items())[:20]:
        assert count == sum(oracles.holds(history, pattern) for history in histories)


def test_what_passes_the_memory_is_cut_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_ITEMS", 1_000)
    long = np.random.default_rng(2).integers(1, 40, 2_000)
    found = mine_patterns(flat(long, 1), PatternConfig(1, max_length=3, partial=True))
    assert 0 < len(found.items.items) <= 1_000
    assert "memory" in found.stopped_by


def test_one_item_all_over_is_a_pattern_of_each_length() -> None:
    database = flat(np.ones(200_000), 100)  # 2,000 times in each of 100 histories
    config = PatternConfig(100, max_length=5)
    found = mine_patterns(database, config)
    assert as_dict(found) == {(1,) * length: 100 for length in range(1, 6)}
    judged = judge_patterns(database, found, config)
    # Whatever the order, it is the same: chance explains it wholly.
    assert not judged.discoveries().any()
    near = PatternConfig(100, max_length=5, near=NearLimits(max_gap=0))
    assert as_dict(mine_patterns(database, near)) == as_dict(found)


def test_one_item_in_a_row_costs_no_more_than_the_longest_pattern() -> None:
    units = Units.histories(flat(np.ones(1_000_000), 1))
    found = search_sequences(units, Limits(1, max_length=50))
    assert found.trie[:, 2].tolist() == [1] * 50
    # Each pattern passes over the 51 events that are left, and the end of the history.
    assert found.work <= 50 * 52


def test_one_item_in_a_row_without_a_longest_pattern_is_cut_by_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "MAX_ITEMS", 1_000)
    database = flat(np.ones(1_000_000), 1)
    found = mine_patterns(database, PatternConfig(1, partial=True))
    # 1 + 2 + ... + 44 items are 990.
    assert as_dict(found) == {(1,) * length: 1 for length in range(1, 45)}
    assert found.stopped_by == "the results passed their limit of memory"


@pytest.mark.parametrize("kind", [PatternKind.CLOSED, PatternKind.MAXIMAL])
def test_the_one_closed_pattern_of_a_row_has_its_whole_length(
    monkeypatch: pytest.MonkeyPatch, kind: PatternKind
) -> None:
    monkeypatch.setattr(limits, "MAX_ITEMS", 100)
    found = mine_patterns(flat(np.ones(60), 2), PatternConfig(2, kind=kind))
    assert as_dict(found) == {(1,) * 30: 2}


RUN = st.tuples(st.integers(1, 3), st.integers(1, 6))
RUNS = st.lists(st.lists(RUN, min_size=1, max_size=4), min_size=1, max_size=3)
CHOSEN = {
    PatternKind.ALL: lambda every: every,
    PatternKind.CLOSED: oracles.closed,
    PatternKind.MAXIMAL: oracles.maximal,
}


@settings(max_examples=60, deadline=None)
@given(RUNS, st.integers(1, 3), st.sampled_from(PatternKind), st.sampled_from([0, 200_000]))
def test_items_in_a_row_change_no_pattern(runs, max_length: int, kind, few: int) -> None:
    histories = [[item for item, times in run for _ in range(times)] for run in runs]
    every = oracles.mine_patterns(histories, 1, max_length=max_length + 1)
    wanted = CHOSEN[kind](every)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sequence_search, "_FEW_RESULTS", few)
        config = PatternConfig(1, max_length=max_length, kind=kind)
        found = mine_patterns(SequenceDatabase.from_histories(histories), config)
    assert as_dict(found) == {
        items: count for items, count in wanted.items() if len(items) <= max_length
    }


def test_200_000_distinct_items_have_nothing_in_common() -> None:
    database = flat(np.random.default_rng(3).permutation(200_000) + 1, 20_000)
    found = mine_patterns(database, PatternConfig(min_length=2, max_length=10))
    assert found.n_histories == 20_000
    assert len(mine_patterns(database, PatternConfig(2)).items) == 0
    assert len(mine_itemsets(database, ItemsetConfig(2)).items) == 0


def test_a_search_on_its_way_to_its_end_is_not_begun_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draw = np.random.default_rng(6)
    units = Units.histories(flat(draw.integers(1, 60, 40_000), 2_000))
    config = PatternConfig(3, max_length=3)
    whole = search_sequences(units, limits.limits_of(config, 10**6, 10**9))
    searches = []

    def search(units: Units, limits: Limits, control: Control | None = None) -> Found:
        searches.append(limits)
        return search_sequences(units, limits, control)

    monkeypatch.setattr(settled_search, "search", search)
    monkeypatch.setattr(settled_search, "PROBE_RESULTS", len(whole.trie) * 2 // 3)
    _, found = settled_search.search_within(units, config, Control(n_threads=1))
    assert len(searches) == 1
    assert found.complete
    assert np.array_equal(found.trie, whole.trie)


def test_a_thousand_million_patterns_are_refused_or_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    database = SequenceDatabase.from_histories([list(range(1, 31))] * 4)  # 2^30 - 1 patterns
    with pytest.raises(WideOpenError, match="more, or takes longer, than can be estimated"):
        mine_patterns(database, PatternConfig(2))
    monkeypatch.setattr(settled_search, "MAX_RESULTS", 10_000)
    found = mine_patterns(database, PatternConfig(2, partial=True))
    assert len(found.items) == 10_000
    assert set(found.counts.tolist()) == {4}
    assert all(list(items) == sorted(set(items)) for items in found.items)
    assert "limit of results" in found.stopped_by


@pytest.mark.parametrize(
    "near",
    [
        NearLimits(max_gap=10**9),
        NearLimits(max_gap=2**62),
        NearLimits(max_gap_s=2**62),
        NearLimits(max_span_s=2**62),
        NearLimits(10**12, 10**15, 10**15),
    ],
)
def test_limits_longer_than_the_log_limit_nothing(near: NearLimits) -> None:
    histories = np.random.default_rng(4).integers(1, 5, (12, 8)).tolist()
    database = SequenceDatabase.from_histories(histories)
    free = mine_patterns(database, PatternConfig(3, max_length=4))
    limited = mine_patterns(database, PatternConfig(3, max_length=4, near=near))
    assert as_dict(limited) == as_dict(free)


def test_a_log_without_times_takes_gaps_in_events_alone() -> None:
    database = SequenceDatabase(**{**vars(SMALL), "has_clock": False})
    gap = PatternConfig(2, near=NearLimits(max_gap=0))
    assert as_dict(mine_patterns(database, gap)) == as_dict(mine_patterns(SMALL, gap))
    for near in (NearLimits(max_gap_s=60), NearLimits(max_span_s=60)):
        with pytest.raises(ConfigError, match=r"no times.*limit the gap by events instead"):
            mine_patterns(database, PatternConfig(2, near=near))


def test_events_at_the_same_second_keep_the_order_of_the_log() -> None:
    database = SequenceDatabase(**{**vars(SMALL), "times_s": np.zeros(6, dtype=np.int64)})
    same = PatternConfig(2, near=NearLimits(max_gap_s=0, max_span_s=0))
    found = mine_patterns(database, same)
    assert as_dict(found) == {(1,): 3, (2,): 3, (1, 2): 2}
    assert np.nanmax(measure_steps(database, found.items, same).quartiles_s) == 0
