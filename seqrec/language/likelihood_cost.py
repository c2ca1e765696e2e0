"""What it costs to let a decoder order candidates; read by pages too, so nothing loads torch."""

from collections.abc import Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from seqrec.errors import ConfigError
from seqrec.language.backbones import BackboneFacts, Reading
from seqrec.translation.texts import tr

N_CANDIDATES = 50
N_RECENT = 10  # titles of a prompt
MAX_TITLE_TOKENS = 24
_N_SAMPLES = 200
_FLOAT_BYTES, _MIB = 4, 1 << 20


@dataclass(frozen=True)
class LikelihoodCost:
    """Of one list.

    Attributes:
        n_tokens: that are read: prompt and title of every candidate.
        n_products: multiplications, one a weight and token.
        memory_mib: of the weights.
    """

    n_tokens: int
    n_products: float
    memory_mib: float


def need_decoder(facts: BackboneFacts) -> None:
    """Refuse a backbone that cannot say how likely a text is.

    Raises:
        ConfigError: it is an encoder.
    """
    if facts.reading is not Reading.DECODER:
        raise ConfigError(
            tr(
                "'{name}' reads both sides of a word and cannot say how likely a title is; "
                "choose a decoder (GPT-2, Llama, Qwen...)",
                name=facts.name,
            )
        )


def likelihood_cost(
    facts: BackboneFacts, texts: Sequence[str], n_candidates: int = N_CANDIDATES
) -> LikelihoodCost:
    """What ordering one list will cost at the most: histories of ten titles and more.

    Args:
        facts: of the decoder.
        texts: of a catalogue, padding first; a sample of 200 says how long titles are.
        n_candidates: of the list.
    """
    filled = [text for text in texts[1:] if text]
    sample = filled[:: max(1, len(filled) // _N_SAMPLES)]
    tokenizer = Tokenizer.from_file(str(facts.folder / "tokenizer.json"))
    lengths = [len(tokenizer.encode(text, add_special_tokens=False).ids) for text in sample]
    title = sum(lengths) / max(1, len(lengths))
    shown = min(N_RECENT * (title + 1), facts.max_tokens - MAX_TITLE_TOKENS)
    n_tokens = round(n_candidates * (max(shown, 1) + min(title, MAX_TITLE_TOKENS)))
    memory_mib = _FLOAT_BYTES * facts.n_parameters / _MIB
    return LikelihoodCost(n_tokens, float(facts.n_parameters) * n_tokens, memory_mib)
