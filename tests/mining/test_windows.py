from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.errors import ConfigError
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.conditions import NearLimits, PatternKind
from seqrec.mining.config import PatternConfig
from seqrec.mining.patterns import mine_patterns
from tests import oracles
from tests.mining.conftest import ReadBenchmark
from tests.mining.test_patterns import as_dict

EVENTS = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3)), min_size=1, max_size=8)
LIMIT = st.none() | st.integers(0, 5)


@settings(max_examples=300, deadline=None)
@given(st.lists(EVENTS, min_size=1, max_size=6), LIMIT, LIMIT, LIMIT, st.integers(1, 3))
def test_gap_and_span_equal_a_filter_of_all_embeddings(
    events: list[list[tuple[int, int]]],
    max_gap: int | None,
    max_gap_s: int | None,
    max_span_s: int | None,
    min_count: int,
) -> None:
    histories = [[item for item, _ in history] for history in events]
    times_s = [np.cumsum([step for _, step in history]).tolist() for history in events]
    database = replace(
        SequenceDatabase.from_histories(histories),
        times_s=np.concatenate([np.array(row, dtype=np.int64) for row in times_s]),
    )
    min_count = min(min_count, len(histories))
    config = PatternConfig(min_count, max_length=4, near=NearLimits(max_gap, max_gap_s, max_span_s))
    near = oracles.Near(max_gap, max_gap_s, max_span_s)
    expected = oracles.near_patterns(histories, times_s, near, max_length=4)
    mined = as_dict(mine_patterns(database, config))
    assert mined == {p: count for p, count in expected.items() if count >= min_count}


def test_rare_items_between_count_in_the_gap() -> None:
    database = SequenceDatabase.from_histories([[1, 7, 2], [1, 8, 2]])
    near = [PatternConfig(2, 2, near=NearLimits(max_gap=gap)) for gap in (0, 1)]
    assert [as_dict(mine_patterns(database, config)) for config in near] == [{}, {(1, 2): 2}]


def test_a_gap_longer_than_the_log_is_no_limit() -> None:
    database = SequenceDatabase.from_histories([[1, 2, 3, 1], [2, 1, 3]])
    far = PatternConfig(1, near=NearLimits(max_gap=10**12, max_span_s=10**12))
    assert as_dict(mine_patterns(database, far)) == as_dict(
        mine_patterns(database, PatternConfig(1))
    )


def test_seconds_without_a_clock_are_refused_with_what_to_do() -> None:
    database = replace(SequenceDatabase.from_histories([[1, 2]]), has_clock=False)
    config = PatternConfig(1, near=NearLimits(max_gap_s=60))
    with pytest.raises(ConfigError, match=r"log has no times.*limit the gap by events instead"):
        mine_patterns(database, config)
    by_events = PatternConfig(1, near=NearLimits(max_gap=0))
    assert (1, 2) in as_dict(mine_patterns(database, by_events))


def test_negative_gap_is_refused() -> None:
    with pytest.raises(ConfigError, match="the longest gap is -1 events; choose 0 or more"):
        NearLimits(max_gap=-1)


@pytest.mark.parametrize("kind", [PatternKind.CLOSED, PatternKind.MAXIMAL])
def test_closed_and_maximal_under_a_gap_limit_are_refused(kind: PatternKind) -> None:
    with pytest.raises(ConfigError, match=f"{kind} patterns are not defined under limits of gap"):
        PatternConfig(kind=kind, near=NearLimits(max_gap=2))


@pytest.mark.parametrize(("max_gap", "n_patterns"), [(0, 551), (2, 9_538)])
def test_number_under_a_gap_limit_equals_that_of_other_miners(
    read_benchmark: ReadBenchmark, max_gap: int, n_patterns: int
) -> None:
    config = PatternConfig(318, near=NearLimits(max_gap=max_gap))
    table = mine_patterns(read_benchmark("sequences/msnbc.spmf.txt.gz"), config)
    assert len(table.items) == n_patterns
