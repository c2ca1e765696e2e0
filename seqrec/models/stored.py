"""Fitted baselines as files of plain arrays: a bundle brings what it was compared with."""

from pathlib import Path

from safetensors import safe_open
from safetensors.numpy import save

from seqrec.evaluation.recommender import Recommender
from seqrec.models.content import ContentNeighbours
from seqrec.models.embedded import EmbeddingRecommender
from seqrec.models.linear import LinearRecommender
from seqrec.models.popularity import Popularity
from seqrec.models.sequential_rules import SequentialRules
from seqrec.workspace import write_whole

Stored = LinearRecommender | Popularity | ContentNeighbours | SequentialRules | EmbeddingRecommender
_KINDS: dict[str, type[Stored]] = {
    "linear": LinearRecommender,
    "popularity": Popularity,
    "content": ContentNeighbours,
    "rules": SequentialRules,
    "embedded": EmbeddingRecommender,
}


def save_recommender(path: Path, model: Recommender) -> None:
    """Write a fitted baseline as safetensors, whole or not at all.

    Raises:
        TypeError: it is none of the baselines.
    """
    for kind, known in _KINDS.items():
        if isinstance(model, known):
            write_whole(path, save(model.to_arrays(), {"kind": kind}))
            return
    raise TypeError(f"{type(model).__name__} is none of the baselines")


def load_recommender(path: Path) -> Recommender:
    """The baseline that `save_recommender` wrote; it scores as it did, bit by bit."""
    with safe_open(path, framework="numpy") as file:
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        kind = file.metadata()["kind"]
    return _KINDS[kind].from_arrays(arrays)
