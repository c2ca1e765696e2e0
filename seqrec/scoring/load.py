"""From a bundle on disk to an engine that makes lists."""

from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load

from seqrec.errors import WorkspaceError
from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import Split
from seqrec.log.behaviour_log import ITEMS_FILE, read_catalogue
from seqrec.models.ensemble import make_scorer, member_file
from seqrec.models.item_transformer import make_transformer
from seqrec.models.popularity import POPULARITY
from seqrec.recommend.engine import Engine
from seqrec.recommend.shelf import make_bare_shelf, make_shelf
from seqrec.training.companions import TRANSFORMER, read_companions
from seqrec.training.config import config_from_json
from seqrec.translation.texts import tr
from seqrec.workspace import read_json


def load_engine(bundle: Path, split: Split | None = None) -> Engine:
    """All models of a bundle, ready to score.

    Args:
        bundle: folder that a training run left.
        split: of the log that it was trained on, for variety and novelty; without it rules hold,
            but all items are alike and none is rare.

    Raises:
        WorkspaceError: a file is missing or damaged.
    """
    try:
        transformer = load_transformer(bundle)
        companions = read_companions(bundle)
        catalogue = read_catalogue(bundle / ITEMS_FILE)
    except (OSError, SafetensorError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise WorkspaceError(
            tr(
                "the model in {bundle} cannot be loaded ({error}); train again",
                bundle=bundle.name,
                error=error,
            )
        ) from error
    shelf = make_bare_shelf(catalogue) if split is None else make_shelf(catalogue, split)
    return Engine(
        catalogue,
        {TRANSFORMER: transformer, **companions.models},
        companions.blend,
        companions.models.get(POPULARITY),
        shelf,
        companions.exclude_seen,
    )


def load_transformer(bundle: Path) -> Recommender:
    """The trained transformer of a bundle, or its ensemble, on the CPU.

    Raises:
        KeyError: an older version of seqrec made the bundle.
        ValueError: the weights are of other items than it says; nothing of it is allocated.
    """
    described = read_json(bundle / "config.json")
    config = config_from_json({"model": described["model"]}).model
    with safe_open(bundle / member_file(0), framework="numpy") as file:
        n_items = file.get_slice("bias").get_shape()[0] - 1
    if n_items != described["n_items"]:
        raise ValueError("config.json describes another model than the weights")
    members = []
    for place in range(described["n_members"]):
        members.append(make_transformer(config, n_items))
        members[-1].load_state_dict(load((bundle / member_file(place)).read_bytes()))
    with torch.no_grad():
        return make_scorer(members)
