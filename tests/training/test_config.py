import json
from dataclasses import asdict, fields

import pytest

from seqrec.errors import ConfigError
from seqrec.models.shape import Architecture, ModelConfig
from seqrec.training.config import (
    Preset,
    TrainConfig,
    config_from_json,
    is_first_version,
    preset_config,
    with_choices,
)
from seqrec.training.config_parts import Method, ObjectiveConfig, OptimiserConfig

# As the first version wrote it.
FLAT = {
    "epochs": 7,
    "batch_size": 16,
    "learning_rate": 0.002,
    "dropout": 0.3,
    "warmup_share": 0.05,
    "weight_decay": 0.01,
    "patience": 3,
    "max_length": 100,
    "width": 64,
    "n_blocks": 2,
    "n_heads": 2,
    "exclude_seen": True,
    "seed": 4,
}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("epochs", 0, "epochs is 0; choose a value from 1 to 1000"),
        ("epochs", 1.5, "epochs is 1.5; expected a whole number"),
        ("epochs", "many", "epochs is 'many'; expected a whole number"),
        ("epochs", None, "epochs is None; expected a whole number"),
        ("minutes", -1.0, "minutes is -1"),
        ("batch_tokens", 0, "batch tokens is 0; choose a value from 16 to 100000"),
        ("learning_rate", 0.0, "learning rate is 0; choose a value from 1e-08 to 1"),
        ("learning_rate", 1e9, "learning rate is 1e+09; choose a value from 1e-08 to 1"),
        ("learning_rate", float("nan"), "learning rate is nan"),
        ("method", "Adagrad", "method is 'Adagrad'; choose one of AdamW, Adam, SGD"),
        ("dropout", 1.0, "dropout is 1; choose a value from 0 to 0.9"),
        ("warmup_share", -0.1, "warmup share is -0.1"),
        ("patience", -1, "patience is -1"),
        ("max_length", 1, "max length is 1; choose a value from 2 to 1024"),
        ("weight_decay", 1.5, "weight decay is 1.5; choose a value from 0 to 1"),
        ("width", 2, "width is 2; choose a value from 4 to 1024"),
        ("n_blocks", 17, "n blocks is 17; choose a value from 1 to 16"),
        ("n_heads", 0, "n heads is 0; choose a value from 1 to 16"),
        ("tied", "perhaps", "tied is 'perhaps'; choose true or false"),
        ("exclude_seen", 1, "exclude seen is 1; expected true or false"),
        ("cross_entropy", 0.0, "nothing is learned about the next item"),
        ("colour", "red", "there is no choice 'colour'; choose among adversarial, architecture,"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_with_what_can(name: str, value: object, message: str):
    with pytest.raises(ConfigError) as refusal:
        with_choices(TrainConfig(), {name: value})
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    "bounds",
    [
        {"epochs": 1, "batch_tokens": 16, "learning_rate": 1e-8, "dropout": 0.0, "max_length": 2},
        {"epochs": 1000, "batch_tokens": 100_000, "learning_rate": 1.0, "dropout": 0.9},
        {"warmup_share": 0.0, "weight_decay": 0.0, "patience": 0, "width": 4, "n_blocks": 1},
        {"warmup_share": 0.5, "weight_decay": 1.0, "patience": 1000, "n_heads": 16},
    ],
)
def test_the_ends_of_a_range_belong_to_it(bounds: dict[str, float]):
    config = with_choices(TrainConfig(), bounds)
    flat = {**asdict(config), **asdict(config.model), **asdict(config.optimiser)}
    assert {name: flat[name] for name in bounds} == bounds


def test_no_two_parts_have_a_choice_of_one_name():
    parts = (TrainConfig, ModelConfig, OptimiserConfig, ObjectiveConfig)
    names = [one.name for part in parts for one in fields(part)]
    assert len(names) == len(set(names))


def test_a_choice_is_read_from_the_text_of_a_command_line():
    config = with_choices(
        TrainConfig(),
        {"architecture": "bert", "tied": "true", "epochs": "3", "method": "sgd", "dropout": "0"},
    )
    assert (config.model.architecture, config.model.tied) == (Architecture.BERT, True)
    assert (config.epochs, config.optimiser.method) == (3, Method.SGD)
    assert config.model.dropout == 0.0


def test_a_configuration_comes_back_from_its_json():
    config = with_choices(TrainConfig(), {"epochs": 7, "architecture": "Llama", "squared": 0.5})
    assert config_from_json(json.loads(json.dumps(asdict(config)))) == config
    assert not is_first_version(asdict(config))


def test_a_configuration_of_the_first_version_can_be_read():
    config = config_from_json(FLAT)
    assert is_first_version(FLAT)
    assert (config.epochs, config.seed, config.exclude_seen) == (7, 4, True)
    assert (config.model.width, config.optimiser.learning_rate) == (64, 0.002)
    assert config.batch_tokens == 1600
    assert config.model.architecture is Architecture.GPT2


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([1], "the configuration is [1]; expected an object"),
        ({"model": 3}, "model is 3; expected an object"),
        ({"model": {"width": "wide"}}, "width is 'wide'; expected a whole number"),
        ({"optimiser": {"rate": 1}}, "there is no choice 'rate'"),
    ],
)
def test_a_configuration_changed_by_hand_is_told(value: object, message: str):
    with pytest.raises(ConfigError, match=r"config\.json was changed by hand") as refusal:
        config_from_json(value)
    assert message in str(refusal.value)


@pytest.mark.parametrize(("repeat_rate", "exclude_seen"), [(0.4, False), (0.0, True)])
def test_seen_items_are_left_out_only_where_users_rarely_repeat(
    repeat_rate: float, exclude_seen: object
):
    for preset in Preset:
        assert preset_config(preset, repeat_rate).exclude_seen is exclude_seen


def test_quick_is_a_shorter_standard():
    quick, standard = preset_config(Preset.QUICK, 0.5), preset_config(Preset.STANDARD, 0.5)
    assert quick.epochs < standard.epochs
    assert preset_config(Preset.CUSTOM, 0.5) == standard
