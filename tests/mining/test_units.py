from dataclasses import replace

import numpy as np
import pytest

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.conditions import ItemFilter, NearLimits, Scope
from seqrec.mining.config import PatternConfig
from seqrec.mining.levels import Level
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.units import Units, choose_units
from tests.mining.test_patterns import as_dict


@pytest.fixture
def overlapping() -> SequenceDatabase:
    """One user whose two sessions overlap in time, and one with a session."""
    database = SequenceDatabase.from_histories([[1, 2, 1, 2, 3], [1, 3]])
    return replace(
        database,
        session_ids=np.array([0, 1, 0, 1, 0, 2, 2]),
        event_ids=np.array([0, 0, 1, 0, 0, 1, 1], dtype=np.int16),
    )


def test_sessions_that_overlap_stay_whole(overlapping: SequenceDatabase) -> None:
    for units in (Units.sessions(overlapping), Units.transactions(overlapping)):
        assert units.bounds.tolist() == [0, 3, 5, 7]
        assert units.items.tolist() == [1, 1, 3, 2, 2, 1, 3]
        assert units.counts.tolist() == [0, 2, 1, 2]


def test_patterns_by_session_do_not_cross_sessions(overlapping: SequenceDatabase) -> None:
    mined = mine_patterns(overlapping, PatternConfig(1, 2, scope=Scope(by_session=True)))
    assert as_dict(mined) == {(1, 3): 2, (1, 1): 1, (1, 1, 3): 1, (2, 2): 1}
    assert mined.n_histories == 3


def test_units_without_an_event_of_the_chosen_type_still_count(
    overlapping: SequenceDatabase,
) -> None:
    for by_session, n_units in ((True, 3), (False, 2)):
        config = PatternConfig(1, scope=Scope(by_session=by_session, event_ids=(1,)))
        mined = mine_patterns(overlapping, config)
        assert mined.n_histories == n_units
        assert as_dict(mined) == {(1,): 2, (3,): 1, (1, 3): 1}


def test_events_of_other_types_do_not_count_in_a_gap() -> None:
    database = SequenceDatabase.from_histories([[1, 2, 3]])
    database = replace(database, event_ids=np.array([0, 1, 0], dtype=np.int16))
    config = PatternConfig(1, 2, near=NearLimits(max_gap=0), scope=Scope(event_ids=(0,)))
    assert as_dict(mine_patterns(database, config)) == {(1, 3): 1}


def test_items_without_category_are_left_out() -> None:
    database = SequenceDatabase.from_histories([[1, 2, 3]])
    level = Level(np.array([0, 2, 0, 1], dtype=np.int32), np.array(["", "a", "b"], dtype=object))
    config = PatternConfig(1, 2, scope=Scope(by_category=True))
    assert as_dict(mine_patterns(database, config, level=level)) == {(2, 1): 1}


def test_categories_must_be_given() -> None:
    database = SequenceDatabase.from_histories([[1]])
    with pytest.raises(ValueError, match="pass a level"):
        choose_units(database, Scope(by_category=True))


def test_an_item_that_no_history_holds_is_in_no_pattern() -> None:
    database = SequenceDatabase.from_histories([[1, 2], [1, 2]])
    for items in (ItemFilter(contains=(99,)), ItemFilter(starts_with=(99,)), ItemFilter((1, 7))):
        assert as_dict(mine_patterns(database, PatternConfig(1, items=items))) == {}
