from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.errors import ConfigError
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.conditions import ItemFilter, NearLimits, PatternKind, Scope
from seqrec.mining.config import NgramConfig, PatternConfig
from seqrec.mining.contrast import contrast_patterns
from seqrec.mining.interest_config import InterestLabels
from seqrec.mining.interests import weigh_labels
from seqrec.mining.levels import Level
from seqrec.mining.limits import Control
from seqrec.mining.ngrams import mine_ngrams
from seqrec.mining.occurrences import find_occurrences
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.redundancy import find_redundant_generalisations
from seqrec.mining.segments import Split
from tests.mining.test_distinct_users import of_sessions
from tests.mining.test_patterns import as_dict

BOTH = Scope(both_levels=True)
# Items 1 and 2 are of category 1 (symbol 6), 3 and 4 of category 2 (symbol 7), 5 of none.
LEVEL = Level(np.array([0, 1, 1, 2, 2, 0], dtype=np.int32), np.array(["", "x", "y"], dtype=object))
HISTORIES = st.lists(st.lists(st.integers(1, 5), max_size=7), min_size=1, max_size=5)
SESSIONS = st.lists(st.lists(st.integers(1, 5), min_size=1, max_size=4), min_size=1, max_size=3)


def symbols(item: int) -> list[int]:
    category = int(LEVEL.ids[item])
    return [item, 5 + category] if category else [item]


def oracle(histories: list[list[int]], min_count: int, max_length: int) -> dict:
    """Patterns by every choice of events, and of one symbol of each."""
    counts: dict[tuple[int, ...], int] = {}
    for history in histories:
        found = {
            pattern
            for length in range(1, max_length + 1)
            for chosen in combinations(history, length)
            for pattern in product(*(symbols(item) for item in chosen))
        }
        for pattern in found:
            counts[pattern] = counts.get(pattern, 0) + 1
    return {pattern: count for pattern, count in counts.items() if count >= min_count}


def database_of(histories: list[list[int]]) -> SequenceDatabase:
    database = SequenceDatabase.from_histories(histories)
    return SequenceDatabase(**{**vars(database), "n_items": 5})


@settings(max_examples=150, deadline=None)
@given(HISTORIES, st.integers(1, 3), st.integers(1, 2))
def test_patterns_of_both_levels_equal_their_definition(histories, min_count, n_threads) -> None:
    if min_count > len(histories):
        return
    config = PatternConfig(min_count, max_length=4, scope=BOTH)
    mined = mine_patterns(database_of(histories), config, Control(n_threads=n_threads), LEVEL)
    assert as_dict(mined) == oracle(histories, min_count, 4)


def test_an_event_is_never_taken_for_its_item_and_for_its_category() -> None:
    mined = mine_patterns(database_of([[1]] * 3), PatternConfig(1, scope=BOTH), level=LEVEL)
    assert as_dict(mined) == {(1,): 3, (6,): 3}
    mined = mine_patterns(database_of([[1, 2]] * 3), PatternConfig(1, scope=BOTH), level=LEVEL)
    pairs = {(1, 2): 3, (1, 6): 3, (6, 2): 3, (6, 6): 3}
    assert as_dict(mined) == {(1,): 3, (2,): 3, (6,): 3, **pairs}


@settings(max_examples=60, deadline=None)
@given(st.lists(SESSIONS, min_size=1, max_size=3))
def test_sessions_are_searched_by_both_levels(users) -> None:
    database = SequenceDatabase(**{**vars(of_sessions(users)), "n_items": 5})
    config = PatternConfig(1, max_length=3, scope=Scope(by_session=True, both_levels=True))
    mined = mine_patterns(database, config, level=LEVEL)
    assert as_dict(mined) == oracle([session for user in users for session in user], 1, 3)


def test_top_and_filters_hold_for_both_levels() -> None:
    generator = np.random.default_rng(0)
    histories = generator.integers(1, 6, size=(40, 6)).tolist()
    every = oracle(histories, 1, 3)
    top = mine_patterns(
        database_of(histories), PatternConfig(max_length=3, top=20, scope=BOTH), level=LEVEL
    )
    lowest = sorted(every.values(), reverse=True)[19]
    assert as_dict(top) == {p: count for p, count in every.items() if count >= lowest}
    config = PatternConfig(5, max_length=3, items=ItemFilter(contains=(7,)), scope=BOTH)
    mined = mine_patterns(database_of(histories), config, level=LEVEL)
    assert as_dict(mined) == {p: n for p, n in every.items() if n >= 5 and 7 in p}


@settings(max_examples=80, deadline=None)
@given(HISTORIES)
def test_generalisations_that_say_no_more_are_marked(histories) -> None:
    database = database_of(histories)
    mined = mine_patterns(database, PatternConfig(1, max_length=3, scope=BOTH), level=LEVEL)
    counts = as_dict(mined)

    def is_below(special: tuple[int, ...], general: tuple[int, ...]) -> bool:
        pairs = list(zip(special, general, strict=True))
        return special != general and all(b in symbols(a) if a <= 5 else a == b for a, b in pairs)

    expected = [
        any(
            count == counts[general] and len(special) == len(general) and is_below(special, general)
            for special, count in counts.items()
        )
        for general in mined.items
    ]
    found = find_redundant_generalisations(mined, LEVEL, 5)
    assert found.tolist() == expected


@settings(max_examples=80, deadline=None)
@given(st.lists(SESSIONS, min_size=1, max_size=4), st.booleans())
def test_users_occurrences_and_interests_take_one_symbol_of_an_event(users, by_session) -> None:
    database = SequenceDatabase(**{**vars(of_sessions(users)), "n_items": 5})
    scope = Scope(by_session=by_session, both_levels=True)
    config = PatternConfig(1, max_length=2, scope=scope)
    mined = mine_patterns(database, config, level=LEVEL)
    labels = InterestLabels.of_patterns(mined, config, 1_000)
    n_users = weigh_labels(database, labels, LEVEL).n_users
    for pattern, n_units, n_owners in zip(mined.items, mined.counts, n_users, strict=True):
        found = find_occurrences(database, pattern, config.near, by_session=by_session, level=LEVEL)
        assert len(found.user_rows) == n_units
        assert found.n_users == n_owners


def test_groups_are_split_by_a_category_too() -> None:
    database = database_of([[1, 3], [2, 5], [5, 3]])
    near, split = NearLimits(), Split(item=6)  # who has an item of category 1
    contrast = contrast_patterns(database, [(6, 7), (5,), (7,)], split, near, level=LEVEL)
    assert (contrast.n_a, contrast.n_b) == (2, 1)
    assert contrast.counts_a.tolist() == [1, 1, 1]
    assert contrast.counts_b.tolist() == [0, 1, 1]


@pytest.mark.parametrize("choice", [{"near": NearLimits(max_gap=1)}, {"kind": PatternKind.CLOSED}])
def test_what_both_levels_do_not_allow_is_refused(choice: dict) -> None:
    with pytest.raises(ConfigError, match="items and categories at once are mined as all patterns"):
        PatternConfig(1, scope=BOTH, **choice)
    with pytest.raises(
        ConfigError, match="items and categories at once are mined as sequences alone"
    ):
        mine_ngrams(database_of([[1, 2]]), NgramConfig(2, scope=BOTH), LEVEL)
    with pytest.raises(ConfigError, match="choose categories alone, or items and categories"):
        Scope(by_category=True, both_levels=True)
