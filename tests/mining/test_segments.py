import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.conditions import NearLimits
from seqrec.mining.segments import Contrast, Split, contrast_patterns, split_log
from tests import oracles

HISTORIES = st.lists(st.lists(st.integers(1, 3), max_size=6), min_size=1, max_size=8)
PATTERNS = st.lists(st.lists(st.integers(1, 3), min_size=1, max_size=3).map(tuple), max_size=4)


def listed(database: SequenceDatabase) -> list[list[int]]:
    return [database.history(row).tolist() for row in range(database.n_users)]


@settings(deadline=None)
@given(HISTORIES, PATTERNS, st.integers(1, 4))
def test_users_with_an_item_are_contrasted_with_those_without(
    histories: list[list[int]], patterns: list[tuple[int, ...]], item: int
):
    database = SequenceDatabase.from_histories(histories)
    found = contrast_patterns(database, patterns, Split(item=item), NearLimits())
    have = [history for history in histories if item in history]
    lack = [history for history in histories if history and item not in history]
    assert (found.n_a, found.n_b) == (len(have), len(lack))
    for counts, group in ((found.counts_a, have), (found.counts_b, lack)):
        expected = [sum(oracles.holds(one, pattern) for one in group) for pattern in patterns]
        assert counts.tolist() == expected


def test_a_date_parts_the_events_of_each_user():
    database = SequenceDatabase.from_histories([[1, 2, 3], [1, 2]])  # times 0 1 2, 3 4
    early, late = split_log(database, Split(time_s=2))
    assert (listed(early), listed(late)) == ([[1, 2], []], [[3], [1, 2]])
    found = contrast_patterns(database, [(1, 2)], Split(time_s=2), NearLimits())
    assert (found.counts_a.tolist(), found.n_a) == ([1], 1)
    assert (found.counts_b.tolist(), found.n_b) == ([1], 2)


def test_sessions_are_counted_where_they_are_asked_for():
    database = SequenceDatabase.from_histories([[1, 2], [2, 1]])
    found = contrast_patterns(database, [(1, 2)], Split(item=1), NearLimits(), by_session=True)
    assert (found.counts_a.tolist(), found.n_a, found.n_b) == ([1], 2, 0)
    low, high = found.intervals
    assert low[0] < 0 < high[0]


def test_the_interval_is_newcombes():
    # Newcombe (1998), table II, method 10: 56/70 against 48/80 gives 0.0524 to 0.3339.
    one = Contrast(np.array([56]), np.array([48]), 70, 80)
    assert one.differences == pytest.approx([0.2])
    low, high = one.intervals
    assert (low[0], high[0]) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_more_patterns_make_wider_intervals():
    low_1 = Contrast(np.array([56]), np.array([48]), 70, 80).intervals[0][0]
    low_9 = Contrast(np.full(9, 56), np.full(9, 48), 70, 80).intervals[0][0]
    assert low_9 < low_1


def test_a_split_has_one_criterion():
    with pytest.raises(ValueError, match="by an item or by a time"):
        Split()
