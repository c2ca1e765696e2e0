"""Measures a backbone on a log: by likeness of titles alone, and with a text model on top."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqrec.errors import TooSmallError
from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import leave_last_out
from seqrec.language.backbones import BackboneFacts
from seqrec.language.cold import HiddenItems, rank_cold
from seqrec.language.likeness import like_texts
from seqrec.language.peak import forget_peak, peak_mib
from seqrec.language.texts import item_texts
from seqrec.language.tower_config import TowerConfig
from seqrec.language.towers import count_weights, fit_towers
from seqrec.language.trials import (
    MAX_WARM,
    Ranks,
    Trial,
    keep_back,
    read_trial_baselines,
    write_baselines,
    write_trial,
)
from seqrec.language.vector_store import VectorStore
from seqrec.language.vectors import text_vectors
from seqrec.log.behaviour_log import BehaviourLog, Catalogue, load_catalogue, load_sequences
from seqrec.models.content import ContentNeighbours
from seqrec.models.markov import fit_decayed_markov
from seqrec.models.pairs import item_shares
from seqrec.models.popularity import POPULARITY, fit_popularity
from seqrec.translation.texts import mark
from seqrec.workspace import Workspace

DECAYED, WORDS = mark("Decayed Markov"), mark("Words of titles")
_READING, _LEARNING = 0.5, 0.4  # shares of the work


def measure_backbone(
    workspace: Workspace, log: BehaviourLog, facts: BackboneFacts, watch: Callable[[float], None]
) -> Trial:
    """Measure one backbone on a log and keep what was found, the baselines with it.

    A tenth of the items is in no history and no lesson (`keep_back`): their targets say what is
    known of new items, those of 2,000 others what is known of old ones.

    Args:
        workspace: where log, vectors and trials lie.
        log: with titles.
        facts: of the backbone.
        watch: is told the share done.

    Raises:
        ConfigError: the log has no titles.
        TooSmallError: the log cannot be split.
        BackboneError: the backbone cannot be loaded.
    """
    catalogue = load_catalogue(log)
    texts = item_texts(catalogue)
    items = keep_back(leave_last_out(load_sequences(log)))
    started = time.perf_counter()
    store = VectorStore(workspace, facts)
    vectors = text_vectors(facts, store, texts, lambda share: watch(_READING * share))
    read_s = time.perf_counter() - started
    trial = Trial(
        backbone=facts.name,
        alone=_rank(items, like_texts(vectors)),
        **_measure_head(items, vectors, lambda share: watch(_READING + _LEARNING * share)),
        n_texts=len(set(texts) - {""}),
        read_s=read_s,
    )
    if not read_trial_baselines(workspace, log.log_id):
        write_baselines(workspace, log.log_id, _measure_baselines(items, catalogue))
    write_trial(workspace, log.log_id, trial)
    return trial


def _measure_head(
    items: HiddenItems, vectors: NDArray[np.float32], watch: Callable[[float], None]
) -> dict[str, Any]:
    config = TowerConfig()
    forget_peak()
    started = time.perf_counter()
    try:
        head = fit_towers(items.split, vectors, config, lambda share, _loss: watch(share))
    except TooSmallError:
        return {"head": None, "head_weights": 0, "head_s": 0.0, "head_mib": None}
    learned_s, most = time.perf_counter() - started, peak_mib()
    return {
        "head": _rank(items, head),
        "head_weights": count_weights(len(vectors), vectors.shape[1], config),
        "head_s": learned_s,
        "head_mib": most,
    }


def _measure_baselines(items: HiddenItems, catalogue: Catalogue) -> dict[str, Ranks]:
    """Who knows nothing of language models: of old items, of new ones, and of neither."""
    models: dict[str, Recommender] = {
        DECAYED: fit_decayed_markov(items.split),
        POPULARITY: fit_popularity(items.split),
    }
    with suppress(TooSmallError):  # where no two titles share a word, words have nothing to say
        models[WORDS] = ContentNeighbours(item_texts(catalogue), item_shares(items.split))
    return {name: _rank(items, model) for name, model in models.items()}


def _rank(items: HiddenItems, model: Recommender) -> Ranks:
    found = rank_cold(items, model, MAX_WARM)
    return Ranks(tuple(found.warm.tolist()), tuple(found.shelf.tolist()))
