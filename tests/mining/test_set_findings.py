import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.config import ItemsetSequenceConfig
from seqrec.mining.itemset_sequences import mine_itemset_sequences
from seqrec.mining.set_findings import (
    SetFilter,
    describe_sequence,
    filter_sequences,
    find_holders,
    sequence_frame,
)

TITLES = np.array(["", "tea", "milk", "bread", "jam", "bun"], dtype=object)
Sessions = list[list[list[int]]]
SHOP: Sessions = [[[1, 2], [3]]] * 3 + [[[2, 1], [4], [3]]] + [[[1], [2], [3]], [[3], [1, 2]]]
LOGS = st.lists(
    st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=3), min_size=1, max_size=4),
    min_size=1,
    max_size=5,
)


def database_of(users: Sessions) -> SequenceDatabase:
    sessions = [session for user in users for session in user]
    lengths = np.array([sum(map(len, user)) for user in users])
    items = np.array([item for session in sessions for item in session], dtype=np.int32)
    return SequenceDatabase(
        items=items,
        times_s=np.arange(len(items)),
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        session_ids=np.repeat(np.arange(len(sessions)), [len(one) for one in sessions]),
        event_ids=np.zeros(len(items), dtype=np.int16),
        n_items=int(items.max()),
        fingerprint="test",
    )


def holds(user: list[list[int]], sets: list[tuple[int, ...]]) -> bool:
    place = 0
    for session in user:
        if place < len(sets) and set(sets[place]) <= set(session):
            place += 1
    return place == len(sets)


@settings(max_examples=60, deadline=None)
@given(LOGS)
def test_holders_of_every_sequence_are_counted_and_found(users: Sessions) -> None:
    database = database_of(users)
    mined = mine_itemset_sequences(database, ItemsetSequenceConfig(1, 3))
    for row in range(min(30, len(mined.counts))):
        sets = mined.sets(row)
        expected = [place for place, user in enumerate(users) if holds(user, sets)]
        assert find_holders(database, sets).tolist() == expected
        assert len(expected) == mined.counts[row]


def test_sets_are_told_in_one_line_and_in_words() -> None:
    mined = mine_itemset_sequences(database_of(SHOP), ItemsetSequenceConfig(4, 3))
    shown = filter_sequences(mined, SetFilter(contains=(2,), min_sets=2, several=True))
    frame = sequence_frame(shown, TITLES)
    assert frame["Sequence"].tolist() == ["tea + milk → bread"]
    assert frame.iloc[0].tolist()[1:4] == [2, 3, 4]
    assert frame["Support"][0] == pytest.approx(4 / 6)
    assert describe_sequence(shown, 0, TITLES) == (
        "66.7% of users had tea and milk, in a later session bread (n = 4 of 6 users)"
    )
