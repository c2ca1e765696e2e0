import numpy as np
import pytest

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.conditions import NearLimits
from seqrec.mining.config import ItemsetConfig, PatternConfig
from seqrec.mining.evidence import Significance
from seqrec.mining.findings import (
    PatternFilter,
    describe_pattern,
    filter_patterns,
    itemset_frame,
    pattern_frame,
    say_between,
)
from seqrec.mining.itemsets import mine_itemsets
from seqrec.mining.list_filters import items_within
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.tables import ItemLists, PatternTable

TITLES = np.array(["", "tea", "milk", "jam"], dtype=object)
SESSIONS = [[1, 2], [1, 2], [1, 2], [1, 3], [2, 2], [3], [3], [3]]


@pytest.fixture
def patterns() -> PatternTable:
    return mine_patterns(SequenceDatabase.from_histories(SESSIONS), PatternConfig(1, 2))


def test_pattern_reads_as_a_sentence(patterns: PatternTable):
    assert describe_pattern(patterns, 0, TITLES) == (
        "37.5% of users had tea, later milk (n = 3 of 8 users)"
    )


def test_what_comes_right_after_says_so(patterns: PatternTable):
    between = say_between(NearLimits(max_gap=0))
    assert "had tea, right after it milk" in describe_pattern(patterns, 0, TITLES, between=between)
    assert say_between(NearLimits(max_gap=1)) == say_between(NearLimits()) == ", later "


def test_patterns_are_filtered_by_item_and_repetition(patterns: PatternTable):
    assert set(patterns.items) == {(1, 2), (1, 3), (2, 2)}
    assert set(filter_patterns(patterns, PatternFilter((2,))).items) == {(1, 2), (2, 2)}
    assert set(filter_patterns(patterns, PatternFilter(distinct=True)).items) == {(1, 2), (1, 3)}
    assert items_within(patterns.items) == [1, 2, 3]


def test_frame_of_patterns_holds_titles_counts_and_support(patterns: PatternTable):
    row = pattern_frame(patterns, TITLES).iloc[0]
    assert (row["Pattern"], row["Items"], row["Users"]) == ("tea → milk", 2, 3)
    assert row["Support"] == pytest.approx(3 / 8)


def test_an_itemset_shows_its_titles_count_and_support() -> None:
    database = SequenceDatabase.from_histories([[1, 2], [2, 1], [1]])
    frame = itemset_frame(mine_itemsets(database, ItemsetConfig(2)), np.array(["", "A", "B"]))
    rows = dict(zip(frame["Itemset"], frame["Sessions"], strict=True))
    assert rows == {"A": 3, "B": 2, "A + B": 2}
    assert frame["Support"].max() == 1.0


def test_what_chance_explains_is_left_out_at_a_level_and_the_untested_stay():
    chance = Significance(np.array([0.001, 0.01, np.nan]), np.array([0.01, 0.2, np.nan]))
    items = ItemLists.from_lists([[1, 2], [2, 1], [1]])
    table = PatternTable(items, np.array([9, 8, 7]), 10, chance=chance)
    frame = pattern_frame(table, np.array(["", "a", "b"], dtype=object), level=0.05)
    assert frame["Order"].tolist() == ["more than chance", "may be chance", "not tested"]
    left = filter_patterns(table, PatternFilter(level=0.05))
    assert list(left.items) == [(1, 2), (1,)]
    assert left.chance.adjusted[0] == 0.01
    assert len(filter_patterns(table, PatternFilter(level=0.2)).items) == 3
