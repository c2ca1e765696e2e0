"""The rule file of an organisation: what every list must obey, checked before anything is listed.

version: 1
block:
  items: [sku-17]
  categories: [Weapons]
gates:
  - category: Wine
    after: Food          # only for users who had some of it
limits:
  - category: Sale
    at_most: 3           # items of a list
include:
  - category: New
    at_least: 1
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from seqrec.errors import ConfigError
from seqrec.recommend.list_rules import ListRules
from seqrec.translation.texts import join_words, tr

VERSION = 1
_MAX_CHARACTERS = 1_000_000
_ENTRIES = {
    "gates": ("category", "after"),
    "limits": ("category", "at_most"),
    "include": ("category", "at_least"),
}


def read_obligations(
    text: str, item_keys: NDArray[np.object_], categories: frozenset[str]
) -> ListRules:
    """The rules of a file.

    Args:
        text: YAML, as above; every part but the version may be missing.
        item_keys: the log's own ids by item id; (V,).
        categories: that the log has.

    Raises:
        ConfigError: it is no such file, names what the log does not have, or contradicts itself.
    """
    value = _parse(text)
    block = _mapping(value.get("block", {}), "block", ("items", "categories"))
    tables = {name: _table(value.get(name, []), name) for name in _ENTRIES}
    names = [str(name) for name in _list(block.get("categories", []), "block: categories")]
    named = [*names, *(entry["category"] for rows in tables.values() for entry in rows)]
    named += [entry["after"] for entry in tables["gates"]]
    for name in named:
        if name not in categories:
            raise ConfigError(
                tr(
                    "the rule file names the category '{category}', which the log does not have; "
                    "correct its spelling or remove the rule",
                    category=name,
                )
            )
    return ListRules(
        blocked_items=_find_items(_list(block.get("items", []), "block: items"), item_keys),
        blocked_categories=frozenset(names),
        gates={entry["category"]: entry["after"] for entry in tables["gates"]},
        caps={entry["category"]: _count(entry, "at_most", 0) for entry in tables["limits"]},
        floors={entry["category"]: _count(entry, "at_least", 1) for entry in tables["include"]},
    )


def _parse(text: str) -> Mapping[str, Any]:
    if len(text) > _MAX_CHARACTERS:
        raise ConfigError(
            tr("the rule file has more than {most:,} characters", most=_MAX_CHARACTERS)
        )
    try:
        value = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise ConfigError(tr("the rule file is not YAML: {error}", error=error)) from error
    top = _mapping(value, tr("the rule file"), ("version", "block", *_ENTRIES))
    if top.get("version") != VERSION:
        raise ConfigError(
            tr(
                "the rule file has version {found!r}; this program reads version {known}: write "
                "'version: {known}' in its first line",
                found=top.get("version"),
                known=VERSION,
            )
        )
    return top


def _mapping(value: object, where: str, known: tuple[str, ...]) -> Mapping[str, Any]:
    """The value, if it is a mapping without unknown keys: a misspelt rule must not be ignored."""
    if not isinstance(value, dict):
        raise ConfigError(
            tr(
                "{where}: expected '{first}: ...' and so on, found {value!r:.80}",
                where=where,
                first=known[0],
                value=value,
            )
        )
    for key in value:
        if key not in known:
            raise ConfigError(
                tr(
                    "{where}: '{key}' is unknown; known are {known}",
                    where=where,
                    key=key,
                    known=join_words(known),
                )
            )
    return value


def _list(value: object, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise ConfigError(
            tr("{where}: expected a list, found {value!r:.80}", where=where, value=value)
        )
    return value


def _table(value: object, where: str) -> list[dict[str, Any]]:
    """Entries with all their keys, one for each category."""
    known = _ENTRIES[where]
    rows: list[dict[str, Any]] = []
    for entry in _list(value, where):
        row = dict(_mapping(entry, where, known))
        for key in known:
            if key not in row:
                raise ConfigError(tr("{where}: an entry lacks '{key}'", where=where, key=key))
        row["category"] = str(row["category"])
        if "after" in row:
            row["after"] = str(row["after"])
        if row["category"] in {other["category"] for other in rows}:
            raise ConfigError(
                tr(
                    "{where}: '{category}' stands there twice; keep one entry",
                    where=where,
                    category=row["category"],
                )
            )
        rows.append(row)
    return rows


def _count(entry: Mapping[str, Any], key: str, least: int) -> int:
    value = entry[key]
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ConfigError(
            tr(
                "{key} of '{category}' is {value!r}; choose a whole number from {least}",
                key=key,
                category=entry["category"],
                value=value,
                least=least,
            )
        )
    return value


def _find_items(keys: list[Any], item_keys: NDArray[np.object_]) -> frozenset[int]:
    ids = {key: item_id for item_id, key in enumerate(item_keys) if item_id}
    for key in keys:
        if str(key) not in ids:
            raise ConfigError(
                tr(
                    "the rule file blocks the item '{item}', which the log does not have; correct "
                    "its id or remove the rule",
                    item=key,
                )
            )
    return frozenset(ids[str(key)] for key in keys)
