"""Which column of a file plays which role, and how its times are written."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from seqrec.errors import MappingError

OPTIONAL_ROLES = ("event", "session", "value", "title", "category", "text", "image")
ROLES = ("user", "item", "time", *OPTIONAL_ROLES)


class TimeFormat(StrEnum):
    """How a column writes times; times without a zone are taken as UTC."""

    ISO = "ISO 8601 (2010-12-31 08:45:00)"
    EPOCH_S = "Unix seconds (1291193100)"
    EPOCH_MS = "Unix milliseconds (1291193100000)"
    DAY_FIRST = "day/month/year (31/12/2010 08:45)"
    MONTH_FIRST = "month/day/year (12/31/2010 08:45)"
    DOTTED = "day.month.year (31.12.2010 08:45)"
    ORDER = "position only (0, 1, 2...)"


@dataclass(frozen=True)
class ColumnMapping:
    """Names of a file's columns by role; an optional role that the file lacks is None.

    Attributes:
        user, item, time: who, what, when (or in which order).
        time_format: how `time` is written.
        event: kind of event (view, purchase...).
        session: id of the visit or order.
        value: a number an event (quantity, price, rating).
        title, category, text, image: what the item is called, its group, a longer description, the
            address of a picture.
        zone: IANA name of the zone of times that name none.

    Raises:
        MappingError: a needed role is empty or two roles share a column.
    """

    user: str
    item: str
    time: str
    time_format: TimeFormat
    event: str | None = None
    session: str | None = None
    value: str | None = None
    title: str | None = None
    category: str | None = None
    text: str | None = None
    image: str | None = None
    zone: str = "UTC"

    def __post_init__(self) -> None:
        """Check that the needed roles are there and all are different."""
        roles = self.columns()
        for role in ROLES[:3]:
            if not roles.get(role):
                raise MappingError(f"no column is chosen for the {role}; choose one")
        taken: dict[str, str] = {}
        for role, column in roles.items():
            if column in taken:
                raise MappingError(
                    f"column '{column}' is chosen for both {taken[column]} and {role}; "
                    "choose a column for each"
                )
            taken[column] = role

    def columns(self) -> dict[str, str]:
        """Column name by role, for the roles that have one."""
        roles = asdict(self)
        del roles["time_format"], roles["zone"]
        return {role: column for role, column in roles.items() if column is not None}

    @classmethod
    def from_choices(cls, columns: dict[str, str | None], time_format: TimeFormat) -> Self:
        """The mapping for a choice of columns by role, None where there is none."""
        chosen: dict[str, Any] = {role: columns.get(role) for role in OPTIONAL_ROLES}
        for role in ROLES[:3]:
            chosen[role] = columns.get(role) or ""
        return cls(time_format=time_format, **chosen)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The mapping that `dataclasses.asdict` wrote."""
        return cls(**{**value, "time_format": TimeFormat(value["time_format"])})
