"""Several models of one shape as one: trained with seeds of their own, they err differently."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from seqrec.evaluation.recommender import Recommender
from seqrec.models.item_transformer import ItemTransformer, TransformerScorer


class Ensemble:
    """Scores by the mean of its members' log probabilities."""

    def __init__(self, members: Sequence[Recommender]) -> None:
        """One member at least, whose scores are logits."""
        self._members = list(members)

    def score(self, histories: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        """Mean log probability of every item; shape (B, V), column 0 (padding) is -inf."""
        shares = [_log_shares(member.score(histories)) for member in self._members]
        mean: NDArray[np.float32] = np.mean(shares, axis=0, dtype=np.float32)
        return mean


def make_scorer(members: Sequence[ItemTransformer]) -> Recommender:
    """One trained model, or several as an ensemble, as a recommender."""
    scorers = [TransformerScorer(member) for member in members]
    return scorers[0] if len(scorers) == 1 else Ensemble(scorers)


def member_file(place: int) -> str:
    """Name of the weights of a member in a bundle, from 0."""
    return f"model-{place}.safetensors" if place else "model.safetensors"


def _log_shares(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    top = logits.max(axis=1, keepdims=True)
    sums = np.exp(logits - top).sum(axis=1, keepdims=True)
    shares: NDArray[np.float32] = logits - top - np.log(sums)
    return shares
