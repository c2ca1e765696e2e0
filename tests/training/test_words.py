"""Each choice has words and a cost; the command line makes the same run."""

import shlex

import pytest

from seqrec.errors import ConfigError
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.settings import WandbMode
from seqrec.train import choose_config
from seqrec.training.command import command_line
from seqrec.training.config import Preset, TrainConfig, choices_of, preset_config, with_choices
from seqrec.training.estimate import LogSize
from seqrec.training.words import GROUPS, describe_costs
from seqrec.workspace import Workspace

SIZE = LogSize(n_items=3_000, n_targets=100_000)


def test_every_choice_has_words_in_one_group():
    named = [name for group in GROUPS.values() for name in group]
    assert sorted(named) == sorted(choices_of(TrainConfig()))


def test_what_is_off_costs_nothing():
    (softmax,) = describe_costs(TrainConfig(), SIZE)
    assert softmax.startswith("Softmax over all 3,000 items:")


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        ({"adversarial": 0.1}, "Adversarial step"),
        ({"contrastive": 0.1}, "Contrastive views"),
        ({"interest": 0.1}, "Mined interests"),
        ({"ensemble": 2, "minutes": 3}, "each gets its share of the minutes"),
        ({"wandb": "online"}, "choices leave this machine"),
        ({"full_items": 10}, "Softmax over a shared sample of 1,024 of 3,000 items."),
    ],
)
def test_what_is_on_says_what_it_costs(choices: dict[str, object], told: str):
    assert told in " ".join(describe_costs(with_choices(TrainConfig(), choices), SIZE))


def test_the_command_line_gives_the_configuration_back(workspace: Workspace, log: BehaviourLog):
    rate = 0.5  # the ring repeats
    config = with_choices(
        preset_config(Preset.QUICK, rate),
        {"method": "Adam", "tied": True, "learning_rate": 1e-5, "wandb": "offline", "seed": 7},
    )
    line = shlex.split(command_line(log.log_id, Preset.QUICK, config, rate))
    choices = [line[place + 1] for place, word in enumerate(line) if word == "--set"]
    exclude = f"exclude_seen={str(config.exclude_seen).lower()}"
    assert choose_config(workspace, log.log_id, "quick", [*choices, exclude]) == config


def test_the_setting_is_the_default_of_every_preset(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SEQREC_WANDB", "offline")
    assert preset_config(Preset.QUICK, 0.0).wandb is WandbMode.OFFLINE
    monkeypatch.setenv("SEQREC_WANDB", "loud")
    with pytest.raises(ConfigError, match="SEQREC_WANDB is 'loud'"):
        preset_config(Preset.QUICK, 0.0)
