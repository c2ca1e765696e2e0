from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch

from seqrec.errors import ConfigError
from seqrec.evaluation.intervals import gains_of
from seqrec.evaluation.split import leave_last_out
from seqrec.jobs.state import CONFIG_FILE
from seqrec.jobs.worker import JobReporter
from seqrec.language.backbones import find_backbone
from seqrec.language.cold import measure_cold
from seqrec.language.jobs import start_measuring
from seqrec.language.likeness import like_texts
from seqrec.language.loading import load_backbone
from seqrec.language.peak import forget_peak, peak_mib
from seqrec.language.stored_backbones import (
    MadeBackbone,
    as_it_came,
    backbone_folder,
    list_backbones,
    write_made,
)
from seqrec.language.texts import item_texts
from seqrec.language.tower_config import TowerConfig
from seqrec.language.towers import TextTowers, count_weights
from seqrec.language.trial_table import (
    AHEAD,
    KNOWN,
    MEMORY,
    NEW,
    SECONDS,
    STATE,
    WEIGHTS,
    describe_trials,
    list_states,
    trial_frame,
)
from seqrec.language.trial_worker import trial_job
from seqrec.language.trials import MAX_WARM, keep_back, read_trial, read_trial_baselines
from seqrec.language.tune_worker import tune_job
from seqrec.language.tuning_config import NextTextConfig, TuningConfig
from seqrec.language.vectors import encode_texts
from seqrec.log.behaviour_log import BehaviourLog, load_catalogue, load_sequences
from seqrec.workspace import Workspace, write_json
from tests.conftest import StoreCsv
from tests.language.tiny import WORDS


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    events = [(user, (user + step) % 30, step) for user in range(60) for step in range(6)]
    rows = [
        f"u{user},i{item},{step},{WORDS[item % 16]} {WORDS[item // 16]}"
        for user, item, step in events
    ]
    return store_csv("\n".join(["user,item,time,title", *rows]))


def _job(workspace: Workspace, log: BehaviourLog, backbone: Path, **config: object) -> JobReporter:
    folder = workspace.jobs / "job"
    folder.mkdir()
    request = {"home": str(workspace.home), "log_id": log.log_id, "backbone": str(backbone)}
    write_json(folder / CONFIG_FILE, request | config)
    return JobReporter(folder)


def test_what_is_measured_is_what_the_titles_give(
    log: BehaviourLog, encoder: Path, workspace: Workspace
) -> None:
    assert trial_job(_job(workspace, log, encoder)) == log.log_id
    trial = read_trial(workspace, log.log_id, str(encoder))
    assert trial is not None
    items = keep_back(leave_last_out(load_sequences(log)))
    backbone = load_backbone(find_backbone(str(encoder)))
    vectors = encode_texts(backbone, item_texts(load_catalogue(log))[1:], lambda _share: None)
    vectors = np.vstack([np.zeros((1, vectors.shape[1]), dtype=np.float32), vectors])
    expected = measure_cold(items, like_texts(vectors), MAX_WARM)
    assert (len(trial.alone.warm), len(trial.alone.shelf)) == (expected.n_warm, expected.n_cold)
    assert expected.n_cold > 0
    assert gains_of(np.array(trial.alone.warm)).mean() == pytest.approx(expected.warm_ndcg)
    assert trial.head is not None
    assert trial.head.warm != trial.alone.warm
    assert set(read_trial_baselines(workspace, log.log_id)) == {
        "Decayed Markov",
        "Popularity",
        "Words of titles",
    }


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")
def test_a_taught_backbone_stands_beside_the_untuned_one(
    log: BehaviourLog, encoder: Path, workspace: Workspace
) -> None:
    lessons = asdict(NextTextConfig(steps=12, batch_size=8, learning_rate=1e-2))
    choices = {"tuning": asdict(TuningConfig(rank=2)), "lessons": lessons, "measured": True}
    tune_job(_job(workspace, log, encoder, **choices))
    (made,) = list_backbones(workspace)
    assert made.learning is not None
    assert as_it_came(workspace, str(made.folder)) == str(encoder)
    states = [one for one in list_states(workspace, log.log_id) if one.trial]
    baselines = read_trial_baselines(workspace, log.log_id)
    frame = trial_frame(states, baselines, 20).set_index(STATE)
    names = list(frame.index)
    assert names[1] == "Frozen + head"
    assert names[2].startswith("LoRA, 12 steps")
    assert names[3].endswith("+ head")
    assert frame[KNOWN].notna().all()
    assert frame[NEW].notna().all()
    # Query and value of four layers, two matrices of rank 2 each.
    assert frame.loc[names[2], WEIGHTS] == 4 * 2 * 2 * 2 * 16
    assert frame.loc[names[3], WEIGHTS] > frame.loc[names[2], WEIGHTS]
    assert frame.loc[names[2], SECONDS] > 0
    assert frame.loc[names[2], MEMORY] > 50
    assert frame.loc[names[0], AHEAD] == ""
    told = describe_trials(states, baselines, 3)
    assert told[0].startswith("Known items are ranked best by")
    assert told[-1].startswith("Only 3 items are kept back: among so few")
    assert trial_frame(states, baselines, 3)[NEW].isna().all()


def test_a_backbone_that_learned_from_all_items_is_not_measured(
    encoder: Path, log: BehaviourLog, workspace: Workspace
) -> None:
    folder = backbone_folder(workspace, "old")
    folder.parent.mkdir()
    folder.symlink_to(encoder)
    made = MadeBackbone(folder, str(encoder), "taught", log.log_id, 1.0)
    write_made(folder, made)
    try:
        with pytest.raises(ConfigError, match="nothing fair can be measured; teach it again"):
            start_measuring(workspace, log.log_id, str(folder))
        assert any(one.trial is None for one in list_states(workspace, log.log_id))
    finally:
        (encoder / "made.json").unlink()


def test_weights_of_a_text_model_are_counted_as_they_are() -> None:
    config = TowerConfig(width=8, hidden=5)
    model = TextTowers(torch.zeros(7, 12), config)
    assert count_weights(7, 12, config) == sum(weight.numel() for weight in model.parameters())


def test_the_peak_is_that_of_what_came_after() -> None:
    forget_peak()
    before = peak_mib()
    _ = np.ones(40 << 20, dtype=np.uint8).sum()
    after = peak_mib()
    assert before is not None
    assert after is not None
    assert after - before > 30
