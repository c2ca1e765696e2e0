"""Scores that are products of two vectors: of what a history holds, and of each item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from seqrec.models.arrays import Arrays
from seqrec.models.linear import Memory


@dataclass(frozen=True)
class Towers:
    """Vectors of the items on both sides.

    Attributes:
        inputs: as past events; (V, D).
        outputs: as next events; (V, D).
        bias: of each item as next event; (V,).
    """

    inputs: NDArray[np.float32]
    outputs: NDArray[np.float32]
    bias: NDArray[np.float32]


class EmbeddingRecommender:
    """Scores an item by the product of its vector and the mean of those of the newest events."""

    def __init__(self, towers: Towers, memory: Memory) -> None:
        """Keep what was learned.

        Args:
            towers: vectors of the items.
            memory: which events count, and how much.
        """
        self.towers = towers
        self.memory = memory

    def score(self, histories: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        """Logit of every item as next event; shape (B, V), column 0 (padding) is -inf.

        An empty history gets the bias.
        """
        weights = self.memory.weigh(histories, len(self.towers.bias) - 1)
        sums = np.asarray(weights.sum(axis=1)).reshape(-1, 1)
        mean = (weights @ self.towers.inputs) / np.maximum(sums, 1e-12)  # (B, D)
        scores: NDArray[np.float32] = mean.astype(np.float32) @ self.towers.outputs.T
        scores += self.towers.bias
        scores[:, 0] = -np.inf
        return scores

    def to_arrays(self) -> Arrays:
        """All that was learned, to be stored."""
        memory = np.array([self.memory.n_recent, self.memory.decay])
        towers = {name: getattr(self.towers, name) for name in ("inputs", "outputs", "bias")}
        # safetensors writes the memory of a view as it lies, gaps included.
        return {"memory": memory, **{n: np.ascontiguousarray(one) for n, one in towers.items()}}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """The model that `to_arrays` described."""
        n_recent, decay = arrays["memory"].tolist()
        towers = Towers(arrays["inputs"], arrays["outputs"], arrays["bias"])
        return cls(towers, Memory(int(n_recent), decay))
