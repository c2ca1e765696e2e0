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
                f"the rule file names the category '{name}', which the log does not have; correct "
                "its spelling or remove the rule"
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
        raise ConfigError(f"the rule file has more than {_MAX_CHARACTERS:,} characters")
    try:
        value = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise ConfigError(f"the rule file is not YAML: {error}") from error
    top = _mapping(value, "the rule file", ("version", "block", *_ENTRIES))
    if top.get("version") != VERSION:
        raise ConfigError(
            f"the rule file has version {top.get('version')!r}; this program reads version "
            f"{VERSION}: write 'version: {VERSION}' in its first line"
        )
    return top


def _mapping(value: object, where: str, known: tuple[str, ...]) -> Mapping[str, Any]:
    """The value, if it is a mapping without unknown keys: a misspelt rule must not be ignored."""
    if not isinstance(value, dict):
        raise ConfigError(f"{where}: expected '{known[0]}: ...' and so on, found {value!r:.80}")
    for key in value:
        if key not in known:
            raise ConfigError(f"{where}: '{key}' is unknown; known are {', '.join(known)}")
    return value


def _list(value: object, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise ConfigError(f"{where}: expected a list, found {value!r:.80}")
    return value


def _table(value: object, where: str) -> list[dict[str, Any]]:
    """Entries with all their keys, one for each category."""
    known = _ENTRIES[where]
    rows: list[dict[str, Any]] = []
    for entry in _list(value, where):
        row = dict(_mapping(entry, where, known))
        for key in known:
            if key not in row:
                raise ConfigError(f"{where}: an entry lacks '{key}'")
        row["category"] = str(row["category"])
        if "after" in row:
            row["after"] = str(row["after"])
        if row["category"] in {other["category"] for other in rows}:
            raise ConfigError(f"{where}: '{row['category']}' stands there twice; keep one entry")
        rows.append(row)
    return rows


def _count(entry: Mapping[str, Any], key: str, least: int) -> int:
    value = entry[key]
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ConfigError(
            f"{key} of '{entry['category']}' is {value!r}; choose a whole number from {least}"
        )
    return value


def _find_items(keys: list[Any], item_keys: NDArray[np.object_]) -> frozenset[int]:
    ids = {key: item_id for item_id, key in enumerate(item_keys) if item_id}
    for key in keys:
        if str(key) not in ids:
            raise ConfigError(
                f"the rule file blocks the item '{key}', which the log does not have; correct its "
                "id or remove the rule"
            )
    return frozenset(ids[str(key)] for key in keys)
