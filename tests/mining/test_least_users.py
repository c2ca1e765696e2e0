import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.least_users import least_users, sessions_per_user


@given(st.lists(st.integers(1, 5), min_size=1, max_size=5), st.data())
def test_no_smaller_set_of_users_can_have_the_sessions(per_user: list[int], data: st.DataObject):
    count = data.draw(st.integers(0, sum(per_user)))
    smallest = min(
        len(chosen)
        for size in range(len(per_user) + 1)
        for chosen in itertools.combinations(per_user, size)
        if sum(chosen) >= count
    )
    assert list(least_users(np.array([count]), np.array(per_user))) == [smallest]


def test_sessions_are_counted_by_user():
    database = SequenceDatabase(
        items=np.array([1, 2, 1, 1], dtype=np.int32),
        times_s=np.arange(4),
        offsets=np.array([0, 3, 4]),
        session_ids=np.array([0, 1, 0, 2]),
        event_ids=np.zeros(4, dtype=np.int16),
        n_items=2,
        fingerprint="x",
    )
    assert list(sessions_per_user(database)) == [2, 1]
