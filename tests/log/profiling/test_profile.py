import json
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon

from seqrec.log.columns import ColumnMapping, TimeFormat
from seqrec.log.profiling import drift, tally
from seqrec.log.profiling.calendar import zone_offsets_s
from seqrec.log.profiling.cohorts import Period
from seqrec.log.profiling.coverage import Amounts, Coverage
from seqrec.log.profiling.drift import jensen_shannon
from seqrec.log.profiling.profile import LogProfile, load_profile, profile_sequences
from seqrec.log.sequences import SequenceDatabase
from seqrec.workspace import Workspace
from tests.log.arrays import to_database
from tests.log.cleaning.coded import Event, random_events
from tests.log.tables import store, text_table

ZONES = ("UTC", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")


@settings(deadline=None)
@given(events=random_events())
def test_counts_equal_plain_counts(events: list[Event]):
    profile = profile_sequences(to_database(events))
    users = Counter(event.user_code for event in events)
    items = Counter(event.item_code for event in events)
    sessions = Counter((event.user_code, event.session_code) for event in events)
    for found, counts in (
        (profile.lengths, users),
        (profile.item_counts, items),
        (profile.session_lengths, sessions),
    ):
        filled = Counter(counts.values())
        assert {v: c for v, c in zip(found.values, found.counts, strict=True) if v} == filled
    assert (
        list(profile.top_users)
        == sorted((*users.values(), *[0] * 5), reverse=True)[: len(profile.top_users)]
    )
    pairs = {(event.user_code, event.item_code) for event in events}
    assert profile.n_repeats == len(events) - len(pairs)
    times = [(event.user_code, event.time_us // 1_000_000) for event in events]
    assert profile.n_ties == len(times) - len(set(times))


@pytest.mark.parametrize("zone", ZONES)
@settings(deadline=None, max_examples=40)
@given(times_s=st.lists(st.integers(-62_000_000_000, 253_000_000_000), min_size=1, max_size=20))
def test_offsets_are_those_of_the_zone(zone: str, times_s: list[int]):
    found = zone_offsets_s(np.array(times_s), zone)
    moments = [datetime.fromtimestamp(time_s, tz=UTC) for time_s in times_s]
    expected = [moment.astimezone(ZoneInfo(zone)).utcoffset().total_seconds() for moment in moments]
    assert found.tolist() == [round(offset_s) for offset_s in expected]


def test_offsets_change_within_a_day():
    # On 2021-03-28 at 01:00 UTC clocks in Berlin went from 2:00 to 3:00.
    change_s = 1_616_893_200
    times_s = np.array([change_s - 1, change_s, change_s + 3600 * 20])
    assert zone_offsets_s(times_s, "Europe/Berlin").tolist() == [3600, 7200, 7200]
    far = np.array([-(10**14), 10**14])
    assert len(zone_offsets_s(far, "Europe/Berlin")) == 2


@pytest.mark.parametrize("zone", ZONES)
@settings(deadline=None, max_examples=20)
@given(events=random_events())
def test_the_calendar_counts_local_days_and_hours(zone: str, events: list[Event]):
    calendar = profile_sequences(to_database(events), zone, now_s=1.5e9 + 86_400).calendar
    assert calendar is not None
    moments = [
        datetime.fromtimestamp(event.time_us // 1_000_000, tz=ZoneInfo(zone)) for event in events
    ]
    hours = Counter((moment.weekday(), moment.hour) for moment in moments)
    assert {cell: calendar.hours[cell] for cell in hours} == hours
    assert calendar.n_events == len(events)
    days = Counter((moment.date() - date(1970, 1, 1)).days for moment in moments)
    filled = np.flatnonzero(calendar.events_per_day)
    assert {
        calendar.first_day + day: calendar.events_per_day[day] for day in filled.tolist()
    } == days
    assert calendar.n_midnights == sum(f"{moment:%H%M%S}" == "000000" for moment in moments)
    assert calendar.n_future == sum(e.time_us > (1_500_000_000 + 86_400) * 1e6 for e in events)


def _periods(events: list[Event], period: Period) -> list[int]:
    days = [date.fromtimestamp(0).toordinal() + e.time_us // 86_400_000_000 for e in events]
    found = [date.fromordinal(day) for day in days]
    months = [12 * day.year + day.month - 1 for day in found]
    if period is Period.WEEK:
        return [(day + 6) // 7 for day in days]
    return [
        month // {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}[period] for month in months
    ]


@settings(deadline=None)
@given(events=random_events(), stretch=st.sampled_from([1, 3, 30]))
def test_cohorts_equal_sets_of_users(events: list[Event], stretch: int):
    events = [
        event._replace(time_us=(event.time_us - 1_500_000_000_000_000) * stretch + 10**15)
        for event in events
    ]
    cohorts = profile_sequences(to_database(events)).cohorts
    assert cohorts is not None
    numbers = _periods(events, cohorts.period)
    acting: dict[int, set[int]] = defaultdict(set)
    for event, number in zip(events, numbers, strict=True):
        acting[event.user_code].add(number)
    expected = Counter(
        (min(found) - min(numbers), number - min(found))
        for found in acting.values()
        for number in found
    )
    assert {cell: cohorts.active[cell] for cell in expected} == expected
    assert cohorts.active.sum() == sum(expected.values())
    assert len(cohorts.names) == len(set(cohorts.names)) == len(cohorts.active)


def test_cohorts_are_named_by_their_period():
    def names(last_day: int) -> list[str]:
        database = _timed([0, last_day * 86_400])
        cohorts = profile_sequences(database).cohorts
        assert cohorts is not None
        return cohorts.names[:2]

    assert names(20) == ["1969-12-29", "1970-01-05"]
    assert names(400) == ["1970-01", "1970-02"]
    assert names(1500) == ["1970 Q1", "1970 Q2"]
    assert names(9000) == ["1970", "1971"]


def _timed(times_s: list[int], items: list[int] | None = None) -> SequenceDatabase:
    """One user with these times."""
    database = SequenceDatabase.from_histories([items or [1] * len(times_s)])
    return replace(database, times_s=np.array(times_s))


def test_drift_compares_the_first_and_the_last_tenth():
    # Tenths of ten events; item 3 is new in the last one.
    times_s = list(range(100))
    items = [1] * 6 + [2] * 4 + [1] * 80 + [2] * 4 + [3] * 6
    drift = profile_sequences(_timed(times_s, items)).drift
    assert drift is not None
    assert (drift.n_first, drift.n_last) == (10, 10)
    assert (drift.n_last_items, drift.n_unseen_items, drift.n_unseen_events) == (2, 1, 6)
    expected = jensenshannon([0.6, 0.4, 0], [0, 0.4, 0.6], base=2)
    assert drift.item_distance == pytest.approx(expected)
    assert drift.event_shares == ((1.0, 1.0),)
    assert drift.event_distance == 0


def test_shuffled_events_drift_no_more_than_by_chance():
    generator = np.random.default_rng(5)
    items = (1 + 200 * generator.random(20_000) ** 2).astype(int).tolist()
    drift = profile_sequences(_timed(list(range(20_000)), items)).drift
    assert drift is not None
    assert drift.item_distance == pytest.approx(drift.chance_distance, abs=0.02)
    assert drift.chance_distance > 0.1


def test_one_time_for_most_events_leaves_no_tenths():
    assert profile_sequences(_timed([5] * 100)).drift is None
    assert profile_sequences(_timed([5] * 95 + [6] * 5)).drift is None


@given(
    counts=st.lists(
        st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=20
    ).filter(lambda pairs: all(map(sum, zip(*pairs, strict=True))))
)
def test_jensen_shannon_equals_scipy(counts: list[tuple[int, int]]):
    first, second = np.array(counts).T
    expected = jensenshannon(first, second, base=2)
    assert jensen_shannon(first, second) == pytest.approx(np.nan_to_num(expected), abs=1e-7)


def test_the_size_of_parts_does_not_matter(monkeypatch: pytest.MonkeyPatch):
    generator = np.random.default_rng(3)
    histories = [generator.integers(1, 9, n).tolist() for n in generator.integers(1, 40, 50)]
    database = SequenceDatabase.from_histories([[], *histories, []])
    whole = profile_sequences(database, "Asia/Tokyo", now_s=1e9).to_json()
    for size in (1, 7, 100):
        monkeypatch.setattr(tally, "_PART_EVENTS", size)
        assert profile_sequences(database, "Asia/Tokyo", now_s=1e9).to_json() == whole


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 10**9) | st.integers(0, 9), min_size=1, max_size=60))
def test_tenths_are_alike_however_they_are_found(times_s: list[int]):
    bins = drift._N_BINS
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drift, "_MAX_SORTED", 0)
        counted = drift._find_tenths(np.array(times_s))
    assert drift._find_tenths(np.array(times_s)) == counted
    width_s = (max(times_s) - min(times_s)) // bins + 1
    places = sorted((time_s - min(times_s)) // width_s for time_s in times_s)
    tenth = max(len(times_s) // 10, 1)
    assert counted[0] == min(times_s) + (places[tenth - 1] + 1) * width_s - 1
    assert counted[1] == min(times_s) + places[-tenth] * width_s


def test_a_log_without_a_clock_has_no_calendar():
    profile = profile_sequences(SequenceDatabase.from_histories([[1, 2]]), has_clock=False)
    assert profile.calendar is profile.cohorts is profile.drift is profile.gaps is None


FULL = ColumnMapping(
    "user", "item", "time", TimeFormat.EPOCH_S, value="value", title="title", category="category"
)


def test_a_stored_log_has_its_profile_beside_it(workspace: Workspace):
    text = (
        "user,item,time,value,title,category\n1,a,100,2,Ann,x\n1,b,200,-1,,x\n2,a,300,inf,Ann,\n"
        "2,c,400,,c,\n"
    )
    log = store(workspace, text_table(workspace, text), mapping=FULL)
    assert (log.folder / "profile.json").is_file()
    profile = load_profile(log)
    assert profile.coverage == Coverage(3, n_titles=1, n_categories=2, n_texts=0, n_images=0)
    assert profile.amounts == Amounts(n_values=2, n_negative=1)
    assert profile.density == 4 / 6
    (log.folder / "profile.json").unlink()
    assert load_profile(log).to_json() == profile.to_json()


def test_a_profile_of_another_version_is_counted_again(workspace: Workspace):
    log = store(workspace, text_table(workspace, "user,item,time\n1,a,100\n1,b,200\n"))
    expected = load_profile(log).to_json()
    (log.folder / "profile.json").write_text('{"version": 0, "profile": {"old": 1}}')
    assert load_profile(log).to_json() == expected


@settings(deadline=None, max_examples=30)
@given(events=random_events())
def test_a_profile_survives_json(events: list[Event]):
    value = profile_sequences(to_database(events), now_s=1e9).to_json()
    assert LogProfile.from_json(json.loads(json.dumps(value))).to_json() == value


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_years_from_1_to_9999_fit_into_a_profile(zone: str):
    times_s = [-62_135_596_800, 0, 1_291_193_100, 9_223_372_036, 253_402_300_799]
    profile = profile_sequences(_timed(times_s), zone, now_s=1.5e9)
    assert profile.calendar is not None
    assert (profile.calendar.n_early, profile.calendar.n_future) == (2, 2)
    assert profile.calendar.events_per_day.sum() == profile.calendar.hours.sum() == 5
    assert profile.gaps is not None
    assert profile.gaps.n_gaps == 4
    assert profile.cohorts is not None
    assert profile.cohorts.active.sum() <= 5
