from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from seqrec.errors import ConfigError
from seqrec.jobs.state import CONFIG_FILE
from seqrec.jobs.worker import JobReporter
from seqrec.language import jobs
from seqrec.language.backbones import find_backbone
from seqrec.language.jobs import read_word_losses, start_tuning
from seqrec.language.loading import load_backbone
from seqrec.language.stored_backbones import list_backbones
from seqrec.language.tune_worker import tune_job
from seqrec.language.tuning import measure_share, tune
from seqrec.language.tuning_config import NextTextConfig, Tuning, TuningConfig
from seqrec.language.tuning_share import estimate_share
from seqrec.language.vectors import encode_texts
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.workspace import Workspace, write_json
from tests.conftest import StoreCsv
from tests.language.tiny import WORDS

pytestmark = [
    # peft asks transformers by names that will change there.
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning"),
    pytest.mark.filterwarnings("ignore:`past_key_values` is deprecated:FutureWarning"),
]


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    events = [(user, (user + step) % 16, step) for user in range(20) for step in range(6)]
    rows = [f"u{user},i{item},{step},{WORDS[item]} ball" for user, item, step in events]
    return store_csv("\n".join(["user,item,time,title", *rows]))


@pytest.mark.parametrize(
    "config",
    [
        TuningConfig(Tuning.FROZEN),
        TuningConfig(Tuning.LORA, rank=3),
        TuningConfig(Tuning.LORA, frozen_layers=3, rank=1),
        TuningConfig(Tuning.PREFIX, prefix_tokens=5),
        TuningConfig(Tuning.FULL),
    ],
)
def test_the_share_that_a_page_says_is_the_one_that_learns(
    encoder: Path, config: TuningConfig
) -> None:
    facts = find_backbone(str(encoder))
    found = measure_share(tune(load_backbone(facts).model, config))
    expected = estimate_share(facts, config)
    if config.tuning is Tuning.FULL:
        assert (expected, found.share) == (1.0, 1.0)
    else:
        # The file of a masked language model has other parts beside the backbone than memory has.
        n_added = found.n_trainable
        assert expected == pytest.approx(n_added / (facts.n_parameters + n_added))


def test_more_frozen_layers_than_there_are_is_refused_before_a_start(encoder: Path) -> None:
    with pytest.raises(ConfigError, match="5 layers are to stay frozen and the backbone has 4"):
        estimate_share(find_backbone(str(encoder)), TuningConfig(Tuning.FULL, frozen_layers=5))


def test_a_job_leaves_a_curve_and_a_backbone_that_learned(
    log: BehaviourLog, encoder: Path, workspace: Workspace
) -> None:
    job = workspace.jobs / "job"
    job.mkdir()
    request = {
        "home": str(workspace.home),
        "log_id": log.log_id,
        "backbone": str(encoder),
        "tuning": asdict(TuningConfig(rank=2)),
        "lessons": asdict(NextTextConfig(steps=12, batch_size=8, learning_rate=1e-2)),
    }
    write_json(job / CONFIG_FILE, request)
    backbone_id = tune_job(JobReporter(job))
    assert [line["step"] for line in read_word_losses(job)] == [10, 12]
    (made,) = list_backbones(workspace)
    assert made.folder.name == backbone_id
    assert "taught what follows what (LoRA, " in made.how
    texts = ["red ball", "hat ball"]
    before = encode_texts(load_backbone(find_backbone(str(encoder))), texts, lambda _: None)
    after = encode_texts(load_backbone(find_backbone(str(made.folder))), texts, lambda _: None)
    assert np.abs(after - before).max() > 1e-3


def test_a_frozen_backbone_is_not_taught(
    encoder: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "start_new_job", None)  # would fail if it were called
    with pytest.raises(ConfigError, match="nothing of the backbone would learn"):
        start_tuning(workspace, "log", str(encoder), TuningConfig(Tuning.FROZEN), NextTextConfig())
