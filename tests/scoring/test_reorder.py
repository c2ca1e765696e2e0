from pathlib import Path

import numpy as np
import pytest
import torch

from seqrec.errors import ConfigError
from seqrec.evaluation.split import leave_last_out
from seqrec.jobs.state import CONFIG_FILE
from seqrec.jobs.worker import JobReporter
from seqrec.language.backbones import find_backbone
from seqrec.language.likelihood import LikelihoodReranker
from seqrec.language.likelihood_cost import likelihood_cost
from seqrec.language.loading import load_backbone
from seqrec.language.texts import item_texts
from seqrec.log.behaviour_log import load_sequences
from seqrec.recommend import reorder
from seqrec.recommend.engine import Wish, recommend
from seqrec.recommend.reorder import (
    describe_reordered,
    read_reordered,
    reordered_frame,
    start_reordering,
)
from seqrec.scoring.load import load_engine
from seqrec.scoring.reorder_worker import reorder_job
from seqrec.training.companions import Companions, write_companions
from seqrec.training.config import TrainConfig
from seqrec.training.run import BUNDLE_FOLDER, Run, create_run
from seqrec.training.trainer import build_model
from seqrec.training.worker import write_bundle
from seqrec.workspace import Workspace, write_json
from tests.conftest import StoreCsv
from tests.language.tiny import WORDS, make_decoder, make_encoder
from tests.training.conftest import TINY


@pytest.fixture
def run(store_csv: StoreCsv, workspace: Workspace) -> Run:
    events = [(user, (user + step) % 16, step) for user in range(20) for step in range(6)]
    rows = [f"u{user},i{item},{step},{WORDS[item]} ball" for user, item, step in events]
    log = store_csv("\n".join(["user,item,time,title", *rows]))
    run = create_run(workspace, log, TrainConfig(epochs=1))
    torch.manual_seed(3)
    model = build_model(leave_last_out(load_sequences(log)), TINY)
    write_bundle(run.folder / BUNDLE_FOLDER, model, log)
    write_companions(run.folder / BUNDLE_FOLDER, Companions({}, None, exclude_seen=False))
    return run


def test_a_decoder_orders_what_the_model_lists_and_is_measured(
    run: Run, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoder = make_decoder(tmp_path / "decoder")
    asked = {}
    monkeypatch.setattr(reorder, "start_new_job", lambda _, config, __: asked.update(config))
    history = np.array([1, 2, 3], dtype=np.int32)
    start_reordering(workspace, run, str(decoder), Wish("Transformer", 5), history, 4)
    job = workspace.jobs / "job"
    job.mkdir()
    write_json(job / CONFIG_FILE, asked)
    reorder_job(JobReporter(job))
    found = read_reordered(job)
    assert found is not None
    engine = load_engine(run.folder / BUNDLE_FOLDER)
    (listing,) = recommend(engine, [history], Wish("Transformer", 50))
    backbone = load_backbone(find_backbone(str(decoder)), with_words=True)
    expected, _ = LikelihoodReranker(backbone, item_texts(engine.catalogue)).order(
        history, listing.items
    )
    assert list(found.items) == expected.tolist()
    assert [listing.items[place - 1] for place in found.before] == expected.tolist()
    assert (len(found.ranks), len(found.own_ranks)) == (4, 4)
    frame = reordered_frame(found, engine.catalogue.titles, 5)
    assert frame["title"].tolist() == engine.catalogue.titles[expected[:5]].tolist()
    told = describe_reordered(found)
    assert "over 4 test users" in told[1]
    assert "4 users" in told[2]


def test_an_encoder_and_too_many_users_are_refused_before_a_start(
    run: Run, workspace: Workspace, tmp_path: Path
) -> None:
    history, wish = np.array([1], dtype=np.int32), Wish("Transformer")
    encoder, decoder = make_encoder(tmp_path / "encoder"), make_decoder(tmp_path / "decoder")
    with pytest.raises(ConfigError, match="choose a decoder"):
        start_reordering(workspace, run, str(encoder), wish, history, 0)
    with pytest.raises(ConfigError, match="501 users were asked for; choose 0 to 500"):
        start_reordering(workspace, run, str(decoder), wish, history, 501)
    assert not list(workspace.jobs.glob("*/config.json"))


def test_the_cost_counts_what_is_read_of_each_candidate(tmp_path: Path) -> None:
    facts = find_backbone(str(make_decoder(tmp_path / "decoder")))
    # Titles of two words: ten of them with a line end each, and the candidate's own.
    cost = likelihood_cost(facts, ["", "red ball", "blue cup", ""], 7)
    assert cost.n_tokens == 7 * (10 * 3 + 2)
    assert cost.n_products == cost.n_tokens * facts.n_parameters
