from seqrec.evaluation.slices import slice_targets
from seqrec.evaluation.split import leave_last_out
from seqrec.log.sequences import SequenceDatabase

# Item 1 has most training events, item 2 some, item 3 few, item 4 none.
HISTORIES = [*[[1, 1, 1, 1, 1, 1, 2, 1]] * 6, *[[2, 2, 3, 2, 2]] * 8, [3, 1, 3], [1, 2, 4], [1, 4]]


def test_users_and_targets_are_told_apart_by_hand():
    found = slice_targets(leave_last_out(SequenceDatabase.from_histories(HISTORIES)))
    rows = {name: mask.nonzero()[0].tolist() for name, mask in found.items()}
    first, second = list(range(6)), list(range(6, 14))
    assert rows == {
        "short histories (up to 4 events)": [*second, 14, 15, 16],
        "long histories (above 6 events)": first,
        "cold users (fewer than 5 training events)": [*second, 14, 15, 16],
        "popular targets": first,
        "middling targets": second,
        "rare targets": [14],
        "cold targets (no training event)": [15, 16],
        "targets that the user had before": [*first, *second, 14],
        "targets new to the user": [15, 16],
    }
