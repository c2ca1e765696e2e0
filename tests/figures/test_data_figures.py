import numpy as np

from seqrec.figures.data import draw_events_per_day, draw_history_lengths, draw_long_tail
from seqrec.figures.style import label
from seqrec.log.behaviour_log import load_sequences
from seqrec.log.profile import profile_sequences
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
    assert profile.events_per_day.sum() == 300


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
