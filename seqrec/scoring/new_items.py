"""The new items of a run: those without a training event, and those of the catalogue alone.

Titles order them: by the run's text model, where it has one, raised where rare words are the same;
else by words. What the text model never saw gets the mean of its neighbours by text.
"""

import logging
from dataclasses import dataclass, replace

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from seqrec.errors import SeqrecError
from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import Split
from seqrec.language.backbones import find_backbone
from seqrec.language.cold import N_NEAREST, impute_rows, nearest_texts
from seqrec.language.texts import item_texts
from seqrec.language.vector_store import VectorStore
from seqrec.language.vectors import text_vectors
from seqrec.log.behaviour_log import CATALOGUE_FILE, BehaviourLog, Catalogue
from seqrec.models.content import ContentNeighbours
from seqrec.models.embedded import EmbeddingRecommender, Towers
from seqrec.models.new_shelf import FirstItems, NewShelf
from seqrec.models.pairs import item_shares
from seqrec.models.word_help import WordHelp
from seqrec.recommend.engine import Engine, Newcomers
from seqrec.training.text_model import TEXT
from seqrec.workspace import Workspace

logger = logging.getLogger(__name__)

MOST_UNSEEN = 2000  # items of the catalogue alone: their titles may have to be read first


@dataclass(frozen=True)
class NewItems:
    """A shelf and what it is made of.

    Attributes:
        shelf: of new items.
        catalogue: of the log, behind it the items that have no event at all.
        n_log: items of the log; V - 1.
        by_text: whether a text model orders them, not words alone.
    """

    shelf: NewShelf
    catalogue: Catalogue
    n_log: int
    by_text: bool

    @property
    def n_unseen(self) -> int:
        """Items that only the catalogue knows."""
        return len(self.catalogue.item_keys) - 1 - self.n_log


def find_new_items(
    log: BehaviourLog, catalogue: Catalogue, split: Split, text: "TextSource"
) -> NewItems:
    """The new items of a log and the model that orders them.

    Args:
        log: with its catalogue file, if it has one.
        catalogue: of the items that have events.
        split: an item is new where its training parts have no event of it.
        text: the run's text model.

    Raises:
        ConfigError: there are no titles.
        TooSmallError: there is no text model, and no two titles share a word.
    """
    n_log = len(catalogue.item_keys) - 1
    whole = _with_unseen(log, catalogue)
    texts = item_texts(whole)
    counts = np.bincount(split.train_items(), minlength=len(texts))
    is_new = (counts == 0) & np.array([bool(one) for one in texts])
    shares = np.zeros(len(texts), dtype=np.float32)
    shares[: n_log + 1] = item_shares(split)
    vectors = text.read(texts)
    words = ContentNeighbours(texts, shares)
    model: Recommender = words
    if text.model is not None and vectors is not None:
        model = WordHelp(_extend(text.model, vectors, counts), words)
    by_text = model is not words
    return NewItems(NewShelf(model, is_new), whole, n_log, by_text)


def with_newcomers(engine: Engine, found: NewItems) -> Engine:
    """The engine, which now knows who orders the new items of its log."""
    is_new = np.zeros(found.n_log + 1, dtype=np.bool_)
    is_new[found.shelf.items[found.shelf.items <= found.n_log]] = True
    return replace(engine, newcomers=Newcomers(FirstItems(found.shelf.model, found.n_log), is_new))


def text_source(engine: Engine, workspace: Workspace, backbone: str) -> "TextSource":
    """The text model of an engine, if it has one.

    Args:
        engine: of a run.
        workspace: where vectors of titles are kept.
        backbone: of the run; "" for none.
    """
    model = engine.models.get(TEXT)
    own = model if isinstance(model, EmbeddingRecommender) else None
    return TextSource(own, workspace, backbone)


@dataclass(frozen=True)
class TextSource:
    """The run's text model and the backbone that reads titles for it.

    Attributes:
        model: None where the run has none.
        workspace: where vectors of titles are kept.
        backbone: name; "" for none.
    """

    model: EmbeddingRecommender | None
    workspace: Workspace
    backbone: str

    def read(self, texts: list[str]) -> NDArray[np.float32] | None:
        """Vectors of titles; None where the backbone cannot be used any more."""
        if self.model is None or not self.backbone:
            return None
        try:
            facts = find_backbone(self.backbone)
            store = VectorStore(self.workspace, facts)
            return text_vectors(facts, store, texts, lambda _share: None)
        except SeqrecError as error:
            logger.warning("new items are found by words alone: %s", error)
            return None


def _with_unseen(log: BehaviourLog, catalogue: Catalogue) -> Catalogue:
    path = log.folder / CATALOGUE_FILE
    if not path.is_file():
        return catalogue
    table = pq.read_table(path, columns=["item", "title", "category"]).to_pandas()
    table = table[table["title"].notna() & ~table["item"].isin(set(catalogue.item_keys))]
    table = table.iloc[:MOST_UNSEEN]
    kinds = catalogue.categories
    if kinds is not None:
        kinds = np.concatenate([kinds, table["category"].fillna("").to_numpy(dtype=object)])
    return replace(
        catalogue,
        item_keys=np.concatenate([catalogue.item_keys, table["item"].to_numpy(dtype=object)]),
        titles=np.concatenate([catalogue.titles, table["title"].to_numpy(dtype=object)]),
        categories=kinds,
    )


def _extend(
    model: EmbeddingRecommender, vectors: NDArray[np.float32], counts: NDArray[np.int64]
) -> EmbeddingRecommender:
    """The text model with what neighbours by text know, for items that it never saw."""
    towers, n_more = model.towers, len(vectors) - len(model.towers.bias)
    if not n_more:
        return model
    unseen = np.arange(len(towers.bias), len(vectors))
    has_text = np.linalg.norm(vectors, axis=1) > 0
    nearest = nearest_texts(vectors, unseen, np.flatnonzero(has_text & (counts > 0)), N_NEAREST)
    grown = [
        impute_rows(np.concatenate([table, np.zeros((n_more, *table.shape[1:]), table.dtype)]),
                    nearest, unseen)
        for table in (towers.inputs, towers.outputs, towers.bias)
    ]  # fmt: skip
    return EmbeddingRecommender(Towers(*grown), model.memory)
