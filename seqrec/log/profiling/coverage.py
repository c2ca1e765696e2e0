"""What is known of the items, and what the value column holds."""

from dataclasses import asdict, dataclass
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from seqrec.log.behaviour_log import EVENTS_FILE, ITEMS_FILE, BehaviourLog

_TEXTS = ("title", "category", "text", "image")


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
    counts = dict.fromkeys(_TEXTS, 0)
    with pq.ParquetFile(log.folder / ITEMS_FILE) as file:
        n_items = file.metadata.num_rows
        for part in file.iter_batches(columns=["item", *_TEXTS]):
            for name in _TEXTS:
                said: Any = pc.not_equal(part[name], pa.scalar(""))
                if name == "title":
                    said = pc.and_(said, pc.not_equal(part[name], part["item"]))
                counts[name] += said.true_count
    return Coverage(n_items, *counts.values())


def count_amounts(log: BehaviourLog) -> Amounts | None:
    """What the log's values hold; None where no event has one."""
    n_values = n_negative = 0
    with pq.ParquetFile(log.folder / EVENTS_FILE) as file:
        place = file.schema_arrow.get_field_index("value")
        for group in range(file.num_row_groups):
            found: Any = file.metadata.row_group(group).column(place).statistics
            n_values += found.num_values
            # Where the smallest is none, no value needs to be read.
            if found.num_values and not (found.has_min_max and found.min >= 0):
                values: Any = file.read_row_group(group, ["value"])["value"]
                negative: Any = pc.less(values, pa.scalar(0.0))
                n_negative += int(pc.sum(negative).as_py())
    return Amounts(n_values, n_negative) if n_values else None
