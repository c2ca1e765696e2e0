"""Which column of a file plays which role, and how its times are written."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Self
from zoneinfo import available_timezones

from seqrec.errors import MappingError
from seqrec.translation.texts import mark, tr

OPTIONAL_ROLES = (
    *(mark("event"), mark("session"), mark("value"), mark("title"), mark("category")),
    *(mark("text"), mark("image"), mark("clock")),
)
ROLES = (mark("user"), mark("item"), mark("time"), *OPTIONAL_ROLES)


class TimeFormat(StrEnum):
    """How a column writes times; times that name no zone are of the mapping's zone."""

    ISO = "ISO 8601 (2010-12-31 08:45:00)"
    EPOCH_S = mark("Unix seconds (1291193100)")
    EPOCH_MS = mark("Unix milliseconds (1291193100000)")
    EPOCH_US = mark("Unix microseconds (1291193100000000)")
    EPOCH_NS = mark("Unix nanoseconds (1291193100000000000)")
    EPOCH_MIXED = mark("Unix time in mixed units (each by its size)")
    DAY_FIRST = mark("day/month/year (31/12/2010 08:45)")
    MONTH_FIRST = mark("month/day/year (12/31/2010 08:45)")
    DOTTED = mark("day.month.year (31.12.2010 08:45)")
    MONTH_NAME = mark("month by name (31 Dec 2010 08:45)")
    COMPACT = mark("digits only (20101231084500)")
    EXCEL = mark("Excel days (40543.364583)")
    ORDER = mark("position only (0, 1, 2...)")


@cache
def zone_names() -> tuple[str, ...]:
    """IANA names of all zones that a mapping may name, in order."""
    return tuple(sorted(available_timezones() - {"localtime"}))


@dataclass(frozen=True)
class ColumnMapping:
    """Names of a file's columns by role; an optional role that the file lacks is None.

    Attributes:
        user, item: who, what.
        time: when, or in which order; None where the order of the rows is all there is.
        time_format: how `time` is written.
        event: kind of event (view, purchase...).
        session: id of the visit or order.
        value: a number an event (quantity, price, rating).
        title, category, text, image: what the item is called, its group, a longer description, the
            address of a picture.
        clock: the time of day, where `time` holds the date alone.
        zone: IANA name of the zone of times that name none.
        decimal_comma: whether a comma, not a point, ends the whole part of `value`.

    Raises:
        MappingError: a needed role is empty, two roles share a column, or there is no such zone.
    """

    user: str
    item: str
    time: str | None
    time_format: TimeFormat
    event: str | None = None
    session: str | None = None
    value: str | None = None
    title: str | None = None
    category: str | None = None
    text: str | None = None
    image: str | None = None
    clock: str | None = None
    zone: str = "UTC"
    decimal_comma: bool = False

    def __post_init__(self) -> None:
        """Check that the needed roles are there and all are different."""
        roles = self.columns()
        for role in ("user", "item"):
            if not roles.get(role):
                raise MappingError(
                    tr("no column is chosen for the {role}; choose one", role=tr(role))
                )
        self._check_time()
        taken: dict[str, str] = {}
        for role, column in roles.items():
            if column in taken:
                raise MappingError(
                    tr(
                        "column '{column}' is chosen for both {first} and {second}; choose a "
                        "column for each",
                        column=column,
                        first=tr(taken[column]),
                        second=tr(role),
                    )
                )
            taken[column] = role

    def _check_time(self) -> None:
        if not self.time and self.time_format is not TimeFormat.ORDER:
            raise MappingError(
                tr(
                    "no column is chosen for the time; choose one, or 'position only' as the way "
                    "that times are written, to take the order of the rows"
                )
            )
        if self.clock and not self.time:
            raise MappingError(
                tr(
                    "column '{column}' is chosen for the time of day, but none for the date; "
                    "choose a column for the time",
                    column=self.clock,
                )
            )
        if self.zone not in zone_names():
            raise MappingError(
                tr(
                    "there is no time zone '{zone}'; choose one such as Europe/Berlin",
                    zone=self.zone[:80],
                )
            )

    def columns(self) -> dict[str, str]:
        """Column name by role, for the roles that have one."""
        roles = asdict(self)
        for choice in ("time_format", "zone", "decimal_comma"):
            del roles[choice]
        return {role: column for role, column in roles.items() if column is not None}

    @classmethod
    def from_choices(
        cls,
        columns: dict[str, str | None],
        time_format: TimeFormat,
        zone: str = "UTC",
        *,
        decimal_comma: bool = False,
    ) -> Self:
        """The mapping for a choice of columns by role, None where there is none."""
        chosen: dict[str, Any] = {role: columns.get(role) for role in ROLES}
        for role in ("user", "item"):
            chosen[role] = chosen[role] or ""
        return cls(time_format=time_format, zone=zone, decimal_comma=decimal_comma, **chosen)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The mapping that `dataclasses.asdict` wrote."""
        return cls(**{**value, "time_format": TimeFormat(value["time_format"])})
