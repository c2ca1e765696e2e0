from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.errors import ConfigError
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import interest_events
from seqrec.mining.conditions import NearLimits, Scope
from seqrec.mining.config import ItemsetConfig, NgramConfig, PatternConfig
from seqrec.mining.distinct_users import users_of_itemsets, users_of_patterns
from seqrec.mining.interest_config import InterestConfig, InterestLabels, Kind
from seqrec.mining.interest_rows import InterestRows
from seqrec.mining.interests import list_completions, profile_users, weigh_labels
from seqrec.mining.itemsets import mine_itemsets
from seqrec.mining.levels import Level
from seqrec.mining.ngrams import mine_ngrams
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.tables import ItemLists
from tests.mining import interest_oracle
from tests.mining.interest_oracle import Event
from tests.oracles import Near

N_ITEMS = 4
# Item 4 has no category.
LEVEL = Level(np.array([0, 1, 2, 2, 0], dtype=np.int32), np.array(["", "x", "y"], dtype=object))
NO_FADING = InterestConfig(half_life_events=None)

Users = list[list[Event]]


def database_of(users: Sequence[Sequence[Event]]) -> SequenceDatabase:
    events = [event for user in users for event in user]
    database = SequenceDatabase.from_histories([[event.item for event in user] for user in users])
    return SequenceDatabase(
        **{
            **vars(database),
            "times_s": np.array([event.time_s for event in events], dtype=np.int64),
            "session_ids": np.array([event.session for event in events], dtype=np.int64),
            "n_items": N_ITEMS,
        }
    )


@st.composite
def users(draw: st.DrawFn) -> Users:
    """Up to four users; sessions of one user overlap, of two never; times tie."""
    made, session = [], 0
    for _ in range(draw(st.integers(1, 4))):
        n_sessions = draw(st.integers(1, 3))
        drawn = draw(
            st.lists(
                st.tuples(
                    st.integers(1, N_ITEMS), st.integers(0, 3), st.integers(0, n_sessions - 1)
                ),
                max_size=7,
            )
        )
        # Sessions are numbered in the order of their first events.
        numbers = {one: place for place, one in enumerate(dict.fromkeys(s for *_, s in drawn))}
        time_s, events = 0, []
        for item, later_s, own in drawn:
            time_s += later_s
            events.append(Event(item, time_s, session + numbers[own]))
        session += len(numbers)
        made.append(events)
    return made


LISTS = st.lists(st.lists(st.integers(1, N_ITEMS), min_size=1, max_size=3), min_size=1, max_size=8)
LIMIT = st.none() | st.integers(0, 4)
HALF_LIFE = st.sampled_from([None, 1.0, 2.5])


def profiled(
    database: SequenceDatabase,
    labels: InterestLabels,
    config: InterestConfig,
    level: Level | None = None,
) -> InterestRows:
    counts = weigh_labels(database, labels, level)
    return InterestRows.join(list(profile_users(database, [labels], [counts], config, level)))


def as_dict(rows: InterestRows) -> dict[tuple[int, int], tuple[int, int, float, float]]:
    columns = (rows.counts, rows.newest_s, rows.shares, rows.weights)
    keys = zip(rows.user_rows.tolist(), rows.labels.tolist(), strict=True)
    values = zip(*(column.tolist() for column in columns), strict=True)
    return dict(zip(keys, values, strict=True))


def agree(got: dict, expected: dict) -> None:
    assert got.keys() == expected.keys()
    for key, row in expected.items():
        assert got[key][:2] == row[:2]
        assert got[key][2:] == pytest.approx(row[2:])


@settings(max_examples=150, deadline=None)
@given(users(), LISTS, st.tuples(LIMIT, LIMIT, LIMIT), st.booleans(), HALF_LIFE)
def test_profiles_of_patterns_equal_their_definition(
    made, lists, limits, by_session, half_life
) -> None:
    scope = Scope(by_session=by_session)
    labels = InterestLabels(Kind.PATTERN, ItemLists.from_lists(lists), scope, NearLimits(*limits))
    found = [
        [
            interest_oracle.completions(user, one, Near(*limits), by_session=by_session)
            for one in lists
        ]
        for user in made
    ]
    n_users = [sum(bool(user[label]) for user in found) for label in range(len(lists))]
    bits = interest_oracle.bits(len(made), n_users)
    config = InterestConfig(half_life_events=half_life, half_life_s=half_life)
    rows = profiled(database_of(made), labels, config)
    expected = interest_oracle.profile(made, found, (half_life, half_life), bits)
    agree(as_dict(rows), expected)
    counts = weigh_labels(database_of(made), labels)
    assert counts.n_users.tolist() == n_users
    assert counts.bits.tolist() == pytest.approx(bits)
    assert counts.n_times.tolist() == [
        sum(len(user[label]) for user in found) for label in range(len(lists))
    ]


@settings(max_examples=80, deadline=None)
@given(users(), st.lists(st.sets(st.integers(1, N_ITEMS), min_size=1), min_size=1, max_size=8))
def test_profiles_of_itemsets_equal_their_definition(made, sets) -> None:
    lists = [sorted(one) for one in sets]
    labels = InterestLabels(
        Kind.PATTERN,
        ItemLists.from_lists(lists),
        Scope(by_session=True),
        NearLimits(),
        ordered=False,
    )
    found = [
        [
            interest_oracle.completions(user, one, Near(), by_session=True, ordered=False)
            for one in lists
        ]
        for user in made
    ]
    n_users = [sum(bool(user[label]) for user in found) for label in range(len(lists))]
    bits = interest_oracle.bits(len(made), n_users)
    rows = profiled(database_of(made), labels, InterestConfig(half_life_events=3.0))
    agree(as_dict(rows), interest_oracle.profile(made, found, (3.0, None), bits))


@settings(max_examples=60, deadline=None)
@given(users())
def test_profiles_of_categories_equal_their_definition(made) -> None:
    named = [
        [Event(int(LEVEL.ids[e.item]), e.time_s, e.session) for e in user if LEVEL.ids[e.item]]
        for user in made
    ]
    found = [[[e for e in user if e.item == one] for one in (1, 2)] for user in named]
    n_times = [sum(len(user[label]) for user in found) for label in range(2)]
    bits = interest_oracle.bits(sum(n_times), n_times)
    rows = profiled(
        database_of(made), InterestLabels.of_categories(LEVEL), InterestConfig(2.0), LEVEL
    )
    assert set(rows.kinds.tolist()) <= {Kind.CATEGORY}
    agree(as_dict(rows), interest_oracle.profile(named, found, (2.0, None), bits))


@settings(max_examples=60, deadline=None)
@given(users(), LISTS, st.booleans())
def test_completions_are_listed_event_by_event(made, lists, by_session) -> None:
    labels = InterestLabels(
        Kind.PATTERN, ItemLists.from_lists(lists), Scope(by_session=by_session), NearLimits()
    )
    places, found = list_completions(database_of(made), labels)
    events = [event for user in made for event in user]
    expected = [
        (next(place for place, other in enumerate(events) if other is event), label)
        for user in made
        for label, one in enumerate(lists)
        for event in interest_oracle.completions(user, one, Near(), by_session=by_session)
    ]
    assert list(zip(places.tolist(), found.tolist(), strict=True)) == sorted(expected)


def test_two_users_counted_by_hand() -> None:
    # The first has 1, later 2 twice, the second once; only the first has 3.
    database = SequenceDatabase.from_histories([[1, 2, 3, 1, 2], [1, 4, 2], [4]])
    lists = ItemLists.from_lists([[1, 2], [3]])
    labels = InterestLabels(Kind.PATTERN, lists, Scope(), NearLimits())
    counts = weigh_labels(database, labels)
    assert (counts.n_users.tolist(), counts.n_times.tolist()) == ([2, 1], [3, 1])
    assert counts.bits.tolist() == [1.0, 2.0]  # log2(4 / 2), log2(4 / 1)
    # A half-life of one event: the events of the first count 1/16, 1/8, 1/4, 1/2 and 1.
    rows = profiled(database, labels, InterestConfig(half_life_events=1.0))
    assert rows.user_rows.tolist() == [0, 0, 1]
    assert rows.labels.tolist() == [0, 1, 0]
    assert rows.counts.tolist() == [2, 1, 1]
    assert rows.newest_s.tolist() == [4, 2, 7]
    # 1/8 + 1 of one bit each against 1/4 of two bits.
    assert rows.shares.tolist() == pytest.approx([1.125 / 1.375, 0.25 / 1.375, 1.0])
    assert rows.weights.tolist() == pytest.approx([1.125 / 1.625, 0.5 / 1.625, 1.0])


def test_the_newest_event_needs_no_clock_and_seconds_do() -> None:
    made = [[Event(1, 0, 0), Event(2, 100, 0)]]
    labels = InterestLabels(Kind.PATTERN, ItemLists.from_lists([[1], [2]]), Scope(), NearLimits())
    config = InterestConfig(half_life_events=None, half_life_s=50.0)
    rows = profiled(database_of(made), labels, config)
    assert rows.shares.tolist() == pytest.approx([1 / 1.25, 0.25 / 1.25])
    blind = SequenceDatabase(**{**vars(database_of(made)), "has_clock": False})
    assert len(profiled(blind, labels, NO_FADING)) == 2
    with pytest.raises(ConfigError, match="the log has no times, so that seconds mean nothing"):
        profiled(blind, labels, config)


def test_an_interest_of_long_ago_keeps_a_trace() -> None:
    database = SequenceDatabase.from_histories([[1, 2, *[3] * 5000]])
    labels = InterestLabels(Kind.PATTERN, ItemLists.from_lists([[1, 2]]), Scope(), NearLimits())
    rows = profiled(database, labels, InterestConfig(half_life_events=1.0))
    assert rows.weights.tolist() == [1.0]


def test_weights_stay_shares_of_all_where_few_are_kept() -> None:
    made = [[Event(item, place, 0) for place, item in enumerate([1, 2, 3, 3])]]
    lists = ItemLists.from_lists([[1], [2], [3]])
    labels = InterestLabels(Kind.PATTERN, lists, Scope(), NearLimits())
    rows = profiled(database_of(made), labels, InterestConfig(None, most_per_user=2))
    assert rows.labels.tolist() == [2, 0]
    assert rows.weights.tolist() == pytest.approx([0.5, 0.25])


def test_blocks_of_users_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(0)
    histories = generator.integers(1, 5, size=(40, 6)).tolist()
    database = SequenceDatabase.from_histories(histories)
    lists = ItemLists.from_lists([[1, 2], [3], [2, 2], [4, 1]])
    labels = InterestLabels(Kind.PATTERN, lists, Scope(), NearLimits())
    whole = profiled(database, labels, InterestConfig())
    monkeypatch.setattr(interest_events, "_BLOCK_EVENTS", 20)
    blocks = interest_events.split_blocks(database, 4)
    assert blocks[:2] == [(0, 3), (3, 6)]
    assert blocks[-1] == (39, 40)
    assert as_dict(profiled(database, labels, InterestConfig())) == as_dict(whole)
    monkeypatch.setattr(interest_events, "_BLOCK_ROWS", 8)
    assert interest_events.split_blocks(database, 4)[0] == (0, 2)
    long = SequenceDatabase.from_histories([[1] * 50, [2]])
    assert interest_events.split_blocks(long, 1) == [(0, 1), (1, 2)]


@settings(max_examples=30, deadline=None)
@given(users(), st.booleans())
def test_users_are_those_that_the_miners_counted(made, by_session) -> None:
    database = database_of([*made, [Event(1, 0, sum(len(user) for user in made))]])
    config = PatternConfig(1, max_length=3, scope=Scope(by_session=by_session))
    patterns = mine_patterns(database, config)
    labels = InterestLabels.of_patterns(patterns, config, 1_000)
    n_users = weigh_labels(database, labels).n_users
    assert n_users.tolist() == users_of_patterns(database, patterns, config).tolist()
    itemsets = mine_itemsets(database, ItemsetConfig(1))
    labels = InterestLabels.of_itemsets(itemsets, 1_000)
    n_users = weigh_labels(database, labels).n_users
    assert n_users.tolist() == users_of_itemsets(database, itemsets).tolist()
    ngrams = mine_ngrams(database, NgramConfig(2))
    labels = InterestLabels.of_ngrams(ngrams, NgramConfig(2), 1_000)
    assert weigh_labels(database, labels).n_users.tolist() == ngrams.counts.tolist()


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"half_life_events": 0.0}, "a half-life of 0 events; choose more than 0, or none"),
        ({"half_life_s": -1.0}, "a half-life of -1 seconds; choose more than 0, or none"),
        ({"most_patterns": 0}, "0 patterns are to be looked for; choose 1 to 100,000"),
        ({"most_per_user": 0}, "0 interests a user are none; choose 1 or more, or all"),
    ],
)
def test_numbers_outside_their_range_are_refused(choice: dict, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        InterestConfig(**choice)
