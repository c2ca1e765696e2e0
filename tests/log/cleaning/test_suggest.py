from collections.abc import Iterator
from datetime import date

import duckdb
import numpy as np
import pytest

from seqrec.log.cleaning.core import RareEntries
from seqrec.log.cleaning.duplicates import ExactDuplicates, NearDuplicates, Repeats
from seqrec.log.cleaning.look import LogContext, Suggestion
from seqrec.log.cleaning.people import AccountsByName, BusyUsers, DominantUsers, InhumanSpeed
from seqrec.log.cleaning.returns import Cancellations
from seqrec.log.cleaning.sessions import SessionsByGap
from seqrec.log.cleaning.suggest import suggest_steps
from seqrec.log.cleaning.times import ImpossibleTimes
from tests.log.cleaning.coded import DAY_S, Event, history, make_coded

NOW_S = 1_500_000_000
CONTEXT = LogContext(today=date(2017, 7, 20))


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def people(n_users: int = 60) -> list[Event]:
    """Users who see 30 items each, a visit of six events a day for five days; nothing odd."""
    generator = np.random.default_rng(3)
    events: list[Event] = []
    for user in range(n_users):
        start_s = NOW_S - 20 * DAY_S + int(generator.integers(DAY_S))
        items = generator.permutation(40)[:30]
        moments = [
            (int(item), start_s + place // 6 * DAY_S + place % 6 * 40 + int(generator.integers(30)))
            for place, item in enumerate(items)
        ]
        events += history(*moments, user=user, first_line=len(events) + 2)
    return events


def suggested(
    connection: duckdb.DuckDBPyConnection, events: list[Event], **names: list[str]
) -> dict[str, Suggestion]:
    make_coded(connection, events, **names)
    found = suggest_steps(connection, CONTEXT, lambda _stage, _share: None)
    assert all(Suggestion.from_json(entry.to_json()) == entry for entry in found)
    assert connection.execute("SELECT count(*) FROM coded").fetchone() == (len(events),)
    return {entry.step.kind: entry for entry in found}


def test_nothing_is_suggested_for_an_ordinary_log(connection: duckdb.DuckDBPyConnection):
    found = suggested(connection, people())
    # Visits of seconds and pauses of a day: the valley is not at half an hour.
    assert set(found) <= {SessionsByGap.kind}


def test_copies_are_counted(connection: duckdb.DuckDBPyConnection):
    events = people()
    copies = [event._replace(line=10_000 + event.line) for event in events[:20]]
    found = suggested(connection, events + copies)
    entry = found[ExactDuplicates.kind]
    assert (entry.n_events, entry.n_users) == (20, 1)
    assert entry.why == "20 of 1,820 events (1.1%) are copies of an earlier row."
    assert NearDuplicates.kind not in found


def test_double_clicks_are_told_from_copies(connection: duckdb.DuckDBPyConnection):
    events = people()
    clicks = [
        event._replace(line=10_000 + event.line, time_us=event.time_us + 500_000)
        for event in events[:20]
    ]
    found = suggested(connection, events + clicks)
    assert found[NearDuplicates.kind].n_events == 20
    assert ExactDuplicates.kind not in found


def test_days_without_a_time_are_no_double_clicks(connection: duckdb.DuckDBPyConnection):
    events = [
        event._replace(time_us=event.time_us // (DAY_S * 1_000_000) * DAY_S * 1_000_000)
        for event in people()
    ]
    twice = [event._replace(line=10_000 + event.line, value=2.0) for event in events[:200]]
    found = suggested(connection, events + twice)
    assert NearDuplicates.kind not in found
    assert InhumanSpeed.kind not in found


def test_impossible_times_are_counted(connection: duckdb.DuckDBPyConnection):
    wrong = [
        Event(1, line, 0, 0, time_s * 1_000_000)
        for line, time_s in enumerate([0, -62_135_596_800, 4_000_000_000, 253_402_214_400])
    ]
    entry = suggested(connection, people() + wrong)[ImpossibleTimes.kind]
    assert entry.n_events == 4
    assert entry.step == ImpossibleTimes(last_day=date(2017, 7, 21))


def test_accounts_for_tests_are_found_by_the_names_that_occur(
    connection: duckdb.DuckDBPyConnection,
):
    names = [f"user{code}" for code in range(60)]
    names[:4] = ["Test_1", "test2", "contest", "some crawler/2"]
    entry = suggested(connection, people(), user_names=names)[AccountsByName.kind]
    assert entry.step == AccountsByName(("test_*", "test2*", "*crawler*"))
    assert entry.n_users == 3


def test_a_bot_is_suggested_in_every_way_that_it_shows(connection: duckdb.DuckDBPyConnection):
    bot = history(
        *((place % 40, NOW_S - DAY_S + place * 0.2) for place in range(2000)),
        user=60,
        first_line=20_000,
    )
    found = suggested(connection, people() + bot)
    for kind in (BusyUsers.kind, InhumanSpeed.kind, DominantUsers.kind):
        assert (found[kind].n_events, found[kind].n_users) == (2000, 1)
    assert "1 user has 2,000 of 3,800 events (52.6%)" in found[DominantUsers.kind].why


def test_returns_are_found_by_value_type_and_session(connection: duckdb.DuckDBPyConnection):
    events = [event._replace(session_code=0) for event in people()]
    purchase = events[0]._replace(event_code=1, value=2.0)
    back = purchase._replace(line=10_000, value=-2.0, time_us=purchase.time_us + 1)
    typed = events[31]._replace(line=10_001, event_code=2, time_us=events[31].time_us + 1)
    named = events[61]._replace(line=10_002, session_code=2, time_us=events[61].time_us + 1)
    sessions = ["536365", "536366", "C536367"]
    rows = [purchase, *events[1:], back, typed, named]
    entry = suggested(connection, rows, session_names=sessions)[Cancellations.kind]
    assert entry.step == Cancellations(events=("return",), session_prefix="C")
    assert entry.n_events == 6


def test_repeats_and_rare_entries_are_counted(connection: duckdb.DuckDBPyConnection):
    events = people()
    again = [
        event._replace(line=10_000 + event.line, time_us=event.time_us + 5_000_000)
        for event in events[::10]
    ]
    rare = history((41, NOW_S), (42, NOW_S + 50), user=60, first_line=20_000)
    found = suggested(connection, events + again + rare)
    assert found[Repeats.kind].n_events == 180
    assert found[RareEntries.kind].n_events == 2


def test_a_log_without_a_clock_gets_no_step_about_times(connection: duckdb.DuckDBPyConnection):
    make_coded(connection, history((0, 0.0), (1, 1.0), (0, 2.0)))
    found = suggest_steps(connection, LogContext(has_clock=False), lambda _stage, _share: None)
    assert not any(entry.step.needs_clock for entry in found)
