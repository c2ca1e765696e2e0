from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from seqrec.figures.behaviour import (
    draw_cohorts,
    draw_drift,
    draw_event_types,
    draw_gaps,
    draw_week,
)
from seqrec.log.profiling.gaps import GapHistogram
from seqrec.log.profiling.profile import LogProfile, profile_sequences
from seqrec.log.sequences import SequenceDatabase

HOUR_S, DAY_S = 3600, 86_400


def _profile(*histories: list[tuple[int, int]], zone: str = "UTC") -> LogProfile:
    """The profile of histories of (item, time in seconds)."""
    database = SequenceDatabase.from_histories([[item for item, _ in each] for each in histories])
    times_s = [time_s for each in histories for _, time_s in each]
    return profile_sequences(replace(database, times_s=np.array(times_s)), zone)


def _n_points(figure: go.Figure) -> int:
    return sum(np.size(trace.z if trace.type == "heatmap" else trace.x) for trace in figure.data)


def test_the_week_has_monday_on_top_and_counts_in_the_zone():
    # 1970-01-01 00:30 UTC was a Thursday; in Tokyo it was 9:30.
    profile = _profile([(1, 1800), (2, 1800), (1, 5 * DAY_S)], zone="Asia/Tokyo")
    assert profile.calendar is not None
    figure = draw_week(profile.calendar)
    cells = figure.data[0]
    assert cells.y[-1] == "Monday"
    assert cells.z[list(cells.y).index("Thursday")][9] == 2
    assert cells.z[list(cells.y).index("Tuesday")][9] == 1
    assert cells.z.sum() == 3
    assert figure.layout.xaxis.title.text == "Hour of the day (Asia/Tokyo)"


def test_cohorts_are_shares_of_their_users():
    week_s = 7 * DAY_S
    profile = _profile(
        [(1, 0), (1, week_s), (1, 3 * week_s)], [(1, 0)], [(1, week_s), (1, 3 * week_s)]
    )
    assert profile.cohorts is not None
    figure = draw_cohorts(profile.cohorts)
    cells = figure.data[0]
    assert list(cells.y) == ["1970-01-05 (n = 1)", "1969-12-29 (n = 2)"]
    assert list(cells.x) == [1, 2, 3]
    np.testing.assert_array_equal(cells.z, [[0.0, 1.0, np.nan], [0.5, 0.0, 0.5]])
    assert figure.layout.xaxis.title.text == "Weeks since a user's first event"


def test_colours_of_cohorts_end_at_the_largest_sizable_one():
    week_s = 7 * DAY_S
    many = [[(1, 0), (1, week_s)]] * 5 + [[(1, 0)]] * 15
    profile = _profile(*many, [(1, week_s), (1, 2 * week_s)])
    assert profile.cohorts is not None
    assert draw_cohorts(profile.cohorts).data[0].zmax == 0.25


def test_a_log_of_one_period_shows_that_all_users_act_in_it():
    profile = _profile([(1, 0), (1, 5)])
    assert profile.cohorts is not None
    assert draw_cohorts(profile.cohorts).data[0].z.tolist() == [[1.0]]


@pytest.mark.parametrize("span_d", [1, 139, 1000, 3000, 30_000, 2_000_000])
def test_cohorts_of_any_span_stay_small(span_d: int):
    profile = _profile([(1, 0), (1, span_d * DAY_S)])
    assert profile.cohorts is not None
    assert _n_points(draw_cohorts(profile.cohorts)) <= 2000


def test_the_chosen_gap_is_a_line_that_counts_what_is_longer():
    gaps = GapHistogram((5, *[0] * 19, 7, 3), 2, 30.0)  # at 1 s, 100 s and 126 s
    figure = draw_gaps(gaps, chosen_s=100.0)
    steps, line = figure.data
    assert list(steps.y) == list(gaps.counts)
    assert list(line.x) == [100.0, 100.0]
    assert line.name == "chosen gap: at least 10 of 17 pauses are longer"
    assert "2 of less than 1 s not shown" in figure.layout.xaxis.title.text
    assert figure.layout.xaxis.type == "log"
    assert len(draw_gaps(gaps).data) == 1


def test_a_log_without_gaps_can_be_drawn():
    assert _n_points(draw_gaps(GapHistogram((), 0, None), chosen_s=60.0)) == 2


def test_drift_and_event_types_are_shares():
    items = [1] * 10 + [2] * 80 + [1] * 4 + [3] * 6
    database = SequenceDatabase.from_histories([items])
    types = np.array([0] * 10 + [0] * 80 + [1] * 10, dtype=np.int16)
    drift = profile_sequences(replace(database, event_ids=types)).drift
    assert drift is not None
    bars = draw_drift(drift).data[0]
    named = dict(zip(bars.y, bars.x, strict=True))
    assert named["Items not in the first tenth (share of 2)"] == 0.5
    assert named["Events on them (share of 10)"] == 0.6
    assert named["Distance of the event types (Jensen-Shannon)"] == 1.0
    first, last = draw_event_types(drift, ("view", "<b>buy</b>")).data
    assert (list(first.y), list(last.y)) == ([1.0, 0.0], [0.0, 1.0])
    assert list(first.x) == ["view", "&lt;b&gt;buy&lt;/b&gt;"]
    assert first.name == "first tenth (of 10 events)"


def test_many_event_types_stay_few_bars():
    database = SequenceDatabase.from_histories([[1] * 3000])
    types = (np.arange(3000) % 1500).astype(np.int16)
    drift = profile_sequences(replace(database, event_ids=types)).drift
    assert drift is not None
    figure = draw_event_types(drift, [f"type {number}" for number in range(1500)])
    assert _n_points(figure) == 60
