"""What is known of the items, and what the value column holds."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import duckdb

from seqrec.log.behaviour_log import EVENTS_FILE, ITEMS_FILE, BehaviourLog

_COUNT_COVERAGE = """
    SELECT count(*), count(*) FILTER (title <> '' AND title <> item),
        count(*) FILTER (category <> ''), count(*) FILTER ("text" <> ''),
        count(*) FILTER (image <> '')
    FROM read_parquet(?)"""
_COUNT_AMOUNTS = """
    SELECT count(value), count(*) FILTER (value < 0)
    FROM read_parquet(?)"""


@dataclass(frozen=True)
class Coverage:
    """How many of the log's items have a title, a category, a text, an image.

    Attributes:
        n_items: items that occur in the log.
        n_titles: items whose title is not just their id.
    """

    n_items: int
    n_titles: int
    n_categories: int
    n_texts: int
    n_images: int

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The coverage that `to_json` wrote."""
        return cls(**value)


@dataclass(frozen=True)
class Amounts:
    """The value column: prices, quantities, ratings.

    Attributes:
        n_values: events with a value.
        n_negative: of these, below 0.
    """

    n_values: int
    n_negative: int

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The amounts that `to_json` wrote."""
        return cls(**value)


def count_coverage(log: BehaviourLog) -> Coverage:
    """What the log's catalogue says of its items; empty texts count as missing."""
    return Coverage(*_numbers(_COUNT_COVERAGE, log.folder / ITEMS_FILE))


def count_amounts(log: BehaviourLog) -> Amounts | None:
    """What the log's values hold; None where no event has one."""
    counts = _numbers(_COUNT_AMOUNTS, log.folder / EVENTS_FILE)
    return Amounts(*counts) if counts[0] else None


def _numbers(query: str, path: Path) -> tuple[int, ...]:
    with duckdb.connect() as connection:
        row = connection.execute(query, [str(path.resolve())]).fetchone()
    return tuple(map(int, row or ()))
