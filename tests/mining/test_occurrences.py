from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.conditions import NearLimits
from seqrec.mining.occurrences import count_over_time, find_occurrences

DAY_S = 86_400
LIMIT = st.none() | st.integers(0, 4)
EVENTS = st.lists(
    st.tuples(st.integers(1, 3), st.integers(0, 3), st.integers(0, 1)), min_size=0, max_size=7
)


def database_of(users: list[list[tuple[int, int, int]]]) -> SequenceDatabase:
    """Each event is an item, seconds since the event before, and which of two sessions."""
    flat = [event for user in users for event in user]
    sessions: dict[tuple[int, int], int] = {}
    for row, user in enumerate(users):
        for _, _, session in user:
            sessions.setdefault((row, session), len(sessions))
    ids = [sessions[row, event[2]] for row, user in enumerate(users) for event in user]
    times = [int(t) for user in users for t in np.cumsum([event[1] for event in user])]
    return SequenceDatabase(
        items=np.array([event[0] for event in flat], dtype=np.int32),
        times_s=np.array(times, dtype=np.int64),
        offsets=np.cumsum([0, *(len(user) for user in users)], dtype=np.int64),
        session_ids=np.array(ids, dtype=np.int64),
        event_ids=np.zeros(len(flat), dtype=np.int16),
        n_items=3,
        fingerprint="in-memory",
    )


def slow_find(
    database: SequenceDatabase, pattern: tuple[int, ...], near: NearLimits, *, by_session: bool
) -> list[tuple[int, tuple[int, ...]]]:
    """Every embedding in every unit; the earliest, under limits the earliest to end, then late."""
    found = []
    owners = np.repeat(np.arange(database.n_users), np.diff(database.offsets))
    units = database.session_ids if by_session else owners
    for unit in dict.fromkeys(units.tolist()):
        places = np.flatnonzero(units == unit).tolist()
        fits = []
        for chosen in combinations(range(len(places)), len(pattern)):
            at = [places[i] for i in chosen]
            times = database.times_s[at]
            gaps, waits = np.diff(chosen) - 1, np.diff(times)
            ok = tuple(database.items[at].tolist()) == pattern
            ok &= near.max_gap is None or bool((gaps <= near.max_gap).all())
            ok &= near.max_gap_s is None or bool((waits <= near.max_gap_s).all())
            ok &= near.max_span_s is None or int(times[-1] - times[0]) <= near.max_span_s
            if ok:
                fits.append(at)
        if fits:
            best = min(fits)
            if near.any:
                best = min(fits, key=lambda at: (at[-1], [-place for place in reversed(at)]))
            user = int(owners[best[0]])
            found.append((user, tuple(place - int(database.offsets[user]) + 1 for place in best)))
    return sorted(found)


@settings(deadline=None)
@given(
    st.lists(EVENTS, min_size=1, max_size=4),
    st.lists(st.integers(1, 3), min_size=1, max_size=3).map(tuple),
    st.builds(NearLimits, LIMIT, LIMIT, LIMIT),
    st.booleans(),
)
def test_an_occurrence_is_one_of_all_embeddings(
    users: list[list[tuple[int, int, int]]],
    pattern: tuple[int, ...],
    near: NearLimits,
    by_session: bool,  # noqa: FBT001
):
    database = database_of(users)
    found = find_occurrences(database, pattern, near, by_session=by_session)
    steps = [tuple(row) for row in found.steps.tolist()]
    expected = slow_find(database, pattern, near, by_session=by_session)
    assert sorted(zip(found.user_rows.tolist(), steps, strict=True)) == expected
    assert found.user_rows.tolist() == sorted(found.user_rows.tolist())
    assert found.n_users == len({user for user, _ in expected})
    assert (found.gaps_s >= 0).all()


def test_time_between_steps_is_that_of_the_occurrence():
    database = database_of([[(1, 0, 0), (2, 5, 0), (1, 1, 0), (2, 9, 0)]])
    assert find_occurrences(database, (1, 2), NearLimits()).gaps_s.tolist() == [[5]]
    near = find_occurrences(database, (2, 2), NearLimits(max_span_s=10))
    assert near.gaps_s.tolist() == [[10]]


def test_timeline_counts_each_occurrence_at_its_end_and_who_was_active():
    users = [[(1, 0, 0), (2, DAY_S, 0)], [(1, 0, 0), (2, 3 * DAY_S, 0)], [(1, 0, 0)]]
    database = database_of(users)
    found = find_occurrences(database, (1, 2), NearLimits())
    timeline = count_over_time(database, found)
    assert timeline.period_s == DAY_S
    assert timeline.counts.sum() == 2
    assert timeline.active[0] == 3
    assert timeline.starts_s[np.flatnonzero(timeline.counts)].tolist() == [DAY_S, 3 * DAY_S]


def test_a_long_log_has_few_periods():
    database = database_of([[(1, 0, 0), (2, 4000 * DAY_S, 0)]])
    found = find_occurrences(database, (1, 2), NearLimits())
    timeline = count_over_time(database, found)
    assert len(timeline.counts) <= 61
    assert timeline.counts[-1] == pytest.approx(1)
