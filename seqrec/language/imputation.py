"""What an item transformer knows of items that nobody had: the mean of those with like titles."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seqrec.language.cold import N_NEAREST, impute_rows, nearest_texts
from seqrec.models.item_transformer import ItemTransformer

_MIN_EVENTS = 1  # of an item that others are guessed from


@torch.no_grad()
def impute_new_items(
    model: ItemTransformer, vectors: NDArray[np.float32], counts: NDArray[np.int64]
) -> int:
    """Give items without a training event vectors and bias of their neighbours by text, in place.

    Fusing text into the embeddings while the model learns left such items where they were: the
    softmax pushes down whatever is never a target. After training nothing pushes any more.

    Args:
        model: trained.
        vectors: of the items' texts, of length 1, or 0 for those without one; (V, width).
        counts: training events by item; (V,).

    Returns:
        How many items were given some.
    """
    has_text = np.linalg.norm(vectors, axis=1) > 0
    has_text[0] = False
    new = np.flatnonzero(has_text & (counts == 0))
    known = np.flatnonzero(has_text & (counts >= _MIN_EVENTS))
    if not len(new) or not len(known):
        return 0
    nearest = nearest_texts(vectors, new, known, N_NEAREST)
    tables = [model.embed.weight, model.bias]
    if not model.config.tied:
        tables.append(model.own_outputs)
    for table in tables:
        _impute(table, nearest, new)
    return len(new)


def _impute(table: Tensor, nearest: NDArray[np.int64], new: NDArray[np.int64]) -> None:
    filled = impute_rows(table.cpu().numpy(), nearest, new)
    table.copy_(torch.from_numpy(filled))
