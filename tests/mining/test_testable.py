from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import testable
from seqrec.mining.testable import count_testable
from seqrec.mining.units import Units

HISTORIES = st.lists(st.lists(st.integers(1, 4), max_size=6), min_size=1, max_size=7)


@settings(max_examples=60, deadline=None)
@given(HISTORIES, st.integers(1, 3))
def test_sequences_of_items_that_are_frequent_together_are_counted(
    histories: list[list[int]], min_count: int
) -> None:
    units = Units.histories(SequenceDatabase.from_histories(histories))
    found = count_testable(units, min_count, 3)
    for length in (2, 3):
        held = [
            sequence
            for sequence in product(range(1, 5), repeat=length)
            if len(set(sequence)) > 1
            and sum(set(sequence) <= set(history) for history in histories) >= min_count
        ]
        assert found[length] == len(held)


def test_what_is_too_much_to_count_is_bounded_from_above(monkeypatch: pytest.MonkeyPatch) -> None:
    histories = np.random.default_rng(1).integers(1, 30, (40, 25)).tolist()
    units = Units.histories(SequenceDatabase.from_histories(histories))
    exact = count_testable(units, 4, 4)
    monkeypatch.setattr(testable, "PROBE_RESULTS", 5)
    bounded = count_testable(units, 4, 4)
    assert (bounded >= exact).all()
    assert bounded[2] <= 29**2
