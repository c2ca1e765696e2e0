"""A log that is looked at for what cleaning would do, without changing it."""

from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import duckdb

from seqrec.log.cleaning.apply import count, step_from_json
from seqrec.log.cleaning.step import Step
from seqrec.translation.texts import tr

FEW_SHARE = 0.05
_ENOUGH_USERS = 20
_SHOWN_SHARE = 0.0005
_MANY_TIES = 0.1


@dataclass(frozen=True)
class LogContext:
    """What the coded tables do not say.

    Attributes:
        has_clock: whether times are clock times.
        zone: IANA name of the zone in which days are counted.
        today: events after it are impossible.
    """

    has_clock: bool = True
    zone: str = "UTC"
    today: date | None = None


@dataclass(frozen=True)
class Suggestion:
    """A step that would do something.

    Attributes:
        step: with the parameters that are suggested.
        n_events: that it would remove from the log as it is; 0 where it only changes events.
        n_users: who have such events.
        why: what was found, with the numbers.
    """

    step: Step
    n_events: int
    n_users: int
    why: str

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {**asdict(self), "step": self.step.to_json()}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Suggestion":
        """The suggestion that `to_json` wrote."""
        return cls(**{**value, "step": step_from_json(value["step"])})


@dataclass(frozen=True)
class Look:
    """The log that is looked at."""

    connection: duckdb.DuckDBPyConnection
    context: LogContext
    n_events: int
    n_users: int
    _measured: dict[Step, Suggestion] = field(default_factory=dict)

    def measure(self, step: Step) -> Suggestion:
        """What the step would remove; its reason is still empty. Each step is measured once."""
        if step not in self._measured:
            self._measured[step] = self._measure(step)
        return self._measured[step]

    def share(self, n_events: int) -> str:
        """A number of events in words."""
        share = n_events / self.n_events
        shown = f"{share:.1%}" if share >= _SHOWN_SHARE else tr("less than 0.1%")
        return tr(
            "{n:,} of {total:,} events ({share})", n=n_events, total=self.n_events, share=shown
        )

    def has_few_users(self, found: Suggestion) -> bool:
        """Whether some users are hit, but few enough to be the odd ones."""
        return self.n_users >= _ENOUGH_USERS and 0 < found.n_users <= FEW_SHARE * self.n_users

    @cached_property
    def has_many_ties(self) -> bool:
        """Whether users often have several events at one time: orders, days without a clock."""
        rows = "SELECT user_code, time_us, count(*) - 1 AS n FROM coded GROUP BY ALL"
        return count(self.connection, f"SELECT sum(n) FROM ({rows})") > _MANY_TIES * self.n_events

    def _measure(self, step: Step) -> Suggestion:
        step.mark(self.connection)
        n_events, n_users = self.connection.execute(
            """SELECT count(*), count(DISTINCT user_code)
               FROM doomed JOIN coded ON coded.rowid = doomed.place"""
        ).fetchall()[0]
        self.connection.execute("DROP TABLE doomed")
        return Suggestion(step, n_events, n_users, "")
