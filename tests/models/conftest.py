import numpy as np
import pytest

from seqrec.evaluation.split import Split, leave_last_out
from seqrec.log.sequences import SequenceDatabase

# Twelve users walk round a ring of seven items, one walks back; one has two events, one has one.
RING = [[(start + step) % 7 + 1 for step in range(6 + start % 3)] for start in range(12)]
HISTORIES = [*RING, [7, 6, 5, 4, 3], [2, 4], [6]]


@pytest.fixture
def split() -> Split:
    return leave_last_out(SequenceDatabase.from_histories(HISTORIES))


@pytest.fixture
def asked() -> list[np.ndarray]:
    return [np.array(history, dtype=np.int32) for history in ([1, 2, 3], [7], [5, 5, 5, 5, 1])]
