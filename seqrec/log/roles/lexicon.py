"""What columns are called, by role, in many languages: the names in lexicon.toml."""

import tomllib
from functools import cache
from pathlib import Path

from seqrec.log.roles.names import Words, words_of

STRONG = 1.0
_WEIGHTS = {"strong": STRONG, "fair": 0.75, "weak": 0.45}
_FILE = Path(__file__).with_name("lexicon.toml")


@cache
def names_of(role: str) -> dict[Words, float]:
    """How much each name says the role, from above 0 to 1; keyed by the name's words."""
    return {words: weight for words, (weight, _) in _entries(role).items()}


@cache
def endings_of(role: str) -> dict[Words, float]:
    """Those names of a role that a longer name may end in."""
    return {words: weight for words, (weight, whole) in _entries(role).items() if not whole}


@cache
def attributes() -> frozenset[Words]:
    """Names of columns that play no role, whatever their values look like."""
    return frozenset(words_of(name) for name in _split(_lexicon()["none"]["attributes"]))


@cache
def words_about(kind: str) -> frozenset[str]:
    """Single words: `before` and `after` a name, of `things` that have one, of `events`."""
    return frozenset(_lexicon()["words"][kind].split())


def personal_kind(name: str) -> str | None:
    """What a column's name says about a person ("email", "phone"...), None where nothing."""
    words = words_of(name)
    found = (_personal_names().get(words[start:]) for start in range(len(words)))
    return next((kind for kind in found if kind is not None), None)


@cache
def _personal_names() -> dict[Words, str]:
    return {
        words_of(name): kind
        for kind, text in _lexicon()["personal"].items()
        for name in _split(text)
    }


def _entries(role: str) -> dict[Words, tuple[float, bool]]:
    entries: dict[Words, tuple[float, bool]] = {}
    for kind, text in _lexicon()[role].items():
        for name in _split(text):
            entries.setdefault(words_of(name.lower()), (_WEIGHTS[kind], name.isupper()))
    return entries


def _split(text: str) -> list[str]:
    return [" ".join(name.split()) for name in text.split(",")]


@cache
def _lexicon() -> dict[str, dict[str, str]]:
    with _FILE.open("rb") as file:
        return tomllib.load(file)
