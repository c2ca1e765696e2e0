from dataclasses import replace

import numpy as np

from seqrec.figures.data import (
    draw_events_per_day,
    draw_history_lengths,
    draw_long_tail,
    draw_session_lengths,
)
from seqrec.figures.style import label
from seqrec.log.behaviour_log import load_sequences
from seqrec.log.profiling.profile import profile_sequences
from seqrec.log.sequences import SequenceDatabase
from tests.conftest import StoreCsv


def _database(n_users: int = 40) -> SequenceDatabase:
    generator = np.random.default_rng(5)
    return SequenceDatabase.from_histories(
        [generator.integers(1, 30, generator.integers(1, 200)).tolist() for _ in range(n_users)]
    )


def test_bars_of_history_lengths_add_up_to_all_users():
    figure = draw_history_lengths(profile_sequences(_database()))
    assert sum(figure.data[0].y) == 40
    assert figure.layout.yaxis.title.text == "Users (of 40)"


def test_one_user_with_one_event_can_be_drawn():
    profile = profile_sequences(SequenceDatabase.from_histories([[1]]))
    assert sum(draw_history_lengths(profile).data[0].y) == 1
    assert list(draw_long_tail(profile).data[0].y) == [1.0]


def test_bars_of_days_add_up_to_all_events(store_csv: StoreCsv):
    days = [f"{1 + n % 7},i{n % 5},2010-{1 + n % 12:02}-0{1 + n % 9}\n" for n in range(300)]
    log = store_csv("user,item,time\n" + "".join(days))
    profile = profile_sequences(load_sequences(log))
    figure = draw_events_per_day(profile)
    assert sum(figure.data[0].y) == 300
    assert figure.layout.yaxis.title.text == "Events a week"


def test_long_logs_get_bars_of_months():
    database = SequenceDatabase.from_histories([[1] * 5000])
    database = replace(database, times_s=np.arange(5000, dtype=np.int64) * 86_400)
    figure = draw_events_per_day(profile_sequences(database))
    bars = figure.data[0]
    assert (sum(bars.y), len(bars.y)) == (5000, 165)
    assert list(bars.x[:3].astype(str)) == ["1970-01-01", "1970-02-01", "1970-03-01"]
    assert list(bars.y[:3]) == [31, 28, 31]


def test_a_century_has_few_enough_bars():
    database = replace(_database(1), times_s=np.array([0, 10**12]), items=np.array([1, 1]))
    database = replace(database, offsets=np.array([0, 2]), session_ids=np.array([0, 1]))
    database = replace(database, event_ids=np.zeros(2, dtype=np.int16))
    assert len(draw_events_per_day(profile_sequences(database)).data[0].y) <= 2000


def test_a_log_without_a_clock_has_no_events_per_day():
    profile = profile_sequences(_database(), has_clock=False)
    assert draw_events_per_day(profile).data == ()


def test_bars_of_session_lengths_add_up_to_all_sessions():
    figure = draw_session_lengths(profile_sequences(_database()))
    assert sum(figure.data[0].y) == 40
    assert figure.layout.yaxis.title.text == "Sessions (of 40)"


def test_long_tail_ends_at_all_events():
    figure = draw_long_tail(profile_sequences(_database()))
    assert figure.data[0].y[-1] == 1.0
    assert np.all(np.diff(figure.data[0].y) >= 0)


def test_repeats_and_ties_are_counted(store_csv: StoreCsv):
    log = store_csv("user,item,time\n1,a,1291193100\n1,a,1291193100\n1,b,1291193100\n2,a,5\n")
    profile = profile_sequences(load_sequences(log))
    assert (profile.n_repeats, profile.n_ties) == (1, 2)


def test_a_label_is_short_and_inert():
    assert label("<b>x</b> & y") == "&lt;b&gt;x&lt;/b&gt; &amp; y"
    assert label("x" * 60) == "x" * 39 + "…"
