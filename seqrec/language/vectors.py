"""One vector a text: the mean of what a backbone makes of its tokens, of length 1."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seqrec.language.backbones import BackboneFacts
from seqrec.language.loading import Backbone, load_backbone
from seqrec.language.texts import MAX_TOKENS
from seqrec.language.vector_store import VectorStore

logger = logging.getLogger(__name__)

Watch = Callable[[float], None]

_TOKENS_AT_ONCE = 2048  # of a batch, padding included
_TEXTS_A_FILE = 2000  # kept together: what a cancelled job has encoded is not lost


def text_vectors(
    facts: BackboneFacts, store: VectorStore, texts: Sequence[str], watch: Watch
) -> NDArray[np.float32]:
    """The vector of each text; those that the store lacks are made and kept.

    Args:
        facts: of the backbone.
        store: of the backbone's vectors.
        texts: any texts; an empty one has the vector 0.
        watch: is told the share done.

    Returns:
        (n, width), rows of length 1 or 0.

    Raises:
        BackboneError: the backbone cannot be loaded.
    """
    vectors, known = store.read(texts)
    missing = list(dict.fromkeys(text for text, had in zip(texts, known, strict=True) if not had))
    if not missing:
        return vectors
    started = time.process_time()
    backbone = load_backbone(facts)
    missing.sort(key=len)
    for first in range(0, len(missing), _TEXTS_A_FILE):
        part = missing[first : first + _TEXTS_A_FILE]
        shares = (first / len(missing), len(part) / len(missing))
        store.add(part, encode_texts(backbone, part, _within(watch, *shares)))
    logger.info("%d texts encoded in %.1f CPU-s", len(missing), time.process_time() - started)
    vectors, _ = store.read(texts)
    return vectors


@torch.inference_mode()
def encode_texts(backbone: Backbone, texts: Sequence[str], watch: Watch) -> NDArray[np.float32]:
    """The vector of each text, those of like length read together; (n, width)."""
    vectors = np.zeros((len(texts), backbone.facts.width), dtype=np.float32)
    n_done = 0
    for rows, tokens in _batch_by_length(backbone, texts):
        vectors[rows] = pool_tokens(backbone, tokens).float().cpu().numpy()
        n_done += len(rows)
        watch(n_done / len(texts))
    return vectors


def pool_texts(backbone: Backbone, texts: Sequence[str]) -> Tensor:
    """The vector of each text, those of like length read together: to learn through; (n, width).

    One long title would else make every other as long, and as dear.
    """
    parts = [(rows, pool_tokens(backbone, own)) for rows, own in _batch_by_length(backbone, texts)]
    places = np.argsort(np.concatenate([rows for rows, _ in parts]))
    return torch.cat([vectors for _, vectors in parts])[torch.from_numpy(places)]


def pool_tokens(backbone: Backbone, tokens: dict[str, Tensor]) -> Tensor:
    """Mean of the vectors of each text's tokens, of length 1; (B, width)."""
    hidden = backbone.model(**tokens).last_hidden_state  # (B, L, width)
    # A prefix that was put before the tokens has no place in the output.
    real = tokens["attention_mask"][:, -hidden.shape[1] :, None].to(hidden.dtype)
    mean: Tensor = (hidden * real).sum(dim=1) / real.sum(dim=1).clamp(min=1)
    return torch.nn.functional.normalize(mean, dim=1)


def tokenize(backbone: Backbone, texts: Sequence[str]) -> dict[str, Tensor]:
    """The first 64 tokens of each text, padded to the longest; on the model's device, (B, L)."""
    length = min(MAX_TOKENS, backbone.facts.max_tokens)
    tokens = backbone.tokenizer(
        list(texts), padding=True, truncation=True, max_length=length, return_tensors="pt"
    )
    device = next(backbone.model.parameters()).device
    return {name: tokens[name].to(device) for name in ("input_ids", "attention_mask")}


def _batch_by_length(
    backbone: Backbone, texts: Sequence[str]
) -> Iterator[tuple[NDArray[np.int64], dict[str, Tensor]]]:
    """Rows of texts of like length and their tokens, shortest first."""
    length = min(MAX_TOKENS, backbone.facts.max_tokens)
    ids = backbone.tokenizer(list(texts), truncation=True, max_length=length)["input_ids"]
    lengths = np.array([len(one) for one in ids])
    order = np.argsort(lengths, kind="stable")
    first = 0
    while first < len(order):
        last = first + 1
        while last < len(order) and lengths[order[last]] * (last + 1 - first) <= _TOKENS_AT_ONCE:
            last += 1
        rows = order[first:last]
        yield rows, tokenize(backbone, [texts[row] for row in rows])
        first = last


def _within(watch: Watch, start: float, share: float) -> Watch:
    return lambda done: watch(start + share * done)
