"""Which weights of a backbone learn: frozen layers, LoRA, prefix, all of them."""

from dataclasses import dataclass
from typing import Any

from peft import LoraConfig, PrefixTuningConfig, TaskType, get_peft_model
from torch import nn
from transformers import PreTrainedModel

from seqrec.errors import ConfigError
from seqrec.language.tuning_config import Tuning, TuningConfig
from seqrec.translation.texts import tr

# Where the layers of the architectures lie that `backbones` knows.
_LAYER_LISTS = (
    "encoder.layer", "transformer.layer", "encoder.layers", "h", "layers", "decoder.layers",
    "transformer.h",
)  # fmt: skip


@dataclass(frozen=True)
class TrainableShare:
    """How much of a model learns.

    Attributes:
        n_trainable: numbers that learn.
        n_parameters: all numbers, those that were added included.
    """

    n_trainable: int
    n_parameters: int

    @property
    def share(self) -> float:
        """Of the numbers that learn among all."""
        return self.n_trainable / max(1, self.n_parameters)


def tune(model: PreTrainedModel, config: TuningConfig) -> nn.Module:
    """The model, of which only what the configuration says learns.

    The model is changed in place: additions are put into it.

    Raises:
        ConfigError: there are fewer layers than are to stay frozen.
    """
    model.requires_grad_(requires_grad=config.tuning is Tuning.FULL)
    if config.tuning is Tuning.FULL:
        _freeze_first(model, config.frozen_layers)
        return model
    if config.tuning is Tuning.LORA:
        low_rank = LoraConfig(
            r=config.rank,
            lora_alpha=2 * config.rank,
            layers_to_transform=_layers_behind(model, config.frozen_layers),
            fan_in_fan_out=model.config.model_type == "gpt2",
        )
        adapted: nn.Module = get_peft_model(model, low_rank)
        return adapted
    if config.tuning is Tuning.PREFIX:
        prefix = PrefixTuningConfig(
            task_type=TaskType.FEATURE_EXTRACTION, num_virtual_tokens=config.prefix_tokens
        )
        with_prefix: nn.Module = get_peft_model(model, prefix)
        return with_prefix
    return model


def measure_share(model: nn.Module) -> TrainableShare:
    """How much of a model learns."""
    weights = list(model.parameters())
    n_trainable = sum(weight.numel() for weight in weights if weight.requires_grad)
    return TrainableShare(n_trainable, sum(weight.numel() for weight in weights))


def find_layers(model: nn.Module) -> nn.ModuleList:
    """The layers of a backbone, first to last.

    Raises:
        ConfigError: they are not where those of the known architectures are.
    """
    for name in _LAYER_LISTS:
        found: Any = model
        for part in name.split("."):
            found = getattr(found, part, None)
        if isinstance(found, nn.ModuleList):
            return found
    raise ConfigError(tr("the layers of this backbone cannot be told apart; freeze none of them"))


def _freeze_first(model: PreTrainedModel, n_layers: int) -> None:
    if not n_layers:
        return
    layers = _need_layers(model, n_layers)
    first = {id(weight) for layer in layers[:n_layers] for weight in layer.parameters()}
    behind = {id(weight) for layer in layers[n_layers:] for weight in layer.parameters()}
    words = {id(weight) for weight in model.get_input_embeddings().parameters()}
    for name, weight in model.named_parameters():
        is_embedding = id(weight) in words or "embed" in name or name.startswith(("wte", "wpe"))
        if id(weight) in first or (is_embedding and id(weight) not in behind):
            weight.requires_grad_(False)  # noqa: FBT003 - torch's


def _layers_behind(model: PreTrainedModel, n_frozen: int) -> list[int] | None:
    if not n_frozen:
        return None
    return list(range(n_frozen, len(_need_layers(model, n_frozen))))


def _need_layers(model: PreTrainedModel, n_frozen: int) -> nn.ModuleList:
    layers = find_layers(model)
    if n_frozen >= len(layers):
        raise ConfigError(
            tr(
                "{frozen} layers are to stay frozen and the backbone has {layers}; freeze at most "
                "{most}, or choose 'frozen' for all",
                frozen=n_frozen,
                layers=len(layers),
                most=len(layers) - 1,
            )
        )
    return layers
