from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from seqrec.errors import BackboneError
from seqrec.jobs.state import CONFIG_FILE, read_job
from seqrec.jobs.worker import JobReporter
from seqrec.language import vectors as vectors_module
from seqrec.language.backbones import find_backbone
from seqrec.language.encode_worker import encode
from seqrec.language.loading import load_backbone
from seqrec.language.vector_store import VectorStore, fingerprint_backbone
from seqrec.language.vectors import encode_texts, pool_texts, text_vectors
from seqrec.workspace import Workspace, write_json
from tests.conftest import StoreCsv
from tests.language.tiny import WIDTH, make_encoder

TEXTS = ["", "red ball", "a very old chair", "red ball", "😀", "", "new " * 200]


def _ignore(_share: float) -> None:
    """Nobody watches."""


def test_a_vector_is_the_mean_of_its_tokens_whatever_it_is_read_with(encoder: Path) -> None:
    backbone = load_backbone(find_backbone(str(encoder)))
    found = encode_texts(backbone, ["red ball", "old new old new old lamp"], _ignore)
    with torch.inference_mode():
        tokens = backbone.tokenizer("red ball", return_tensors="pt")
        mean = backbone.model(**tokens).last_hidden_state[0].mean(dim=0)
    expected = (mean / mean.norm()).numpy()
    assert np.allclose(found[0], expected, atol=1e-5)


def test_equal_texts_have_equal_vectors_and_empty_ones_none(
    encoder: Path, workspace: Workspace
) -> None:
    facts = find_backbone(str(encoder))
    found = text_vectors(facts, VectorStore(workspace, facts), TEXTS, _ignore)
    lengths = np.linalg.norm(found, axis=1)
    assert found.shape == (7, WIDTH)
    assert np.allclose(lengths, [0, 1, 1, 1, 1, 0, 1])
    assert (found[1] == found[3]).all()


def test_a_second_run_reads_the_cache_and_new_texts_alone_are_encoded(
    encoder: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = find_backbone(str(encoder))
    first = text_vectors(facts, VectorStore(workspace, facts), TEXTS, _ignore)
    more = text_vectors(facts, VectorStore(workspace, facts), [*TEXTS, "blue cup"], _ignore)
    assert (more[:7] == first).all()
    monkeypatch.setattr(vectors_module, "load_backbone", None)  # would fail if it were called
    again = text_vectors(facts, VectorStore(workspace, facts), ["blue cup", *TEXTS], _ignore)
    assert (again[1:] == first).all()
    assert (again[0] == more[7]).all()


def test_another_backbone_has_vectors_of_its_own(
    encoder: Path, tmp_path: Path, workspace: Workspace
) -> None:
    other = find_backbone(str(make_encoder(tmp_path, seed=1)))
    facts = find_backbone(str(encoder))
    assert fingerprint_backbone(facts) != fingerprint_backbone(other)
    text_vectors(facts, VectorStore(workspace, facts), TEXTS, _ignore)
    assert not VectorStore(workspace, other).read(["red ball"])[1].any()


def test_weights_that_do_not_fit_their_configuration_are_refused(
    tmp_path: Path,
) -> None:
    folder = make_encoder(tmp_path)
    config = folder / "config.json"
    config.write_text(config.read_text().replace('"hidden_size": 16', '"hidden_size": 32'))
    with pytest.raises(BackboneError, match="cannot be loaded"):
        load_backbone(find_backbone(str(folder)))


def test_a_job_reads_all_titles_of_a_log(
    encoder: Path, store_csv: StoreCsv, workspace: Workspace
) -> None:
    events = [(user, item) for user in range(12) for item in range(4)]
    rows = [f"u{user},{item},{9 * user + item},old lamp {item}" for user, item in events]
    log = store_csv("\n".join(["user,item,time,title", *rows]))
    job = workspace.jobs / "job"
    job.mkdir()
    request = {"home": str(workspace.home), "log_id": log.log_id, "backbone": str(encoder)}
    write_json(job / CONFIG_FILE, request)
    assert encode(JobReporter(job)) == log.log_id
    state = read_job(job)
    assert state is not None
    assert state.stage == "Reading titles"
    facts = find_backbone(str(encoder))
    assert VectorStore(workspace, facts).read(["old lamp 1"])[1].all()


def test_weights_that_are_missing_are_not_made_up(tmp_path: Path) -> None:
    folder = make_encoder(tmp_path)
    weights = load_file(folder / "model.safetensors")
    name = "bert.encoder.layer.1.output.dense.weight"
    del weights[name]
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(BackboneError, match=r"lack 1 tensors.*would be random"):
        load_backbone(find_backbone(str(folder)))


def test_texts_of_like_length_learn_together_and_keep_their_order(encoder: Path) -> None:
    backbone = load_backbone(find_backbone(str(encoder)))
    texts = ["old new old new old lamp", "red", "blue ball", "old new old new old lamp"] * 200
    found = pool_texts(backbone, texts)
    assert found.requires_grad
    expected = encode_texts(backbone, texts, _ignore)
    assert np.allclose(found.detach().numpy(), expected, atol=1e-5)
