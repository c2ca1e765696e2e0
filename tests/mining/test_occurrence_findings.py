import numpy as np
import pytest

from seqrec.mining.occurrence_findings import (
    say_duration,
    span_quartiles_s,
    step_frame,
    user_frame,
)
from seqrec.mining.occurrences import Occurrences

HOUR_S = 3600
FOUND = Occurrences(
    np.array([0, 2, 2]),
    np.array([[0, HOUR_S], [0, 2 * HOUR_S], [0, 6 * HOUR_S]]),
    np.array([[1, 2], [1, 1500], [3, 4]]),
)
TITLES = np.array(["", "tea", "milk"], dtype=object)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1, "1 s"),
        (89, "89 s"),
        (90, "1.5 min"),
        (36 * HOUR_S, "1.5 days"),
        (35 * HOUR_S, "35 h"),
        (1234 * 24 * HOUR_S, "1,200 days"),
    ],
)
def test_a_duration_has_two_digits_and_a_unit(seconds: float, said: str):
    assert say_duration(seconds) == said


def test_each_step_has_its_median_and_quartiles():
    row = step_frame(FOUND, (1, 2), TITLES).iloc[0].tolist()
    assert row == ["tea", "milk", "2 h", "1.5 h", "4 h"]
    assert span_quartiles_s(FOUND).tolist() == [1.5 * HOUR_S, 2 * HOUR_S, 4 * HOUR_S]
    nothing = Occurrences(*(one[:0] for one in (FOUND.user_rows, FOUND.times_s, FOUND.steps)))
    assert np.isnan(span_quartiles_s(nothing)).all()


def test_users_are_named_with_their_events():
    users = np.array(["ann", "bob", "=cid"], dtype=object)
    frame = user_frame(FOUND, users, has_clock=True)
    assert frame["User"].tolist() == ["ann", "=cid", "=cid"]
    assert frame["Events of the history"].tolist() == ["1, 2", "1, 1,500", "3, 4"]
    assert frame["Took"].tolist() == ["60 min", "2 h", "6 h"]
    assert list(user_frame(FOUND, users, has_clock=False)) == ["User", "Events of the history"]
