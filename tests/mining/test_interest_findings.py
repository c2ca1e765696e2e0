from datetime import datetime

import numpy as np
import pytest

from seqrec.mining.interest_config import Kind, LabelCounts
from seqrec.mining.interest_findings import (
    InterestWords,
    count_firsts,
    describe_firsts,
    describe_user,
    first_counts_frame,
    first_frame,
    interest_frame,
    profile_frame,
)
from seqrec.mining.interest_rows import InterestRows
from seqrec.mining.interest_store import StoredLabels
from seqrec.mining.tables import ItemLists

# Three users; the last has no pattern. Of 20 events 15 are hot, 5 cold.
ROWS = InterestRows(
    user_rows=np.array([0, 0, 0, 0, 1, 1, 2]),
    kinds=np.array([0, 0, 1, 1, 0, 1, 1], dtype=np.int8),
    labels=np.array([1, 0, 1, 0, 1, 0, 0]),
    counts=np.array([1, 2, 5, 5, 3, 4, 6]),
    newest_s=np.array([1_600_000_000] * 7),
    shares=np.array([0.5, 0.5, 0.5, 0.5, 1.0, 1.0, 1.0]),
    weights=np.array([0.7, 0.3, 0.8, 0.2, 1.0, 1.0, 1.0]),
)


def words(*, has_clock: bool = True) -> InterestWords:
    def stored(lists: list[list[int]], n_users: list[int], n_times: list[int]) -> StoredLabels:
        counts = LabelCounts(np.array(n_users), np.array(n_times), np.ones(len(lists)))
        return StoredLabels(ItemLists.from_lists(lists), counts)

    labels = {
        Kind.PATTERN: stored([[1, 2], [2]], [1, 2], [2, 4]),
        Kind.CATEGORY: stored([[1], [2]], [3, 1], [15, 5]),
    }
    titles = {
        Kind.PATTERN: np.array(["", "tea", "milk"], dtype=object),
        Kind.CATEGORY: np.array(["", "hot", "cold"], dtype=object),
    }
    users = np.array(["ann", "bob", "cat"], dtype=object)
    return InterestWords(labels, titles, users, has_clock, ", later ")


def test_users_have_a_row_with_their_heaviest_interests():
    frame = first_frame(ROWS, words())
    assert frame["User"].tolist() == ["ann", "bob", "cat"]
    assert frame["Category 1"].tolist() == ["cold (80%)", "hot (100%)", "hot (100%)"]
    assert frame["Category 2"].tolist() == ["hot (20%)", "", ""]
    assert frame["Pattern 1"].tolist() == ["milk (70%)", "milk (100%)", ""]
    assert frame["Pattern 2"].tolist() == ["tea, later milk (30%)", "", ""]
    assert frame["Pattern 3"].tolist() == ["", "", ""]


def test_all_interests_are_told_row_by_row():
    frame = interest_frame(ROWS, words())
    row = frame.iloc[2]
    assert row.tolist()[:6] == ["ann", "category", 1, "cold", 0.8, 5]
    assert row["Times the log's share"] == pytest.approx(0.5 / 0.25)
    assert row["Users who show it"] == 1
    assert row["Last shown (UTC)"] == datetime(2020, 9, 13, 12, 26, 40)
    assert "Last shown (UTC)" not in interest_frame(ROWS, words(has_clock=False))
    assert frame["Rank"].tolist() == [1, 2, 1, 2, 1, 1, 1]


def test_a_profile_is_told_in_short_columns():
    own = ROWS.take(np.flatnonzero(ROWS.user_rows == 0))
    frame = profile_frame(own, words())
    assert frame["Interest"].tolist() == ["milk", "tea, later milk", "cold", "hot"]
    assert frame["Weight"].tolist() == [0.7, 0.3, 0.8, 0.2]
    assert "Last shown (UTC)" not in profile_frame(own, words(has_clock=False))


def test_firsts_count_each_user_once():
    counts = count_firsts(ROWS, Kind.CATEGORY, 2)
    assert counts.tolist() == [2, 1]
    assert count_firsts(ROWS, Kind.PATTERN, 2).tolist() == [0, 2]
    said = describe_firsts(counts, 3, Kind.CATEGORY, words())
    assert said == "hot is the first category of 66.7% of users (n = 2 of 3 users who show any)"
    frame = first_counts_frame(np.array([0, 2]), 2, Kind.PATTERN, words())
    assert frame.iloc[0].tolist() == ["milk", 2, 1.0, 2]
    assert len(frame) == 1


def test_a_user_is_told_in_a_sentence():
    own = ROWS.take(np.flatnonzero(ROWS.user_rows == 0))
    assert describe_user("ann", own, words()) == (
        "User ann: 70% of the interest in patterns is in milk (once); 80% of the interest in "
        "categories is in cold (5 times)."
    )
    cat = ROWS.take(np.flatnonzero(ROWS.user_rows == 2))
    assert describe_user("cat", cat, words()) == (
        "User cat: shows none of the 2 patterns; 100% of the interest in categories is in hot "
        "(6 times)."
    )
