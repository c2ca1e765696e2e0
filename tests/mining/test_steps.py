from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.errors import ConfigError
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import measures
from seqrec.mining.conditions import NearLimits
from seqrec.mining.config import NgramConfig, PatternConfig
from seqrec.mining.next_steps import derive_next_steps
from seqrec.mining.ngrams import mine_ngrams
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.step_times import measure_steps
from seqrec.mining.tables import ItemLists
from tests import oracles
from tests.mining.test_patterns import HISTORIES
from tests.mining.test_windows import EVENTS, LIMIT


def timed(histories: list[list[int]], times_s: list[list[int]]) -> SequenceDatabase:
    return replace(
        SequenceDatabase.from_histories(histories),
        times_s=np.array([time for row in times_s for time in row], dtype=np.int64),
    )


@settings(max_examples=200, deadline=None)
@given(HISTORIES, st.integers(1, 4), st.integers(1, 3), st.integers(1, 3))
def test_ngrams_equal_their_definition(
    histories: list[list[int]], length: int, step: int, min_count: int
) -> None:
    database = SequenceDatabase.from_histories(histories)
    min_count = min(min_count, len(histories))
    mined = mine_ngrams(database, NgramConfig(length, step, min_count))
    counts = zip(mined.counts.tolist(), mined.n_occurrences.tolist(), strict=True)
    expected = oracles.ngrams(histories, length, step)
    assert dict(zip(mined.items, counts, strict=True)) == {
        gram: counts for gram, counts in expected.items() if counts[0] >= min_count
    }
    assert mined.n_windows == sum(n_windows for _, n_windows in expected.values())
    assert mined.counts.tolist() == sorted(mined.counts.tolist(), reverse=True)


@pytest.mark.parametrize(
    ("length", "step", "reason"), [(0, 1, "window of 0"), (2, 0, "never moves")]
)
def test_a_window_that_is_none_is_refused(length: int, step: int, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        NgramConfig(length, step)


def test_a_step_of_the_window_leaves_windows_that_do_not_overlap() -> None:
    database = SequenceDatabase.from_histories([[1, 2, 1, 2, 1]])
    mined = mine_ngrams(database, NgramConfig(2, 2))
    assert list(mined.items) == [(1, 2)]
    assert mined.n_occurrences.tolist() == [2]


def test_steps_are_measured_at_the_earliest_places() -> None:
    database = timed([[1, 1, 2], [1, 2, 2], [2, 1]], [[0, 5, 60], [0, 10, 90], [0, 7]])
    steps = measure_steps(database, ItemLists.from_lists([[1, 2]]), PatternConfig())
    # 60 s from the first 1 of the first history, 10 s in the second, none in the third.
    assert steps.quartiles_s.tolist() == [[22.5, 35.0, 47.5]]
    assert steps.counts.tolist() == [2]


def test_steps_under_a_limit_are_those_that_keep_to_it() -> None:
    database = timed([[1, 1, 2]], [[0, 55, 60]])
    config = PatternConfig(near=NearLimits(max_gap_s=30))
    steps = measure_steps(database, ItemLists.from_lists([[1, 2], [1, 1]]), config)
    assert steps.quartiles_s[0].tolist() == [5.0, 5.0, 5.0]
    assert np.isnan(steps.quartiles_s[1]).all()
    assert steps.counts.tolist() == [1, 0]


@settings(max_examples=150, deadline=None)
@given(st.lists(EVENTS, min_size=1, max_size=6), LIMIT, LIMIT, LIMIT)
def test_steps_of_mined_patterns_equal_their_definition(
    events: list[list[tuple[int, int]]],
    max_gap: int | None,
    max_gap_s: int | None,
    max_span_s: int | None,
) -> None:
    histories = [[item for item, _ in history] for history in events]
    times_s = [np.cumsum([step for _, step in history]).tolist() for history in events]
    database = timed(histories, times_s)
    config = PatternConfig(1, 2, 4, near=NearLimits(max_gap, max_gap_s, max_span_s))
    patterns = mine_patterns(database, config)
    steps = measure_steps(database, patterns.items, config)
    near = oracles.Near(max_gap, max_gap_s, max_span_s)
    assert steps.counts.tolist() == patterns.counts.tolist()
    for row, pattern in enumerate(patterns.items):
        seconds = oracles.steps_s(histories, times_s, pattern, near)
        quartiles = steps.quartiles_s[steps.offsets[row] : steps.offsets[row + 1]]
        assert quartiles == pytest.approx(np.percentile(seconds, (25, 50, 75), axis=0).T)


def test_steps_of_a_log_without_a_clock_are_refused() -> None:
    database = replace(SequenceDatabase.from_histories([[1, 2]]), has_clock=False)
    with pytest.raises(ConfigError, match="steps have no duration"):
        measure_steps(database, ItemLists.from_lists([[1, 2]]), PatternConfig())


def test_next_step_within_a_day_has_its_confidence() -> None:
    day = 86_400
    database = timed([[1, 2], [1, 2], [1, 3], [2]], [[0, 60], [0, 2 * day], [0, 5], [0]])
    patterns = mine_patterns(database, PatternConfig(1, near=NearLimits(max_gap_s=day)))
    steps = derive_next_steps(patterns)
    found = [list(patterns.items)[row] for row in steps.rows]
    row = found.index((1, 2))
    # One of the three histories with 1 has 2 within a day; three of four have 2 at all.
    assert measures.confidence(steps.n_both, steps.n_antecedent)[row] == pytest.approx(1 / 3)
    lift = measures.lift(steps.n_both, steps.n_antecedent, steps.n_consequent, 4)
    assert lift[row] == pytest.approx(4 / 9)


def test_next_steps_of_a_table_without_the_rests_are_refused() -> None:
    database = SequenceDatabase.from_histories([[1, 2]])
    patterns = mine_patterns(database, PatternConfig(1, min_length=2))
    with pytest.raises(ValueError, match=r"lacks \(1,\): it does not hold all"):
        derive_next_steps(patterns)
