import json
from pathlib import Path

import numpy as np
import pytest
import torch

from seqrec.errors import TooSmallError
from seqrec.jobs.state import CONFIG_FILE
from seqrec.jobs.worker import JobReporter
from seqrec.language.backbones import find_backbone
from seqrec.language.jobs import read_word_losses
from seqrec.language.loading import load_backbone
from seqrec.language.pretrain_config import PretrainConfig
from seqrec.language.pretrain_worker import pretrain_job
from seqrec.language.pretraining import WordLoss, pretrain
from seqrec.language.stored_backbones import list_backbones
from seqrec.workspace import Workspace, write_json
from tests.conftest import StoreCsv
from tests.language.tiny import WORDS

# Each first word is followed by its own second one: what is masked can be known.
TEXTS = [
    f"{first} {WORDS[place + 8]} {third} {WORDS[place + 8]}"
    for place, first in enumerate(WORDS[:8])
    for third in WORDS
]
QUICK = PretrainConfig(steps=60, batch_size=32, learning_rate=1e-2, n_checks=3)


def _go_on(_measured: WordLoss) -> bool:
    return False


@pytest.mark.parametrize("kind", ["encoder", "decoder"])
def test_held_out_loss_falls(kind: str, request: pytest.FixtureRequest) -> None:
    facts = find_backbone(str(request.getfixturevalue(kind)))
    found = pretrain(load_backbone(facts, with_words=True), TEXTS, QUICK, _go_on)
    assert [one.step for one in found] == [0, 20, 40, 60]
    assert found[0].held_out == pytest.approx(np.log(21), abs=0.3)
    assert found[-1].held_out < found[0].held_out - 0.2


def test_it_ends_where_it_is_asked_to(encoder: Path) -> None:
    backbone = load_backbone(find_backbone(str(encoder)), with_words=True)
    found = pretrain(backbone, TEXTS, QUICK, lambda measured: measured.step >= 20)
    assert [one.step for one in found] == [0, 20]


def test_too_few_texts_are_refused(encoder: Path) -> None:
    backbone = load_backbone(find_backbone(str(encoder)), with_words=True)
    with pytest.raises(TooSmallError, match="has 2 different texts; at least 20"):
        pretrain(backbone, ["", "red", "blue", "red"], QUICK, _go_on)


def test_a_job_leaves_a_curve_and_a_backbone_that_runs_can_choose(
    encoder: Path, store_csv: StoreCsv, workspace: Workspace
) -> None:
    events = [(user, (user + step) % len(TEXTS)) for user in range(64) for step in range(0, 12, 2)]
    rows = [f"u{user},i{item},{item},{TEXTS[item]}" for user, item in events]
    log = store_csv("\n".join(["user,item,time,title", *rows]))
    job = workspace.jobs / "job"
    job.mkdir()
    choices = {"steps": 10, "batch_size": 8, "n_checks": 2}
    request = {"home": str(workspace.home), "log_id": log.log_id, "backbone": str(encoder)}
    write_json(job / CONFIG_FILE, {**request, "pretraining": choices})
    backbone_id = pretrain_job(JobReporter(job))
    with (job / "word_losses.jsonl").open("a") as file:
        file.write('{"step": 99')
    assert [line["step"] for line in read_word_losses(job)] == [0, 5, 10]
    (made,) = list_backbones(workspace)
    assert made.folder.name == backbone_id
    assert made.how.startswith("pretrained on titles: held-out loss")
    facts = find_backbone(str(made.folder))
    before = load_backbone(find_backbone(str(encoder))).model.state_dict()
    after = load_backbone(facts).model.state_dict()
    name = "embeddings.word_embeddings.weight"
    assert not torch.equal(before[name], after[name])
    assert json.loads((made.folder / "made.json").read_text())["log_id"] == log.log_id
