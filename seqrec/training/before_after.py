"""What training brought: a transformer before its first step, warm-started or not, and after."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from seqrec.evaluation.intervals import compare_ranks
from seqrec.evaluation.ranking import mask_items, measure_ranks, rank_targets, users_at_once
from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import Split
from seqrec.models.item_transformer import (
    ItemTransformer,
    TransformerScorer,
    make_transformer,
)
from seqrec.training.config import TrainConfig
from seqrec.training.trainer import build_model
from seqrec.translation.texts import mark

MAX_USERS = 500
UNTRAINED = mark("Untrained (random start)")
WARM = mark("Warm start (item vectors from the log, no step)")
PRETRAINED = mark("Pretrained only (before it saw the log)")
TUNED = mark("Fine-tuned")


def compare_states(
    split: Split,
    config: TrainConfig,
    model: ItemTransformer,
    others: Mapping[str, Recommender] | None = None,
) -> dict[str, Any]:
    """Test metrics of every state over the same users, and what training is sure to bring.

    Args:
        split: whose test targets are ranked, those of 500 users at most.
        config: that the model was trained with.
        model: after training.
        others: states that are not the transformer's, by name, such as those of a language model.

    Returns:
        JSON values: users, metrics by state, difference of the trained model to each other one.
    """
    generator = np.random.default_rng(config.seed)
    users = split.test_users
    users = np.sort(generator.choice(users, min(len(users), MAX_USERS), replace=False))
    torch.manual_seed(config.seed)
    untrained = make_transformer(model.config, model.n_items).to(model.bias.device)
    states: dict[str, Recommender] = {UNTRAINED: TransformerScorer(untrained)}
    if config.model.spectral_start:
        torch.manual_seed(config.seed)  # as when training began
        states[WARM] = TransformerScorer(build_model(split, config).to(model.bias.device))
    states |= {**(others or {}), TUNED: TransformerScorer(model)}
    ranks = {
        name: _rank(split, state, users, config.exclude_seen) for name, state in states.items()
    }
    return {
        "n_users": len(users),
        "models": {name: asdict(measure_ranks(own)) for name, own in ranks.items()},
        "against": {
            name: asdict(compare_ranks(ranks[TUNED], own))
            for name, own in ranks.items()
            if name != TUNED
        },
    }


def _rank(
    split: Split,
    recommender: Recommender,
    users: NDArray[np.int64],
    exclude_seen: bool,  # noqa: FBT001 - a protocol, as in the configuration of a run
) -> NDArray[np.int32]:
    parts = []
    size = users_at_once(split.database.n_items)
    for start in range(0, len(users), size):
        rows = users[start : start + size]
        histories = [split.test_history(int(row)) for row in rows]
        scores = recommender.score(histories)
        mask_items(scores, histories if exclude_seen else None)
        parts.append(rank_targets(scores, split.test_targets_of(rows)))
    return np.concatenate(parts)
