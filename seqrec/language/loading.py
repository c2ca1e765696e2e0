"""From a backbone on disk to a model and its tokenizer."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from peft import PeftModel
from torch import nn
from transformers import (
    AutoModel,
    AutoModelForCausalLM,
    AutoModelForMaskedLM,
    AutoTokenizer,
    PreTrainedTokenizerBase,
)
from transformers.utils import logging as library_logging

from seqrec.errors import BackboneError
from seqrec.language.backbones import BackboneFacts, Reading, need_memory
from seqrec.translation.texts import tr

_UNUSED = "pooler."
_PREFIX = "prefix"  # folder; beside the weights, transformers would take it for additions


@dataclass(frozen=True)
class Backbone:
    """A language model in memory.

    Attributes:
        facts: what is known of it.
        model: gives a vector for each token.
        tokenizer: from text to tokens.
    """

    facts: BackboneFacts
    model: nn.Module
    tokenizer: PreTrainedTokenizerBase


def load_backbone(facts: BackboneFacts, *, with_words: bool = False) -> Backbone:
    """The model of a backbone, from safetensors, with no code but that of `transformers`.

    Args:
        facts: of the backbone.
        with_words: whether the part that predicts words is wanted too.

    Raises:
        BackboneError: it does not fit in memory, or its files do not fit each other.
    """
    need_memory(facts, trained=False)
    library_logging.disable_progress_bar()  # type: ignore[no-untyped-call] # the library's
    library_logging.set_verbosity_error()  # type: ignore[no-untyped-call] # likewise
    try:
        tokenizer = AutoTokenizer.from_pretrained(
            facts.folder, local_files_only=True, trust_remote_code=False
        )
        loaded: Any = _kind_of(facts, with_words=with_words).from_pretrained(
            facts.folder,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            dtype=torch.float32,
            output_loading_info=True,
        )
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        raise BackboneError(
            tr(
                "'{name}' cannot be loaded ({error}); its files do not fit each other or are "
                "damaged: download or export it again",
                name=facts.name,
                error=str(error)[:200],
            )
        ) from error
    model, found = loaded
    _need_weights(facts, found["missing_keys"], model.base_model_prefix if with_words else "")
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token or tokenizer.unk_token
    n_words = cast(nn.Embedding, model.get_input_embeddings()).num_embeddings
    if len(tokenizer) > n_words:
        raise BackboneError(
            tr(
                "the tokenizer of '{name}' knows {words:,} words and its model has {vectors:,} "
                "word vectors: they do not belong together; take both from the same place",
                name=facts.name,
                words=len(tokenizer),
                vectors=n_words,
            )
        )
    if (facts.folder / _PREFIX).is_dir() and not with_words:
        model = PeftModel.from_pretrained(model, str(facts.folder / _PREFIX))
    return Backbone(facts, model.eval(), tokenizer)


def save_backbone(backbone: Backbone, folder: Path) -> None:
    """Write model and tokenizer where `load_backbone` finds them, safetensors alone.

    Low-rank additions are added to the weights; a prefix stays beside them, as it cannot be.
    """
    model: Any = backbone.model
    if isinstance(model, PeftModel) and model.active_peft_config.is_prompt_learning:
        model.save_pretrained(str(folder / _PREFIX))
        model = model.get_base_model()
    elif isinstance(model, PeftModel):
        model = model.merge_and_unload()
    model.save_pretrained(folder)
    backbone.tokenizer.save_pretrained(str(folder))


def _need_weights(facts: BackboneFacts, missing: Iterable[str], base: str) -> None:
    """Refuse weights that would be random, but for what is learned anew or never looked at.

    Args:
        facts: of the backbone.
        missing: names of tensors that its files lack.
        base: what names of the backbone itself begin with, beside a part that predicts words.
    """
    own = [name for name in missing if name.startswith(base)]
    lacking = sorted(name for name in own if not name.removeprefix(f"{base}.").startswith(_UNUSED))
    if lacking:
        raise BackboneError(
            tr(
                "the weights of '{name}' lack {n:,} tensors of its architecture ({first}...), "
                "which would be random; download or export it again",
                name=facts.name,
                n=len(lacking),
                first=lacking[0],
            )
        )


def _kind_of(
    facts: BackboneFacts, *, with_words: bool
) -> type[AutoModel | AutoModelForCausalLM | AutoModelForMaskedLM]:
    if not with_words:
        return AutoModel
    return AutoModelForCausalLM if facts.reading is Reading.DECODER else AutoModelForMaskedLM
