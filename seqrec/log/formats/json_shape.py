"""Which keys JSON objects have: nested objects become columns with dotted names."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import duckdb

from seqrec.errors import LogFormatError
from seqrec.log.formats.column_names import MAX_COLUMNS
from seqrec.translation.texts import tr

_MAX_DEPTH = 4
Path = tuple[str, ...]

_KEYS = """
    SELECT key, min(place) FROM (
        SELECT unnest(keys) AS key, unnest(range(number * 1000, number * 1000 + len(keys))) AS place
        FROM (SELECT number, json_keys(text, $path) AS keys FROM objects))
    GROUP BY key ORDER BY min(place)"""
_TYPES = """
    SELECT DISTINCT unnest(range(len(types))), unnest(types)
    FROM (SELECT json_type(text, $paths) AS types FROM objects)"""


@dataclass
class JsonShape:
    """The keys of the objects that stand at one place.

    Attributes:
        keys: what stands below each, in the order in which they were met.
        is_value: whether something other than an object stands at this place too.
    """

    keys: dict[str, "JsonShape"] = field(default_factory=dict)
    is_value: bool = False

    def look(self, connection: duckdb.DuckDBPyConnection, path: Path = ()) -> None:
        """Take in the objects of table `objects` (number, text), which stand below `path`.

        Raises:
            LogFormatError: the objects have more than `MAX_COLUMNS` keys.
        """
        found = connection.execute(_KEYS, {"path": pointer(path)}).fetchall()
        for key, _ in found:
            self.keys.setdefault(key, JsonShape())
        if len(self.keys) > MAX_COLUMNS:
            self._give_up(path)
            return
        keys = list(self.keys)
        paths = [pointer((*path, key)) for key in keys]
        types = connection.execute(_TYPES, {"paths": paths}).fetchall()
        nested = {place for place, kind in types if kind == "OBJECT"}
        for place, kind in types:
            if kind not in {"OBJECT", "NULL", None}:
                self.keys[keys[place]].is_value = True
        for place in sorted(nested):
            inner = self.keys[keys[place]]
            if not inner.is_value and len(path) + 1 < _MAX_DEPTH:
                inner.look(connection, (*path, keys[place]))

    def paths(self) -> list[Path]:
        """Places of the values; of the outermost keys only, where there are too many."""
        paths = list(self._inner_paths())
        return paths if len(paths) <= MAX_COLUMNS else [(key,) for key in self.keys]

    def _inner_paths(self) -> Iterator[Path]:
        for key, inner in self.keys.items():
            if inner.is_value or not inner.keys:
                yield (key,)
            else:
                yield from ((key, *path) for path in inner.paths())

    def _give_up(self, path: Path) -> None:
        """Keep a nested object with too many keys as it is written."""
        if not path:
            raise LogFormatError(
                tr(
                    "the objects have more than {most} different keys; write one object an event, "
                    "with the same keys in each",
                    most=MAX_COLUMNS,
                )
            )
        self.is_value = True
        self.keys = {}


def pointer(path: Path) -> str:
    """A place as a JSON pointer (RFC 6901), which DuckDB takes as a path."""
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in path) or "$"
