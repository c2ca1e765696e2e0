"""What it costs to order the first 50 items of a list by how likely a decoder finds their titles.

No weights of a decoder are part of the project: a model of GPT-2's smallest size, not trained,
has the cost of a trained one and no quality.
"""

import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from tokenizers import ByteLevelBPETokenizer
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

from benchmarks.language.home import Shop
from benchmarks.sections import Section
from seqrec.evaluation.ranking import mask_items, top_items
from seqrec.evaluation.split import leave_last_out
from seqrec.language.backbones import find_backbone
from seqrec.language.likelihood import LikelihoodReranker
from seqrec.language.loading import Backbone, load_backbone
from seqrec.models.markov import fit_decayed_markov

TITLE = "A decoder orders the first 50: cost only"
N_USERS, N_CANDIDATES = 3, 50
_N_WORDS = 50_257  # of GPT-2
_END = "<|endoftext|>"


def measure_decoder(shop: Shop) -> Section:
    """CPU-seconds a user."""
    split = leave_last_out(shop.database)
    users = np.random.default_rng(0).choice(split.test_users, N_USERS, replace=False)
    histories = [split.test_history(int(user)) for user in users]
    scores = fit_decayed_markov(split).score(histories)
    mask_items(scores, histories)
    lists = top_items(scores, N_CANDIDATES)[0]
    with tempfile.TemporaryDirectory() as folder:
        decoder = _make_decoder(Path(folder), shop.texts)
        reranker = LikelihoodReranker(decoder, shop.texts)
        reranker.order(histories[0], lists[0][:1])  # warm
        spent = []
        for history, candidates in zip(histories, lists, strict=True):
            started = time.process_time()
            reranker.order(history, candidates)
            spent.append(time.process_time() - started)
    lines = [
        f"{shop.name}, one thread, {N_USERS} users: the {N_CANDIDATES} first items of decayed",
        "Markov, behind a prompt of the newest ten titles. The decoder has the shape of GPT-2's",
        f"smallest ({decoder.facts.n_parameters / 1e6:.0f} million parameters) and weights by",
        "chance, with a tokenizer of the catalogue's titles: its cost is true, its order means",
        "nothing and is not measured. On a GPU, and with larger models: not measured.",
        "",
        "| candidates a user | CPU-seconds a user, median | least | most |",
        "| ---: | ---: | ---: | ---: |",
        f"| {N_CANDIDATES} | {np.median(spent):.1f} | {min(spent):.1f} | {max(spent):.1f} |",
    ]
    return Section(TITLE, lines)


def _make_decoder(folder: Path, texts: list[str]) -> Backbone:
    torch.manual_seed(0)
    learned = ByteLevelBPETokenizer()
    learned.train_from_iterator(
        texts, vocab_size=_N_WORDS, show_progress=False, special_tokens=[_END]
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=learned._tokenizer,  # noqa: SLF001 - it has no public name
        bos_token=_END,
        eos_token=_END,
    )
    tokenizer.save_pretrained(folder)
    GPT2LMHeadModel(GPT2Config(bos_token_id=0, eos_token_id=0)).save_pretrained(folder)
    return load_backbone(find_backbone(str(folder)), with_words=True)
