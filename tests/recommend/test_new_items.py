from seqrec.evaluation.split import leave_last_out
from seqrec.log.sequences import SequenceDatabase
from seqrec.recommend.new_items import only_new_items


def test_what_was_learned_from_often_is_no_new_item():
    # Learned from: 1 twelve times, 2 six times, 3 never: it is held out everywhere.
    histories = [[1, 3, 3]] * 6 + [[1, 2, 3, 3]] * 6
    split = leave_last_out(SequenceDatabase.from_histories(histories))
    assert only_new_items(split).blocked_items == {1, 2}
    assert only_new_items(split, 6).blocked_items == {1}
