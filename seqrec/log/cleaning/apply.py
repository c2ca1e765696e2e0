"""Applies cleaning steps one after the other and says what each did."""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from seqrec.errors import ConfigError, TooSmallError
from seqrec.log.behaviour_log import Report
from seqrec.log.cleaning.core import RareEntries
from seqrec.log.cleaning.duplicates import ExactDuplicates, NearDuplicates, Repeats
from seqrec.log.cleaning.events import KeepEvents, WeighEvents
from seqrec.log.cleaning.people import AccountsByName, BusyUsers, DominantUsers, InhumanSpeed
from seqrec.log.cleaning.returns import Cancellations
from seqrec.log.cleaning.sessions import SessionsByGap
from seqrec.log.cleaning.step import Step
from seqrec.log.cleaning.times import ImpossibleTimes, TimeRange
from seqrec.translation.texts import tr

logger = logging.getLogger(__name__)

STEP_TYPES: tuple[type[Step], ...] = (
    ExactDuplicates,
    NearDuplicates,
    ImpossibleTimes,
    TimeRange,
    AccountsByName,
    BusyUsers,
    InhumanSpeed,
    DominantUsers,
    Cancellations,
    KeepEvents,
    WeighEvents,
    Repeats,
    RareEntries,
    SessionsByGap,
)
N_EXAMPLES = 5

_EXAMPLES = f"""
    SELECT file, line, "user", item, time_us, coalesce(event, '')
    FROM doomed JOIN coded ON coded.rowid = doomed.place
        JOIN user_names USING (user_code) JOIN item_names USING (item_code)
        LEFT JOIN event_names USING (event_code)
    ORDER BY file, line LIMIT {N_EXAMPLES}"""
_COUNTS = "SELECT count(*), count(DISTINCT user_code), count(DISTINCT item_code) FROM coded"


@dataclass(frozen=True)
class Example:
    """An event that a step removed.

    Attributes:
        file: which of the log's files it came from, from 0.
        line: its line there.
        time_us: microseconds since 1970 (UTC).
    """

    file: int
    line: int
    user: str
    item: str
    time_us: int
    event: str


@dataclass(frozen=True)
class StepEffect:
    """What a step did.

    Attributes:
        step: the step.
        n_removed, n_changed: events.
        n_events, n_users, n_items: left after the step.
        remark: what else there is to say, or "".
        examples: the first events that were removed, by file and line.
        elapsed_s: time that it took.
    """

    step: Step
    n_removed: int
    n_changed: int
    n_events: int
    n_users: int
    n_items: int
    remark: str
    examples: tuple[Example, ...]
    elapsed_s: float

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {**asdict(self), "step": self.step.to_json()}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "StepEffect":
        """The effect that `to_json` wrote."""
        examples = tuple(Example(**example) for example in value["examples"])
        return cls(**{**value, "step": step_from_json(value["step"]), "examples": examples})


def apply_steps(
    connection: duckdb.DuckDBPyConnection, steps: Sequence[Step], report: Report
) -> tuple[StepEffect, ...]:
    """Apply the steps in order to the coded tables of the connection; what each did.

    Raises:
        ConfigError: a step does not fit the log.
        TooSmallError: a step would leave no event; says which.
    """
    return tuple(follow_steps(connection, steps, report))


def follow_steps(
    connection: duckdb.DuckDBPyConnection, steps: Sequence[Step], report: Report
) -> Iterator[StepEffect]:
    """As `apply_steps`, one effect at a time, so that those before a refusal are known."""
    for place, step in enumerate(steps):
        report(step.title, place / len(steps))
        effect = _apply(connection, step)
        logger.info("%s: %s", step.kind, effect)
        if effect.n_events == 0:
            raise TooSmallError(
                tr(
                    "cleaning step {place} ('{step}') would remove all {n:,} events that are left "
                    "before it; loosen it or take it out",
                    place=place + 1,
                    step=tr(step.title),
                    n=effect.n_removed,
                )
            )
        yield effect


def step_from_json(value: Mapping[str, Any]) -> Step:
    """The step that `Step.to_json` wrote.

    Raises:
        ConfigError: there is no such step, or a parameter does not fit.
    """
    values = dict(value)
    kind = values.pop("step", None)
    for step_type in STEP_TYPES:
        if step_type.kind == kind:
            return step_type.from_values(values)
    raise ConfigError(tr("there is no cleaning step '{step}'", step=str(kind)[:80]))


def event_weights(steps: Sequence[Step]) -> dict[str, float]:
    """What an event counts by its type, as the steps record it; types that are absent count 1."""
    pairs = [pair for step in steps if isinstance(step, WeighEvents) for pair in step.weights]
    return dict(pairs)


def _apply(connection: duckdb.DuckDBPyConnection, step: Step) -> StepEffect:
    started_at = time.monotonic()
    remark = step.mark(connection)
    examples = tuple(Example(*row) for row in connection.execute(_EXAMPLES).fetchall())
    n_removed = count(connection, "SELECT count(*) FROM doomed")
    if n_removed:
        connection.execute("DELETE FROM coded WHERE rowid IN (FROM doomed)")
    connection.execute("DROP TABLE doomed")
    n_changed, result = step.change(connection)
    n_events, n_users, n_items = connection.execute(_COUNTS).fetchall()[0]
    elapsed_s = time.monotonic() - started_at
    return StepEffect(
        step,
        n_removed,
        n_changed,
        n_events,
        n_users,
        n_items,
        remark or result,
        examples,
        elapsed_s,
    )


def count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """The one number that a query gives."""
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
