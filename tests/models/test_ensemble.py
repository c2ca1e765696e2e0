import numpy as np
import pytest

from seqrec.models.ensemble import Ensemble


class Fixed:
    """Logits that are the same for all."""

    def __init__(self, *logits: float) -> None:
        self._logits = np.array([-np.inf, *logits], dtype=np.float32)

    def score(self, histories):
        return np.tile(self._logits, (len(histories), 1))


def test_scores_are_the_mean_of_log_probabilities():
    shares = [np.array([0.5, 0.25, 0.25]), np.array([0.2, 0.7, 0.1])]
    # What is added to all logits of a member says nothing.
    members = [
        Fixed(*(np.log(share) + shift)) for share, shift in zip(shares, [3, -2], strict=True)
    ]
    scores = Ensemble(members).score([np.array([1], dtype=np.int32)] * 2)
    assert scores.shape == (2, 4)
    assert np.isneginf(scores[:, 0]).all()
    assert scores[0, 1:] == pytest.approx(np.log(np.sqrt(shares[0] * shares[1])), rel=1e-5)


def test_one_member_alone_ranks_as_it_does():
    member = Fixed(0.1, 2.0, 1.0)
    histories = [np.array([2], dtype=np.int32)]
    alone, wrapped = member.score(histories), Ensemble([member]).score(histories)
    assert alone.argsort().tolist() == wrapped.argsort().tolist()
