"""The text model of a run: titles read by a backbone, beside the transformer in every table."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from seqrec.errors import BackboneError
from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import Split
from seqrec.jobs.worker import JobReporter
from seqrec.language.backbones import find_backbone
from seqrec.language.imputation import impute_new_items
from seqrec.language.likeness import like_texts
from seqrec.language.stored_backbones import as_it_came
from seqrec.language.texts import item_texts
from seqrec.language.tower_config import TowerConfig
from seqrec.language.towers import fit_towers
from seqrec.language.vector_store import VectorStore
from seqrec.language.vectors import text_vectors
from seqrec.log.behaviour_log import Catalogue
from seqrec.models.item_transformer import ItemTransformer
from seqrec.training.baselines import Baselines, fit_baselines
from seqrec.training.before_after import PRETRAINED
from seqrec.training.config import TrainConfig
from seqrec.translation.texts import mark, tr
from seqrec.workspace import open_workspace

logger = logging.getLogger(__name__)

TEXT = mark("Language model")  # the name that pages show
TAUGHT = mark("Language model with what it learned on top")


@dataclass(frozen=True)
class TextTask:
    """Where the text model is made, how, and who is told.

    Attributes:
        home: of the workspace where vectors of titles are kept.
        config: of the run.
        reporter: of the run.
    """

    home: Path
    config: TrainConfig
    reporter: JobReporter


def fit_beside(split: Split, catalogue: Catalogue, task: TextTask) -> Baselines:
    """The baselines and, where a backbone is chosen, the text model among them.

    Raises:
        BackboneError: the backbone cannot be used.
        ConfigError: there are no titles for it to read.
    """
    fitted = fit_baselines(split, catalogue, task.config.exclude_seen)
    if task.config.text.backbone:
        started = time.perf_counter()
        fitted.models[TEXT] = _fit_text_model(split, item_texts(catalogue), task)
        fitted.fit_s[TEXT] = round(time.perf_counter() - started, 3)
    return fitted


def impute_members(
    members: list[ItemTransformer], split: Split, catalogue: Catalogue, task: TextTask
) -> list[ItemTransformer]:
    """The members, whose items that nobody had know what like titles do, by the backbone if any."""
    if not task.config.text.backbone:
        return members
    vectors = read_titles(item_texts(catalogue), task)  # read before, and kept
    counts = np.bincount(split.train_items(), minlength=split.database.n_items + 1)
    for member in members:
        n_new = impute_new_items(member, vectors, counts)
        logger.info("%d items without a training event follow their neighbours by text", n_new)
    return members


def text_states(
    catalogue: Catalogue, task: TextTask, fitted: Baselines
) -> tuple[str, dict[str, Recommender]]:
    """The backbone as others trained it, and by name what it knows before and after this log.

    Before, titles are only compared; after, it is the text model. Of a backbone that was made here
    the one that it began from is asked. None, and "", where no titles are read.
    """
    if TEXT not in fitted.models:
        return "", {}
    workspace = open_workspace(task.home)
    name = as_it_came(workspace, task.config.text.backbone)
    states = {TAUGHT: fitted.models[TEXT]}
    try:
        facts = find_backbone(name)
        store, tell = VectorStore(workspace, facts), _teller(task.reporter, mark("Reading titles"))
        vectors = text_vectors(facts, store, item_texts(catalogue), tell)
    except BackboneError as error:  # its folder is gone since another was made from it
        logger.warning("'%s' has no state before training: %s", name, error)
        return name, states
    return name, {PRETRAINED: like_texts(vectors), **states}


def _fit_text_model(split: Split, texts: Sequence[str], task: TextTask) -> Recommender:
    """Reads the titles, and learns which text follows which."""
    vectors = read_titles(texts, task)
    config = TowerConfig(epochs=task.config.text.text_epochs, seed=task.config.seed)
    tell = _teller(task.reporter, mark("Learning from titles"))
    return fit_towers(split, vectors, config, lambda share, _loss: tell(share))


def read_titles(texts: Sequence[str], task: TextTask) -> NDArray[np.float32]:
    """Vectors of texts by the run's backbone, read once for a workspace; (V, width).

    Raises:
        BackboneError: the backbone cannot be used.
    """
    facts = find_backbone(task.config.text.backbone)
    store = VectorStore(open_workspace(task.home), facts)
    return text_vectors(facts, store, texts, _teller(task.reporter, mark("Reading titles")))


def _teller(reporter: JobReporter, stage: str) -> Callable[[float], None]:
    """Says how far a stage is; its share of the whole run is not known."""

    def tell(share: float) -> None:
        reporter.report(tr("{stage}: {share:.0%}", stage=tr(stage), share=share), None)

    return tell
