"""How much a column's name says that it plays a role."""

import re
from collections.abc import Callable
from functools import cache

from seqrec.log.roles.lexicon import attributes, endings_of, names_of, words_about
from seqrec.log.roles.names import Words, words_of

_CJK_AFTER = re.compile("(?<=..)(?:编号|编码|代码|标识|号码|番号|コード|번호|코드|id|号|码)$")
_ID_ROLES = ("user", "item", "session", "category", "event")
_LONGER, _DRESSED, _COMPOUND = 0.75, 0.9, 0.7
_MIN_COMPOUND = 5  # letters that a compound's last part needs, where no sign parts the words


@cache
def name_score(role: str, name: str) -> float:
    """From 0 (the name says nothing, or something else) to 1 (it says the role)."""
    words = words_of(name)
    if not words:
        return 0.0
    score = max(_whole(role, words), _DRESSED * _whole(role, _undressed(role, words)))
    if role == "title" and words[-1] in words_about("things"):
        things = (words[:-1], (*words[:-1], "id"), (*words[:-1], "code"))
        score = max(score, *(_DRESSED * _whole("item", thing) for thing in things))
    if score or says_attribute(name):
        return score
    return max(_ending(role, words), _compound(role, words))


@cache
def says_attribute(name: str) -> bool:
    """Whether the name is that of a column without a role (country, device, row number...)."""
    words = words_of(name)
    return any(words[start:] in attributes() for start in range(len(words)))


def says_nothing(names: tuple[str, ...]) -> bool:
    """Whether no column's name says a role: there was no header, or a strange one."""
    roles = ("user", "item", "time", "event", "session", "value", "title", "category")
    return not any(name_score(role, name) for role in roles for name in names)


def _whole(role: str, words: Words) -> float:
    return _joined(names_of, role).get("".join(words), 0.0)


@cache
def _joined(names: Callable[[str], dict[Words, float]], role: str) -> dict[str, float]:
    """The names without the gaps between words: `itemid` is `item id`."""
    joined: dict[str, float] = {}
    for words, weight in names(role).items():
        joined["".join(words)] = max(weight, joined.get("".join(words), 0.0))
    return joined


def _undressed(role: str, words: Words) -> Words:
    """Without words that change nothing; only an id stays what it is without the word `id`.

    Numbers and times stay what they are without their unit or type.
    """
    start, stop = 0, len(words)
    while start < stop - 1 and words[start] in words_about("before"):
        start += 1
    after = words_about("after") if role in _ID_ROLES else words_about("units")
    while role in (*_ID_ROLES, "value", "time") and stop > start + 1 and words[stop - 1] in after:
        stop -= 1
    kept = words[start:stop]
    if role in _ID_ROLES and kept and not kept[-1].isascii():
        kept = (*kept[:-1], _CJK_AFTER.sub("", kept[-1]))
    return kept


def _ending(role: str, words: Words) -> float:
    """By the last words of a longer name: `previous_item_id` ends in `item id`."""
    endings = _joined(endings_of, role)
    found = (endings.get("".join(words[start:]), 0.0) for start in range(1, len(words)))
    return _LONGER * max(found, default=0.0)


def _compound(role: str, words: Words) -> float:
    """By the end of the last word, where languages write words as one: Stammkundennummer."""
    last = words[-1]
    found = [
        weight
        for ending, weight in endings_of(role).items()
        if len(ending) == 1 and ending[0] != last and last.endswith(ending[0]) and _long(ending[0])
    ]
    return _COMPOUND * max(found, default=0.0)


def _long(word: str) -> bool:
    return len(word) >= (_MIN_COMPOUND if word.isascii() else 2)
