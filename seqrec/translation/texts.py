"""Texts in the reader's language."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import yaml

from seqrec.translation.language import Language, current_language

_FOLDER = Path(__file__).parent


def tr(text: str, /, **values: object) -> str:
    """The text in the current language, with its values filled in.

    Args:
        text: English; `{name}` or `{name:format}` stands for a value. A text that has no
            translation stays English.
        values: what the names stand for; they are data and are never translated or parsed.
    """
    translated = translations(current_language()).get(text, text)
    return translated.format_map(values) if values else translated


def mark(text: str) -> str:
    """The text as it is; says that it is handed to `tr` later (a choice, a column's name)."""
    return text


def join_sentences(sentences: Iterable[str]) -> str:
    """A paragraph: Chinese has no space behind a full stop."""
    said = [sentence for sentence in sentences if sentence]
    return ("" if current_language() is Language.CHINESE else " ").join(said)


def join_words(words: Iterable[str]) -> str:
    """An enumeration, without a last "and"."""
    return tr(", ").join(words)


@cache
def translations(language: Language) -> Mapping[str, str]:
    """Translation by English text; empty for English itself."""
    return {
        english: own
        for path in sorted((_FOLDER / language).glob("*.yaml"))
        for english, own in read_translations(path).items()
    }


def read_translations(path: Path) -> dict[str, str]:
    """One file of translations, by English text."""
    with path.open(encoding="utf-8") as file:
        texts: dict[str, str] = yaml.load(file, Loader=yaml.CSafeLoader)
    return texts
