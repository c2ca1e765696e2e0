"""Lists of another model in the order that a decoder gives them: how likely each title is next.

A prompt lists the titles of a history; a candidate's score is the mean log-likelihood of the
tokens of its title behind it, so that long titles are not behind short ones.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seqrec.language.likelihood_cost import MAX_TITLE_TOKENS, N_RECENT, need_decoder
from seqrec.language.loading import Backbone

_CANDIDATES_AT_ONCE = 16


class LikelihoodReranker:
    """Scores candidates for one user at a time; its cost is a forward pass a candidate."""

    def __init__(self, backbone: Backbone, texts: Sequence[str]) -> None:
        """Take a decoder that was loaded with the part that predicts words.

        Args:
            backbone: the decoder.
            texts: by item id, padding first; (V,).

        Raises:
            ConfigError: it is an encoder, which cannot say how likely a text is.
        """
        need_decoder(backbone.facts)
        self._backbone = backbone
        self._texts = texts

    def order(
        self, history: NDArray[np.int32], candidates: NDArray[np.int32]
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Candidates, the likeliest first, and their mean log-likelihood (nats a token).

        Args:
            history: item ids, oldest first; the newest ten are shown.
            candidates: item ids; those without a text come last, in the order given; (K,).
        """
        scores = np.full(len(candidates), -np.inf, dtype=np.float32)
        filled = [row for row, item in enumerate(candidates) if self._texts[item]]
        prompt = self._prompt(history)
        for first in range(0, len(filled), _CANDIDATES_AT_ONCE):
            rows = filled[first : first + _CANDIDATES_AT_ONCE]
            titles = [self._tokens(self._texts[candidates[row]]) for row in rows]
            scores[rows] = self._score(prompt, titles).cpu().numpy()
        order = np.argsort(-scores, kind="stable")
        return candidates[order], scores[order]

    def _prompt(self, history: NDArray[np.int32]) -> list[int]:
        """Tokens of the newest titles, cut in front to what the decoder can read."""
        lines = [self._texts[item] for item in history[-N_RECENT:] if self._texts[item]]
        text = "".join(f"{line}\n" for line in lines) or "\n"
        ids: list[int] = self._backbone.tokenizer(text, add_special_tokens=False)["input_ids"]
        room = self._backbone.facts.max_tokens - MAX_TITLE_TOKENS
        kept = ids[-max(1, room) :]
        start = self._backbone.tokenizer.bos_token_id
        return kept or [0 if start is None else int(start)]

    def _tokens(self, text: str) -> list[int]:
        ids: list[int] = self._backbone.tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids[:MAX_TITLE_TOKENS] or [0]

    @torch.inference_mode()
    def _score(self, prompt: list[int], titles: list[list[int]]) -> Tensor:
        """Mean log-likelihood of each title behind the prompt; (n,)."""
        width = max(map(len, titles))
        # Right-padded: a decoder sees nothing of what stands behind.
        rows = [prompt + title + [0] * (width - len(title)) for title in titles]
        device = next(self._backbone.model.parameters()).device
        ids = torch.tensor(rows, device=device)  # (n, prompt + width)
        lengths = torch.tensor([len(title) for title in titles], device=device)
        logits = self._backbone.model(input_ids=ids, use_cache=False).logits
        said = logits[:, len(prompt) - 1 : -1].float().log_softmax(dim=-1)  # (n, width, words)
        wanted = ids[:, len(prompt) :, None]
        chances = said.gather(2, wanted)[..., 0]  # (n, width)
        real = torch.arange(width, device=device) < lengths[:, None]
        mean: Tensor = (chances * real).sum(dim=1) / lengths
        return mean
