import numpy as np
import pytest

from seqrec.errors import TooSmallError
from seqrec.evaluation.classes import report_classes
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.language.interest_label import (
    HistoryFeatures,
    LabelConfig,
    fit_label_head,
    say_test_labels,
)
from seqrec.log.sequences import SequenceDatabase

N_KINDS, N_EACH = 4, 5
QUICK = LabelConfig(epochs=5, batch_size=64, learning_rate=3e-2)
NO_TEXT = np.zeros((N_KINDS * N_EACH + 1, 0), dtype=np.float32)


def _split(n_users: int = 120) -> Split:
    """After any item of one kind comes one of the next; kind 3 is followed by anything."""
    draw = np.random.default_rng(0)
    histories = []
    for first in draw.integers(N_KINDS, size=n_users):
        kind, history = int(first), []
        for _ in range(int(draw.integers(5, 12))):
            history.append(1 + kind * N_EACH + int(draw.integers(N_EACH)))
            kind = kind + 1 if kind < N_KINDS - 1 else int(draw.integers(N_KINDS))
        histories.append(history)
    return leave_last_out(SequenceDatabase.from_histories(histories))


OF_ITEMS = np.concatenate([[-1], np.repeat(np.arange(N_KINDS), N_EACH)])


def test_the_next_kind_is_said_where_it_is_certain() -> None:
    split = _split()
    features = HistoryFeatures(NO_TEXT, OF_ITEMS)
    head = fit_label_head(split, features, OF_ITEMS, QUICK)
    said = say_test_labels(split, features, head)
    last = np.array([OF_ITEMS[split.test_history(int(user))[-1]] for user in split.test_users])
    certain = last < N_KINDS - 1
    assert certain.sum() > 50
    assert (said[certain] == last[certain] + 1).all()


def test_features_are_those_of_the_events_before() -> None:
    vectors = np.array([[0, 0], [1, 0], [0, 1], [2, 2]], dtype=np.float32)
    of_items = np.array([-1, 0, 1, -1])
    features = HistoryFeatures(vectors, of_items)
    items = np.array([1, 2, 3, 1, 2], dtype=np.int32)
    found = features.of(items, np.array([2, 3, 4]), np.array([0, 3, 3]))
    # Items 2, then 1: weights 1 and 0.9; then nothing; then item 1 of the second user.
    newest, older = 1 / 1.9, 0.9 / 1.9
    assert np.allclose(found[0], [older, newest, older, newest, 0, 1])
    assert np.allclose(found[1], 0)
    assert np.allclose(found[2], [1, 0, 1, 0, 1, 0])


def test_one_category_alone_is_refused() -> None:
    alike = np.where(OF_ITEMS >= 0, 0, -1)
    with pytest.raises(TooSmallError, match="fewer than two categories"):
        fit_label_head(_split(), HistoryFeatures(NO_TEXT, alike), alike, QUICK)


def test_a_category_with_one_example_is_learned_from_and_harms_nothing() -> None:
    split = _split()
    rare = OF_ITEMS.copy()
    rare[int(split.train_items()[0])] = N_KINDS  # of one item only
    features = HistoryFeatures(NO_TEXT, rare)
    said = say_test_labels(split, features, fit_label_head(split, features, rare, QUICK))
    report = report_classes(rare[split.test_targets()], said, N_KINDS + 1)
    assert report.macro_f1 > 0.4
