"""What a cleaning step is: its name and sentence, what it removes, how it is stored.

Steps work on the coded tables of one DuckDB connection:
`coded(file, line, user_code, item_code, time_us, event_code, session_code, value)` with one row an
event, ties in time ordered by (file, line), and the names behind the codes in `user_names`,
`item_names`, `event_names` and `session_names`.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self, get_type_hints

import duckdb

from seqrec.errors import ConfigError
from seqrec.log.cleaning.parameters import Parameter
from seqrec.translation.texts import mark, tr

HISTORY = "(PARTITION BY user_code ORDER BY time_us, file, line)"
_UNITS_S = ((86_400, mark("{n:,.0f} d")), (3600, mark("{n:,.0f} h")), (60, mark("{n:,.0f} min")))


@dataclass(frozen=True)
class Step(ABC):
    """One cleaning step; its fields are its parameters.

    Attributes:
        kind: names the step in stored lists.
        title: names it for the analyst.
        needs_clock: whether it means nothing where times are positions only.

    Raises:
        ConfigError: a parameter is of another kind or outside its range.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    needs_clock: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Check every parameter."""
        for name, parameter in self.parameters().items():
            try:
                parameter.checked(getattr(self, name))
            except ConfigError as error:
                told = tr("cleaning step '{step}': {fault}", step=tr(self.title), fault=error)
                raise ConfigError(told) from error

    @property
    @abstractmethod
    def sentence(self) -> str:
        """What it does to the log, in one sentence."""

    @abstractmethod
    def doomed(self) -> str:
        """SQL that gives `place`, the rowid in `coded` of each event to remove, once each."""

    def mark(self, connection: duckdb.DuckDBPyConnection) -> str:
        """Fill the table `doomed(place)`; a remark for the analyst, or "".

        Raises:
            ConfigError: the parameters do not fit this log.
        """
        connection.execute(f"CREATE OR REPLACE TEMP TABLE doomed AS {self.doomed()}")
        return ""

    def change(self, connection: duckdb.DuckDBPyConnection) -> tuple[int, str]:  # noqa: ARG002
        """Change events in place, after the removal; how many were changed, and a remark."""
        return 0, ""

    @classmethod
    def parameters(cls) -> dict[str, Parameter]:
        """The parameters by the name of their field, in order."""
        hints = get_type_hints(cls, include_extras=True)
        found = {name: getattr(hint, "__metadata__", (None,))[0] for name, hint in hints.items()}
        return {name: note for name, note in found.items() if isinstance(note, Parameter)}

    def to_json(self) -> dict[str, Any]:
        """As plain values, led by the kind of step."""
        values = {name: _plain(getattr(self, name)) for name in self.parameters()}
        return {"step": self.kind, **values}

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> Self:
        """The step with these parameters, as JSON gives them.

        Raises:
            ConfigError: a parameter is unknown, of another kind or outside its range.
        """
        parameters = cls.parameters()
        unknown = sorted(set(values) - set(parameters))
        if unknown:
            raise ConfigError(
                tr(
                    "cleaning step '{step}' has no parameter '{name}'",
                    step=tr(cls.title),
                    name=unknown[0][:80],
                )
            )
        return cls(**{name: parameters[name].checked(value) for name, value in values.items()})


def span_in_words(seconds: float) -> str:
    """A length of time in the largest unit that gives a whole number: 1800 is "30 min"."""
    for size, said in _UNITS_S:
        if seconds >= size and seconds % size == 0:
            return tr(said, n=seconds / size)
    return tr("{n:,g} s", n=seconds)


def microseconds(seconds: float) -> int:
    """Whole microseconds, as times are stored."""
    return round(seconds * 1_000_000)


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, date):
        return value.isoformat()
    return [_plain(entry) for entry in value] if isinstance(value, tuple) else value
