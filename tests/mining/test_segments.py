from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from seqrec.errors import ConfigError
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.conditions import NearLimits
from seqrec.mining.contrast import Contrast, contrast_patterns, contrast_users
from seqrec.mining.levels import Level
from seqrec.mining.segments import Split, UserFilter, select_users, split_log
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


@settings(deadline=None, max_examples=60)
@given(HISTORIES, PATTERNS, st.integers(1, 3), st.integers(1, 4))
def test_any_two_groups_of_users_are_contrasted(
    histories: list[list[int]], patterns: list[tuple[int, ...]], item: int, longest: int
):
    database = SequenceDatabase.from_histories(histories)
    in_a = select_users(database, UserFilter(item=item))
    in_b = select_users(database, UserFilter(n_events=(1, longest)))
    found = contrast_users(database, patterns, (in_a, in_b), NearLimits())
    groups = [
        [h for h in histories if item in h and len(h) > longest],
        [h for h in histories if item not in h and 1 <= len(h) <= longest],
    ]
    assert (found.n_a, found.n_b) == (len(groups[0]), len(groups[1]))
    for counts, group in zip((found.counts_a, found.counts_b), groups, strict=True):
        expected = [sum(oracles.holds(one, pattern) for one in group) for pattern in patterns]
        assert counts.tolist() == expected


def test_users_are_chosen_by_cohort_activity_event_type_and_category():
    database = SequenceDatabase.from_histories([[1, 2, 3], [], [1, 2], [3]])  # times 0-2, 3-4, 5
    database = replace(database, event_ids=np.array([0, 0, 1, 0, 0, 0], dtype=np.int16))
    level = Level(np.array([0, 1, 1, 2], dtype=np.int32), np.array(["", "x", "y"], dtype=object))

    def chosen(**conditions: object) -> list[int]:
        return np.flatnonzero(select_users(database, UserFilter(**conditions), level)).tolist()

    assert chosen() == [0, 2, 3]
    assert chosen(first_s=(1, 4)) == [2]
    assert chosen(active_s=(2, 3)) == [0, 2]
    assert chosen(event_id=1) == [0]
    assert chosen(category=2) == [0, 3]
    assert chosen(category=2, first_s=(3, 9)) == [3]


def test_what_selects_no_users_says_why():
    with pytest.raises(ConfigError, match="5 events at least and 2 at most"):
        UserFilter(n_events=(5, 2))
    with pytest.raises(ConfigError, match="end before they begin"):
        UserFilter(active_s=(5, 2))
    database = replace(SequenceDatabase.from_histories([[1]]), has_clock=False)
    with pytest.raises(ConfigError, match="the log has no times"):
        select_users(database, UserFilter(first_s=(0, 1)))


def test_two_sided_tests_equal_fishers_and_odds_are_the_cross_product():
    one = Contrast(np.array([56, 0]), np.array([48, 3]), 70, 80)
    table = [[56, 48], [70 - 56, 80 - 48]]
    tails = [fisher_exact(table, alternative=side).pvalue for side in ("less", "greater")]
    assert one.significance.p_values[0] == pytest.approx(2 * min(tails))
    assert one.odds_ratios.tolist() == pytest.approx([56 * 32 / (48 * 14), 0.0])
    assert np.isinf(Contrast(np.array([3]), np.array([0]), 9, 9).odds_ratios[0])


def test_groups_drawn_at_random_differ_in_no_pattern():
    false = 0
    for seed in range(20):
        random = np.random.default_rng(seed)
        counts = random.binomial(200, 0.3, (2, 50))
        false += bool(Contrast(counts[0], counts[1], 200, 200).differs.any())
    assert false <= 1
