"""The folder of a benchmark: what was measured or learned before a cut is there, and is kept."""

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.recommend import load_log
from seqrec.demo.built_in import unpack_demo
from seqrec.evaluation.split import Split
from seqrec.jobs.worker import JobReporter
from seqrec.language.backbones import BackboneFacts, find_backbone
from seqrec.language.texts import item_texts
from seqrec.language.tower_config import TowerConfig
from seqrec.language.towers import fit_towers
from seqrec.language.vector_store import VectorStore
from seqrec.language.vectors import text_vectors
from seqrec.log.behaviour_log import Catalogue, load_catalogue, load_sequences
from seqrec.log.ingest import ingest
from seqrec.log.sequences import SequenceDatabase
from seqrec.models.embedded import EmbeddingRecommender
from seqrec.models.item_transformer import ItemTransformer
from seqrec.models.stored import load_recommender, save_recommender
from seqrec.training.config import TrainConfig, with_choices
from seqrec.training.monitor import Task
from seqrec.training.run import read_metrics
from seqrec.training.trainer import train
from seqrec.workspace import open_workspace, read_json, write_json

GAMES, BEAUTY = "amazon-video-games", "amazon-beauty"
_MEMORY_MIB = 512
_ARRAYS = ("items", "times_s", "offsets", "session_ids", "event_ids")


@dataclass(frozen=True)
class Shop:
    """A public log whose items have titles.

    Attributes:
        name: of the log.
        database: its histories.
        titles: by item id, "" for padding.
        texts: titles and categories, as a backbone reads them; by item id.
        categories: by item id; None where the log has none.
    """

    name: str
    database: SequenceDatabase
    titles: list[str]
    texts: list[str]
    categories: list[str] | None


def open_shop(name: str) -> Shop:
    """A log of the shared folder."""
    database, catalogue = load_log(name)
    categories = None if catalogue.categories is None else catalogue.categories.tolist()
    titles = catalogue.titles.tolist()
    return Shop(name, database, titles, item_texts(catalogue), categories)


def cut_shop(shop: Shop, n_users: int) -> Shop:
    """The first users of a log, and the items that they had."""
    database = shop.database
    end = int(database.offsets[n_users])
    kept, items = np.unique(database.items[:end], return_inverse=True)
    rows = [0, *kept.tolist()]
    cut = replace(
        database,
        items=(items + 1).astype(np.int32),
        times_s=database.times_s[:end],
        session_ids=database.session_ids[:end],
        event_ids=database.event_ids[:end],
        offsets=database.offsets[: n_users + 1],
        n_items=len(kept),
        fingerprint=f"{database.fingerprint}-{n_users}",
    )
    categories = shop.categories and [shop.categories[row] for row in rows]
    titles, texts = ([own[row] for row in rows] for own in (shop.titles, shop.texts))
    return Shop(f"{shop.name}, {n_users:,} users", cut, titles, texts, categories)


def open_built_in() -> tuple[SequenceDatabase, Catalogue]:
    """The built-in log, stored as any other upload, in memory."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(Path(folder))
        log = ingest(workspace, unpack_demo(workspace), _MEMORY_MIB, lambda _stage, _share: None)
        found, catalogue = load_sequences(log), load_catalogue(log)
        arrays = {name: np.array(getattr(found, name)) for name in _ARRAYS}
    return replace(found, **arrays), catalogue


class Home:
    """A folder that a benchmark can go on from."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.workspace = open_workspace(path)

    def kept(self, part: str, key: str, measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What was measured under a key before, else what is measured now."""
        path = self.path / f"{part}.json"
        known = read_json(path) if path.is_file() else {}
        if key not in known:
            found = measure()
            known = read_json(path) if path.is_file() else {}  # parts may run beside each other
            path.parent.mkdir(parents=True, exist_ok=True)
            write_json(path, {**known, key: found})
            sys.stderr.write(f"{part}, {key}: {found}\n")
            return found
        value: dict[str, Any] = known[key]
        return value

    def read(self, backbone: str, texts: list[str]) -> NDArray[np.float32]:
        """The vector of each text by a backbone, padding first."""
        facts = find_backbone(backbone)
        return text_vectors(facts, self.store(facts), texts, lambda _share: None)

    def store(self, facts: BackboneFacts) -> VectorStore:
        """Where vectors of a backbone are kept."""
        return VectorStore(self.workspace, facts)

    def towers(
        self, name: str, split: Split, vectors: NDArray[np.float32], seed: int = 0
    ) -> tuple[EmbeddingRecommender, float]:
        """The text model of a name, and the CPU-seconds that it took."""
        kept, cost = self.path / f"{name}.safetensors", self.path / f"{name}.json"
        if not kept.is_file():
            kept.parent.mkdir(parents=True, exist_ok=True)
            started = time.process_time()
            model = fit_towers(split, vectors, TowerConfig(seed=seed), lambda _share, _loss: None)
            write_json(cost, {"cpu_s": time.process_time() - started})
            save_recommender(kept, model)
        found = load_recommender(kept)
        if not isinstance(found, EmbeddingRecommender):
            raise TypeError(f"{kept} holds another model")
        return found, float(read_json(cost)["cpu_s"])

    def transformer(
        self, name: str, split: Split, minutes: float, choices: dict[str, Any]
    ) -> tuple[ItemTransformer, float]:
        """An item transformer, from its newest checkpoint where it was cut; and its seconds.

        Args:
            name: of its folder.
            split: that it learns from.
            minutes: of the processor at most.
            choices: that differ from those of a run, by name.
        """
        folder = self.path / name
        config = with_choices(TrainConfig(exclude_seen=True), {"minutes": minutes, **choices})
        folder.mkdir(parents=True, exist_ok=True)
        task = Task(folder, split, config, JobReporter(folder), clock=time.process_time)
        model = train(task)
        return model, read_metrics(folder)[-1].elapsed_s
