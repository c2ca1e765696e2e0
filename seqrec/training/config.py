"""Every choice of a training run, with its unit, checked when it is made."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any

from seqrec.choices import check_choices, limited, read_choice
from seqrec.errors import ConfigError
from seqrec.models.shape import Architecture, ModelConfig
from seqrec.settings import WandbMode, read_settings
from seqrec.training.config_parts import ObjectiveConfig, OptimiserConfig, TextConfig
from seqrec.translation.texts import mark, tr

# Below it, repeats are noise and items that were seen are left out of lists.
FEW_REPEATS = 0.05
# Configurations of the first version were flat, and counted a batch in windows.
_WINDOWS = "batch_size"
# Frozen, so that all configurations may share them.
_MODEL, _OPTIMISER, _OBJECTIVE = ModelConfig(), OptimiserConfig(), ObjectiveConfig()
_TEXT = TextConfig()


@dataclass(frozen=True)
class TrainConfig:
    """How an item transformer is trained.

    Attributes:
        epochs: passes over all histories at most; 1 to 1,000.
        minutes: of training at most; 0 for no such limit; 0 to 100,000. The learning rate follows
            whichever of the two budgets is further spent.
        patience: validations without a better NDCG@10 after which training ends; 0 is never.
        batch_tokens: events in a step, over all processes; 16 to 100,000.
        ensemble: models that are trained with seeds of their own and whose scores are averaged;
            1 to 16.
        exclude_seen: whether items of the history are left out of its list.
        seed: of every random choice.
        wandb: whether Weights & Biases is told the run's metrics beside TensorBoard's files, and
            whether that leaves this machine.
        model: shape of the model.
        optimiser: how weights are changed.
        objective: what is minimised.
        text: what is learned from titles.

    Raises:
        ConfigError: a value is outside its range.
    """

    epochs: int = limited(12, 1, 1000)
    minutes: float = limited(0.0, 0.0, 100_000.0)
    patience: int = limited(3, 0, 1000)
    batch_tokens: int = limited(1536, 16, 100_000)
    ensemble: int = limited(1, 1, 16)
    exclude_seen: bool = False
    seed: int = limited(0, 0, 2**31 - 1)
    wandb: WandbMode = WandbMode.OFF
    model: ModelConfig = _MODEL
    optimiser: OptimiserConfig = _OPTIMISER
    objective: ObjectiveConfig = _OBJECTIVE
    text: TextConfig = _TEXT

    def __post_init__(self) -> None:
        """Check every range; the parts have checked their own."""
        check_choices(self)


class Preset(StrEnum):
    """A named choice of a configuration."""

    QUICK = mark("Quick")
    STANDARD = mark("Standard")
    CUSTOM = mark("Custom")


def preset_config(preset: Preset, repeat_rate: float) -> TrainConfig:
    """The configuration that a preset stands for; *Custom* starts from *Standard*.

    Args:
        preset: which one.
        repeat_rate: share of events whose item the user had before; where few are, items that
            were seen are left out of lists.

    Raises:
        ConfigError: the installation's settings cannot be.
    """
    start = TrainConfig(exclude_seen=repeat_rate < FEW_REPEATS, wandb=read_settings().wandb)
    if preset is Preset.QUICK:
        return replace(start, epochs=5, minutes=2.0, patience=0)
    return start


def with_choices(config: TrainConfig, choices: Mapping[str, Any]) -> TrainConfig:
    """The configuration with some choices changed, each by its name, whichever part it is of.

    Args:
        config: to start from.
        choices: values as JSON or a command line gives them.

    Raises:
        ConfigError: there is no such choice, or a value is outside its range or of another kind.
    """
    parts = {"": config, **{name: getattr(config, name) for name in _PARTS}}
    places = {one.name: (name, one) for name, part in parts.items() for one in fields(part)}
    changes: dict[str, dict[str, Any]] = {}
    for name, value in choices.items():
        if name not in places or name in _PARTS:
            known = ", ".join(sorted(set(places) - set(_PARTS)))
            raise ConfigError(
                tr("there is no choice '{name}'; choose among {known}", name=name, known=known)
            )
        part, one = places[name]
        changes.setdefault(part, {})[name] = read_choice(one, value)
    own = changes.pop("", {})
    return replace(
        config, **own, **{name: replace(parts[name], **new) for name, new in changes.items()}
    )


def choices_of(config: TrainConfig) -> dict[str, Any]:
    """Every choice by its name, whichever part it is of; what `with_choices` takes."""
    return _flatten(asdict(config))


def config_from_json(value: object) -> TrainConfig:
    """The configuration that `dataclasses.asdict` wrote, also as the first version wrote it.

    Raises:
        ConfigError: a value is outside its range, of another kind, or unknown.
    """
    try:
        return with_choices(TrainConfig(), _flatten(value))
    except ConfigError as error:
        told = tr("the run's config.json was changed by hand: {error}", error=error)
        raise ConfigError(told) from error


def is_first_version(value: Mapping[str, Any]) -> bool:
    """Whether a configuration as JSON was written by the first version."""
    return _WINDOWS in value


def _flatten(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConfigError(tr("the configuration is {value}; expected an object", value=repr(value)))
    flat = {name: one for name, one in value.items() if name not in _PARTS}
    for name in _PARTS:
        part = value.get(name, {})
        if not isinstance(part, dict):
            raise ConfigError(
                tr("{name} is {value}; expected an object", name=name, value=repr(part))
            )
        flat |= part
    # What names none is older than the choice.
    flat.setdefault("architecture", Architecture.GPT2)
    windows = flat.pop(_WINDOWS, None)
    if isinstance(windows, int):
        length = flat.get("max_length", 100)
        flat["batch_tokens"] = min(max(windows * int(length), 16), 100_000)
    return flat


_PARTS = tuple(one.name for one in fields(TrainConfig) if is_dataclass(one.default))
