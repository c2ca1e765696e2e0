"""What a catalogue says about its items, as texts to read, and what is wrong with them."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from seqrec.errors import ConfigError
from seqrec.language.backbones import BackboneFacts
from seqrec.log.behaviour_log import Catalogue
from seqrec.translation.texts import mark, tr

MAX_TOKENS = 64  # of a text; titles are short, and cost grows with the longest
_MAX_LETTERS = 2000  # of a text that are looked at: more than 64 tokens in any language
_FEW = 0.5
_MANY_UNKNOWN = 0.05
_SOME = 0.1
_LATIN = "LATIN"
_N_SHOWN, _SHOWN_LETTERS = 5, 100
_SCRIPTS = {
    "CJK": mark("Chinese"),
    "HIRAGANA": mark("Japanese"),
    "KATAKANA": mark("Japanese"),
    "HANGUL": mark("Korean"),
    "CYRILLIC": mark("Cyrillic"),
    "GREEK": mark("Greek"),
    "ARABIC": mark("Arabic"),
    "HEBREW": mark("Hebrew"),
    "THAI": mark("Thai"),
    "DEVANAGARI": mark("Devanagari"),
}


@dataclass(frozen=True)
class TextFacts:
    """How the texts of a catalogue look to a backbone.

    Attributes:
        n_items: in the catalogue.
        n_texts: items with a text.
        n_distinct: different texts.
        n_long: texts that are longer than the backbone is shown of them, in the sample.
        unknown_share: of the words in the sample, those that the backbone has no piece for.
        samples: some texts with the pieces that the backbone reads of each.
        notices: in words for the analyst, worst first.
    """

    n_items: int
    n_texts: int
    n_distinct: int
    n_long: int
    unknown_share: float
    samples: tuple[tuple[str, tuple[str, ...]], ...]
    notices: tuple[str, ...]


def item_texts(catalogue: Catalogue) -> list[str]:
    """Title and category of each item, "" where it has neither; by item id, (V,).

    Raises:
        ConfigError: no item has a text, or all have the same.
    """
    titles = [
        "" if title == key else str(title)
        for key, title in zip(catalogue.item_keys, catalogue.titles, strict=True)
    ]
    categories = [""] * len(titles) if catalogue.categories is None else catalogue.categories
    joined = (f"{title} {kind}" for title, kind in zip(titles, categories, strict=True))
    texts = [" ".join(text[:_MAX_LETTERS].split()) for text in joined]
    texts[0] = ""
    distinct = set(texts[1:]) - {""}
    if not distinct:
        raise ConfigError(
            tr(
                "the log has no titles for a language model to read; add a catalogue with a title "
                "column on the Data page, or train without text"
            )
        )
    if len(distinct) == 1 and len(texts) > 2:  # noqa: PLR2004 - padding and one item
        raise ConfigError(
            tr(
                "all items have the same text ('{text}'), so that it tells nothing apart; choose "
                "another column as title, or train without text",
                text=distinct.pop()[:60],
            )
        )
    return texts


def look_at_texts(facts: BackboneFacts, texts: Sequence[str], n_samples: int = 200) -> TextFacts:
    """What the backbone makes of the texts, from an even sample of them.

    Args:
        facts: of the backbone.
        texts: by item id, padding first; (V,).
        n_samples: texts that are looked at.
    """
    filled = [text for text in texts[1:] if text]
    step = max(1, len(filled) // n_samples)
    tokenizer = Tokenizer.from_file(str(facts.folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    encoded = [(text, tokenizer.encode(text)) for text in filled[::step]]
    pieces = [[token for token in one.tokens if token] for _, one in encoded]
    unknown = {"[UNK]", "<unk>", "<UNK>"}
    n_unknown = sum(token in unknown for tokens in pieces for token in tokens)
    share = n_unknown / max(1, sum(map(len, pieces)))
    return TextFacts(
        n_items=len(texts) - 1,
        n_texts=len(filled),
        n_distinct=len(set(filled)),
        n_long=sum(len(tokens) > MAX_TOKENS for tokens in pieces),
        unknown_share=share,
        samples=tuple(_show(text, one.tokens) for text, one in encoded[:_N_SHOWN]),
        notices=tuple(_notices(facts, texts, filled, share)),
    )


def main_script(texts: Sequence[str]) -> str:
    """The script that most letters are of, as Unicode names it: LATIN, CJK, CYRILLIC..."""
    letters = Counter(
        unicodedata.name(letter, "?").split()[0]
        for text in texts
        for letter in text
        if letter.isalpha()
    )
    return letters.most_common(1)[0][0] if letters else ""


def _show(text: str, tokens: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The beginning of a text, and the pieces that a backbone is shown of it."""
    cut = text if len(text) <= _SHOWN_LETTERS else f"{text[:_SHOWN_LETTERS]}..."
    return cut, tuple(tokens[:MAX_TOKENS])


def _notices(
    facts: BackboneFacts, texts: Sequence[str], filled: Sequence[str], unknown_share: float
) -> list[str]:
    notices = []
    n_items = len(texts) - 1
    script = main_script(filled[:: max(1, len(filled) // 500)])
    if script and script != _LATIN and _reads_latin(facts):
        notices.append(
            tr(
                "Most titles are written in {script} letters, and the words of this backbone in "
                "Latin ones: it will tell few titles apart. Choose a multilingual backbone.",
                script=tr(_SCRIPTS.get(script, script.title())),
            )
        )
    elif (share := _other_letters(filled)) >= _SOME and _reads_latin(facts):
        notices.append(
            tr(
                "{share:.0%} of the titles are mostly in other letters than Latin ones, which this "
                "backbone reads: it will tell few of them apart. A multilingual one reads both.",
                share=share,
            )
        )
    if unknown_share > _MANY_UNKNOWN:
        notices.append(
            tr(
                "{share:.0%} of the word pieces in titles are unknown to this backbone.",
                share=unknown_share,
            )
        )
    if len(filled) < _FEW * n_items:
        notices.append(
            tr(
                "Only {n:,} of {items:,} items have a text; the others are known by their events "
                "alone.",
                n=len(filled),
                items=n_items,
            )
        )
    if len(set(filled)) < _FEW * len(filled):
        notices.append(
            tr(
                "{items:,} items share {n:,} different texts: those with the same text look alike.",
                items=len(filled),
                n=len(set(filled)),
            )
        )
    return notices


def _other_letters(filled: Sequence[str]) -> float:
    """Share of texts whose letters are mostly not Latin ones, in a sample; 0 to 1."""
    sample = filled[:: max(1, len(filled) // 500)]
    scripts = [main_script([text]) for text in sample]
    return sum(script not in {"", _LATIN} for script in scripts) / max(1, len(scripts))


def _reads_latin(facts: BackboneFacts) -> bool:
    """Whether the backbone's words are Latin ones, nine in ten of those with letters."""
    tokenizer = Tokenizer.from_file(str(facts.folder / "tokenizer.json"))
    words = [word for word in tokenizer.get_vocab() if len(word) > 2]  # noqa: PLR2004
    sample = words[:: max(1, len(words) // 3000)]
    lettered = [main_script([word]) for word in sample]
    found = [script for script in lettered if script]
    return found.count(_LATIN) >= 0.9 * len(found)
