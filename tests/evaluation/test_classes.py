import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support

from seqrec.evaluation.classes import report_classes

N_CLASSES = 5
guesses = st.lists(
    st.tuples(st.integers(0, N_CLASSES - 1), st.integers(0, N_CLASSES - 1)), min_size=1
)


def test_a_report_equals_a_count_by_hand():
    # Tea: three, of which two are told, and one jam is taken for tea. Nobody says bun.
    found = report_classes(np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 0, -1]), 4)
    assert found.counts.tolist() == [3, 2, 1, 0]
    np.testing.assert_allclose(found.precision, [2 / 3, 1 / 2, np.nan, np.nan])
    np.testing.assert_allclose(found.recall, [2 / 3, 1 / 2, 0, np.nan])
    np.testing.assert_allclose(found.f1, [2 / 3, 1 / 2, 0, np.nan])
    assert found.accuracy == 1 / 2
    assert found.macro_f1 == pytest.approx((2 / 3 + 1 / 2) / 3)
    assert found.weighted_f1 == pytest.approx((3 * 2 / 3 + 2 * 1 / 2) / 6)


@given(guesses)
def test_a_report_equals_scikit_learn(pairs: list[tuple[int, int]]):
    actual, said = np.array(pairs).T
    found = report_classes(actual, said, N_CLASSES)
    expected = precision_recall_fscore_support(
        actual, said, labels=range(N_CLASSES), zero_division=np.nan
    )
    for own, theirs in zip(
        (found.precision, found.recall, found.f1, found.counts), expected, strict=True
    ):
        np.testing.assert_allclose(own, theirs)
    assert found.accuracy == pytest.approx(accuracy_score(actual, said))
    for average, own in (("macro", found.macro_f1), ("weighted", found.weighted_f1)):
        assert own == pytest.approx(f1_score(actual, said, average=average))


def test_nobody_cannot_be_classified():
    with pytest.raises(ValueError, match="at least one user"):
        report_classes(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), 2)
