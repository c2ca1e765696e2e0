from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from seqrec.errors import ConfigError
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.language.backbones import find_backbone
from seqrec.language.vector_store import VectorStore
from seqrec.language.vectors import text_vectors
from seqrec.log.behaviour_log import (
    CATALOGUE_FILE,
    BehaviourLog,
    Catalogue,
    load_catalogue,
    load_sequences,
)
from seqrec.models.embedded import EmbeddingRecommender, Towers
from seqrec.models.linear import Memory
from seqrec.models.markov import fit_markov
from seqrec.recommend.engine import Engine, Wish, recommend
from seqrec.recommend.shelf import make_bare_shelf
from seqrec.scoring.new_items import TextSource, find_new_items, with_newcomers
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.language.tiny import WORDS, make_encoder

PAIRS = [(first, second) for first in WORDS[:6] for second in WORDS[7:10]]


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    """Eighteen known items, one that is held out alone, and one of the catalogue alone."""
    rows = [
        f"u{user},{(user + step) % 18},{step},{' '.join(PAIRS[(user + step) % 18])}"
        for user in range(20)
        for step in range(5)
    ]
    rows.append("u1,late,9,red lamp game")
    log = store_csv("\n".join(["user,item,time,title", *rows]))
    table = {"item": ["never", "0"], "title": ["blue lamp hat", "x"], "category": [None, None]}
    texts = {name: pa.array(own, pa.large_string()) for name, own in table.items()}
    pq.write_table(pa.table(texts), log.folder / CATALOGUE_FILE)
    return log


@pytest.fixture
def catalogue(log: BehaviourLog) -> Catalogue:
    return load_catalogue(log)


@pytest.fixture
def split(log: BehaviourLog) -> Split:
    return leave_last_out(load_sequences(log))


def _item(catalogue: Catalogue, key: str) -> int:
    return catalogue.item_keys.tolist().index(key)


def test_new_are_items_without_a_training_event_and_those_of_the_catalogue_alone(
    log: BehaviourLog, catalogue: Catalogue, split: Split, workspace: Workspace
) -> None:
    found = find_new_items(log, catalogue, split, TextSource(None, workspace, ""))
    late, never = _item(catalogue, "late"), len(catalogue.item_keys)
    assert found.shelf.items.tolist() == [late, never]
    assert (found.n_unseen, found.by_text) == (1, False)
    red = next(item for item in range(1, never) if str(catalogue.titles[item]).startswith("red"))
    blue = next(item for item in range(1, never) if str(catalogue.titles[item]).startswith("blue"))
    assert found.shelf.list(np.array([red], dtype=np.int32), 2)[0].tolist() == [late, never]
    assert found.shelf.list(np.array([blue], dtype=np.int32), 2)[0].tolist() == [never, late]
    assert found.shelf.measure(split).n_users == 1


def test_a_text_model_gets_what_neighbours_know_for_items_that_it_never_saw(
    log: BehaviourLog, catalogue: Catalogue, split: Split, workspace: Workspace, tmp_path: Path
) -> None:
    size, encoder = len(catalogue.item_keys), make_encoder(tmp_path / "tiny")
    draw = np.random.default_rng(0)
    tables = (draw.normal(size=(size, 4)).astype(np.float32) for _ in range(2))
    towers = Towers(*tables, draw.normal(size=size).astype(np.float32))
    model = EmbeddingRecommender(towers, Memory(5, 0.8))
    source = TextSource(model, workspace, str(encoder))
    found = find_new_items(log, catalogue, split, source)
    assert found.by_text
    facts = find_backbone(str(encoder))
    texts = [str(title) for title in found.catalogue.titles]
    vectors = text_vectors(facts, VectorStore(workspace, facts), texts, lambda _share: None)
    known = [item for item in range(1, size) if catalogue.item_keys[item] != "late"]
    nearest = np.array(known)[np.argsort(-(vectors[known] @ vectors[size]), kind="stable")[:10]]
    history = np.array([3], dtype=np.int32)
    text = found.shelf.model._text.score([history])[0]  # without the words that are added
    expected = towers.inputs[3] @ (0.9 * towers.outputs[nearest].mean(axis=0))
    expected += 0.9 * towers.bias[nearest].mean()
    assert text[size] == pytest.approx(float(expected), rel=1e-4)


def test_places_for_new_items_are_there_only_where_they_are_asked_for(
    log: BehaviourLog, catalogue: Catalogue, split: Split, workspace: Workspace
) -> None:
    markov = fit_markov(split)
    shelf = make_bare_shelf(catalogue)
    bare = Engine(catalogue, {"Markov": markov}, None, None, shelf, exclude_seen=False)
    wish = Wish("Markov", 15)
    history = [np.array([1, 2], dtype=np.int32)]
    with pytest.raises(ConfigError, match="nothing orders new items"):
        recommend(bare, history, replace(wish, reserved=True))
    found = find_new_items(log, catalogue, split, TextSource(None, workspace, ""))
    engine = with_newcomers(bare, found)
    (plain,), (same,) = recommend(bare, history, wish), recommend(engine, history, wish)
    assert plain.items.tolist() == same.items.tolist()
    (reserved,) = recommend(engine, history, replace(wish, reserved=True))
    late = _item(catalogue, "late")
    assert late not in plain.items
    assert reserved.items[:10].tolist() == plain.items[:10].tolist()
    assert reserved.items[10] == late
    assert reserved.items[11:].tolist() == plain.items[10:14].tolist()
