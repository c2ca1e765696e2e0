"""From a backbone on disk to a model and its tokenizer."""

from dataclasses import dataclass
from typing import cast

import torch
from torch import nn
from transformers import (
    AutoModel,
    AutoModelForCausalLM,
    AutoModelForMaskedLM,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)
from transformers.utils import logging as library_logging

from seqrec.errors import BackboneError
from seqrec.language.backbones import BackboneFacts, Reading, need_memory


@dataclass(frozen=True)
class Backbone:
    """A language model in memory.

    Attributes:
        facts: what is known of it.
        model: gives a vector for each token.
        tokenizer: from text to tokens.
    """

    facts: BackboneFacts
    model: PreTrainedModel
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
    try:
        tokenizer = AutoTokenizer.from_pretrained(
            facts.folder, local_files_only=True, trust_remote_code=False
        )
        model = _kind_of(facts, with_words=with_words).from_pretrained(
            facts.folder,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            dtype=torch.float32,
        )
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        raise BackboneError(
            f"'{facts.name}' cannot be loaded ({str(error)[:200]}); its files do not fit each "
            "other or are damaged: download or export it again"
        ) from error
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token or tokenizer.unk_token
    n_words = cast(nn.Embedding, model.get_input_embeddings()).num_embeddings
    if len(tokenizer) > n_words:
        raise BackboneError(
            f"the tokenizer of '{facts.name}' knows {len(tokenizer):,} words and its model has "
            f"{n_words:,} word vectors: they do not belong together"
        )
    return Backbone(facts, model.eval(), tokenizer)


def _kind_of(
    facts: BackboneFacts, *, with_words: bool
) -> type[AutoModel | AutoModelForCausalLM | AutoModelForMaskedLM]:
    if not with_words:
        return AutoModel
    return AutoModelForCausalLM if facts.reading is Reading.DECODER else AutoModelForMaskedLM
