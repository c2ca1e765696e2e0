from dataclasses import asdict, replace

import pytest

from seqrec.errors import ConfigError
from seqrec.training.config import Preset, TrainConfig, config_from_json, preset_config


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("epochs", 0, "epochs is 0; choose a value from 1 to 1000"),
        ("batch_size", 0, "batch size is 0; choose a value from 1 to 4096"),
        ("learning_rate", 0.0, "learning rate is 0; choose a value from 1e-08 to 1"),
        ("learning_rate", 1e9, "learning rate is 1e+09; choose a value from 1e-08 to 1"),
        ("learning_rate", float("nan"), "learning rate is nan"),
        ("dropout", 1.0, "dropout is 1; choose a value from 0 to 0.9"),
        ("warmup_share", -0.1, "warmup share is -0.1"),
        ("patience", -1, "patience is -1"),
        ("max_length", 1, "max length is 1; choose a value from 2 to 1024"),
        ("weight_decay", 1.5, "weight decay is 1.5; choose a value from 0 to 1"),
        ("width", 2, "width is 2; choose a value from 4 to 1024"),
        ("n_blocks", 17, "n blocks is 17; choose a value from 1 to 16"),
        ("n_heads", 0, "n heads is 0; choose a value from 1 to 16"),
    ],
)
def test_a_choice_outside_its_range_is_refused_with_the_range(
    name: str, value: float, message: str
):
    with pytest.raises(ConfigError) as refusal:
        replace(TrainConfig(), **{name: value})
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    "bounds",
    [
        {"epochs": 1, "batch_size": 1, "learning_rate": 1e-8, "dropout": 0.0, "max_length": 2},
        {"epochs": 1000, "batch_size": 4096, "learning_rate": 1.0, "dropout": 0.9},
        {"warmup_share": 0.0, "weight_decay": 0.0, "patience": 0, "width": 4, "n_blocks": 1},
        {"warmup_share": 0.5, "weight_decay": 1.0, "patience": 1000, "n_heads": 16},
    ],
)
def test_the_ends_of_a_range_belong_to_it(bounds: dict[str, float]):
    config = replace(TrainConfig(), **bounds)
    assert {name: getattr(config, name) for name in bounds} == bounds


def test_a_width_that_the_heads_cannot_share_is_refused_with_one_that_they_can():
    with pytest.raises(ConfigError, match="width 65 is not a multiple of the 2 heads; choose 64"):
        TrainConfig(width=65)


def test_a_configuration_comes_back_from_its_json():
    config = TrainConfig(epochs=7, exclude_seen=True)
    assert config_from_json(asdict(config)) == config


def test_an_unknown_choice_in_a_file_is_told():
    with pytest.raises(ConfigError, match=r"config\.json was changed by hand.*colour"):
        config_from_json({"colour": "red"})


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
