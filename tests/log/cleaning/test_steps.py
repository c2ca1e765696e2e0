"""Each step beside its plain definition on random events."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.errors import TooSmallError
from seqrec.log.cleaning.apply import follow_steps
from seqrec.log.cleaning.core import RareEntries
from seqrec.log.cleaning.duplicates import ExactDuplicates, NearDuplicates, Repeats
from seqrec.log.cleaning.events import KeepEvents, WeighEvents
from seqrec.log.cleaning.people import (
    AccountsByName,
    BusyUsers,
    DominantUsers,
    Extent,
    InhumanSpeed,
    Period,
)
from seqrec.log.cleaning.returns import Cancellations
from seqrec.log.cleaning.sessions import SessionsByGap
from seqrec.log.cleaning.step import Step
from seqrec.log.cleaning.times import ImpossibleTimes, TimeRange
from tests.log.cleaning import oracles
from tests.log.cleaning.coded import Event, history, make_coded, random_events, remaining

NAMES = ("Test1", "anna", "TEST user", "bot.7", "ütest")

on_random_events = settings(max_examples=30, deadline=None)


Connection = duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    with duckdb.connect() as opened:
        yield opened


def removed_by(
    connection: Connection, step: Step, events: Sequence[Event], **names: Sequence[str]
) -> set[Event]:
    """Events that the step removes, by what is left in the table."""
    make_coded(connection, events, **names)
    before = len(events)
    try:
        effect = next(follow_steps(connection, [step], lambda _stage, _share: None))
    except TooSmallError:
        return set(events)
    left = set(remaining(connection))
    assert effect.n_removed == before - len(left)
    assert effect.n_events == len(left)
    return {event for event in events if (event.file, event.line) not in left}


Oracle = Callable[[list[Event], Any], set[Event]]

DAYS = (date(2017, 7, 15), date(2017, 7, 14))
ZONES = ("UTC", "Asia/Shanghai", "America/New_York")
VARIANTS: list[tuple[Oracle, list[Step]]] = [
    (oracles.exact_duplicates, [ExactDuplicates()]),
    (oracles.near_duplicates, [NearDuplicates(0.0), NearDuplicates(1.0), NearDuplicates(60.0)]),
    (oracles.repeats, [Repeats(), Repeats(60.0), Repeats(same_event=False)]),
    (oracles.time_range, [TimeRange(DAYS[0], None, zone) for zone in ZONES]),
    (oracles.time_range, [TimeRange(None, DAYS[1], zone) for zone in ZONES]),
    (
        oracles.time_range,
        [ImpossibleTimes(DAYS[0], DAYS[0], placeholders=False, zone=zone) for zone in ZONES],
    ),
    (oracles.busy_users, [BusyUsers(period, z) for period in Period for z in (1.0, 1.5, 3.0)]),
    (oracles.inhuman_speed, [InhumanSpeed(n, 60.0 * n - 59, Extent.USER) for n in (1, 2, 3)]),
    (oracles.dominant_users, [DominantUsers(0.2), DominantUsers(0.5)]),
    (oracles.rare_entries, [RareEntries(*few) for few in ((2, 2), (3, 1), (1, 4), (5, 5))]),
    (oracles.kept_types, [KeepEvents(("view", "purchase"))]),
    (oracles.weightless, [WeighEvents((("view", 0.5), ("purchase", 0.0)))]),
]
PAIRS = [(step, oracle) for oracle, steps in VARIANTS for step in steps]


@pytest.mark.parametrize(("step", "oracle"), PAIRS, ids=lambda entry: getattr(entry, "kind", ""))
@on_random_events
@given(events=random_events())
def test_a_step_removes_what_its_definition_says(
    connection: Connection, step: Step, oracle: Oracle, events: list[Event]
):
    assert removed_by(connection, step, events) == oracle(events, step)


RETURNS = [
    Cancellations(),
    Cancellations(with_purchase=False),
    Cancellations(negative_value=False, events=("return",)),
    Cancellations(negative_value=True, events=("return",), session_prefix="C"),
    Cancellations(negative_value=False, session_prefix="C"),
]


@pytest.mark.parametrize("step", RETURNS)
@settings(max_examples=100, deadline=None)
@given(events=random_events())
def test_each_return_takes_back_the_latest_free_purchase(
    connection: Connection, step: Step, events: list[Event]
):
    names = ("C1", "S1", "C2", "C3", "S2", "S3", "CS", "SC", "S4", "S5")
    expected = oracles.cancellations(events, step, names)
    assert removed_by(connection, step, events, session_names=names) == expected


@pytest.mark.parametrize("pattern", ["test*", "*test*", "bot.?", "bot??", "*", "b.t*", "TEST1"])
@on_random_events
@given(events=random_events())
def test_accounts_are_found_by_name(connection: Connection, pattern: str, events: list[Event]):
    expected = oracles.named_users(events, NAMES, pattern)
    assert removed_by(connection, AccountsByName((pattern,)), events, user_names=NAMES) == expected


@on_random_events
@given(
    events=random_events(), n_events=st.integers(1, 4), within_s=st.sampled_from([0.0, 2.0, 5e3])
)
def test_sessions_of_inhuman_speed_go_whole(
    connection: Connection, events: list[Event], n_events: int, within_s: float
):
    events.append(Event(5, 2, 0, 0, 0, 0, 0))
    step = InhumanSpeed(n_events, within_s, Extent.SESSION)
    assert removed_by(connection, step, events) == oracles.inhuman_speed(events, step)


@on_random_events
@given(events=random_events(), gap_s=st.sampled_from([0.0, 1.0, 1800.0, 1e6]))
def test_sessions_by_gap_are_numbered_by_user_and_time(
    connection: Connection, events: list[Event], gap_s: float
):
    assert removed_by(connection, SessionsByGap(gap_s), events) == set()
    rows = connection.execute(
        """SELECT file, line, dense_rank() OVER (ORDER BY session_code) - 1
           FROM coded ORDER BY ALL"""
    ).fetchall()
    expected = oracles.sessions_by_gap(events, gap_s)
    assert rows == sorted((event.file, event.line, number) for event, number in expected.items())
    assert connection.execute("SELECT * FROM session_names").fetchall() == []


def test_placeholder_days_are_removed_in_every_zone(connection: Connection):
    moments = [0, -8 * 3600, 11 * 3600, -62_135_596_800, 253_402_214_400, 9_223_372_036]
    events = history(*((0, time_s) for time_s in [*moments, 1_291_193_100, 3 * 86_400]))
    step = ImpossibleTimes(first_day=None)
    assert removed_by(connection, step, events) == set(events[:6])
    assert oracles.placeholders([events[0], events[1], events[2]]) == set(events[:3])


def test_a_bot_among_people_is_found_by_its_rate(connection: Connection):
    events = []
    for user in range(30):
        moments = [(item, 86_400 * day + item) for day in range(3) for item in range(user % 4 + 1)]
        events += history(*moments, user=user, first_line=1000 * user)
    bot = history(*((item % 5, 40.0 * item) for item in range(2000)), user=30, first_line=50_000)
    assert removed_by(connection, BusyUsers(), events + bot) == set(bot)


def test_a_pattern_cannot_hang(connection: Connection):
    names = ["a" * 10_000 + "b"] * 3
    events = history((0, 0.0)) + history((0, 1.0), user=1, first_line=3)
    assert (
        removed_by(connection, AccountsByName(("*a" * 99 + "*c",)), events, user_names=names)
        == set()
    )


def test_signs_in_a_pattern_are_literal(connection: Connection):
    names = ["a.b", "axb", "a*b'; DROP TABLE coded; --", "(a", "\\d", "[ab]", "a\nb"]
    events = [event for user in range(7) for event in history((0, 1.0), user=user, first_line=user)]
    found = {
        pattern: {
            event.user_code
            for event in removed_by(
                connection, AccountsByName((pattern,)), events, user_names=names
            )
        }
        for pattern in ("a.b", "(a", "\\d", "[ab]", "a?b", "a*b'; DROP TABLE coded; --")
    }
    assert found == {
        "a.b": {0},
        "(a": {3},
        "\\d": {4},
        "[ab]": {5},
        "a?b": {0, 1, 6},
        "a*b'; DROP TABLE coded; --": {2},
    }


def test_rounds_of_the_core_are_counted(connection: Connection):
    # u0 keeps i0 alive, and i0 keeps u1: one falls after the other.
    events = [
        Event(0, line, *pair, 0) for line, pair in enumerate([(0, 0), (0, 1), (1, 1), (1, 2)])
    ]
    pair = [Event(1, line, 2, 3, 0) for line in range(2)]
    make_coded(connection, events + pair)
    effect = next(follow_steps(connection, [RareEntries(2, 2)], lambda _stage, _share: None))
    assert effect.remark == "2 rounds"
    assert (effect.n_removed, effect.n_events, effect.n_users, effect.n_items) == (4, 2, 1, 1)
