"""Texts in the reader's language."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from string import Formatter

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


def retell(text: str) -> str:
    """A text that was stored in English, values and all, in the current language.

    Args:
        text: what a translated text gave in English; of several that it may be, the one with the
            most words of its own is taken. What no text gives is left as it is.
    """
    language = current_language()
    if text in translations(language):
        return tr(text)
    for pattern, english in _patterns(language):
        if found := pattern.fullmatch(text):
            return _bare(translations(language)[english]).format_map(found.groupdict())
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


@cache
def _patterns(language: Language) -> list[tuple[re.Pattern[str], str]]:
    """What a text with values may have become, and that text; those of most words first."""
    found = []
    for english in translations(language):
        parts = list(Formatter().parse(english))
        names = [name for _, name, _, _ in parts if name]
        says_something = any(map(str.isalpha, "".join(literal for literal, *_ in parts)))
        if not names or len(set(names)) < len(names) or not says_something:
            continue
        pattern = "".join(
            re.escape(literal) + (f"(?P<{name}>.+?)" if name else "")
            for literal, name, _, _ in parts
        )
        size = sum(len(literal) for literal, _, _, _ in parts)
        found.append((size, re.compile(pattern, re.DOTALL), english))
    return [(pattern, english) for _, pattern, english in sorted(found, key=lambda one: -one[0])]


def _bare(text: str) -> str:
    """The text with its values as they are: they were formatted when it was stored."""
    return re.sub(r"{(\w+):[^}]*}", r"{\1}", text)
