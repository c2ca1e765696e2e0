"""Which event types stay, and what each is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import duckdb

from seqrec.errors import ConfigError
from seqrec.log.cleaning.parameters import pairs, texts
from seqrec.log.cleaning.step import Step
from seqrec.log.sql_text import quoted
from seqrec.translation.texts import join_words, mark, tr

_N_NAMED = 10


@dataclass(frozen=True)
class KeepEvents(Step):
    """Only some event types."""

    events: Annotated[tuple[str, ...], texts(mark("Event types to keep"))] = ()

    kind = "keep-events"
    title = mark("Event types kept")

    @property
    def sentence(self) -> str:
        """What it does to the log, in one sentence."""
        return tr("Keeps events of type {events}.", events=join_words(self.events) or tr("(none)"))

    def mark(self, connection: duckdb.DuckDBPyConnection) -> str:
        """Fill the table `doomed(place)`.

        Raises:
            ConfigError: the log has no event type of that name.
        """
        check_known(connection, self.title, self.events)
        return super().mark(connection)

    def doomed(self) -> str:
        """Events of all other types."""
        return f"SELECT rowid AS place FROM coded WHERE NOT ({_of_type(self.events)})"


@dataclass(frozen=True)
class WeighEvents(Step):
    """A weight for each event type, recorded with the log; types that are not named weigh 1."""

    weights: Annotated[tuple[tuple[str, float], ...], pairs(mark("Weight of each event type"))] = ()

    kind = "weigh-events"
    title = mark("Event weights")

    @property
    def sentence(self) -> str:
        """What it does to the log, in one sentence."""
        named = ", ".join(f"{event} {weight:g}" for event, weight in self.weights)
        return tr(
            "Records what an event counts by its type ({weights}; others 1) and removes weight 0.",
            weights=named,
        )

    def mark(self, connection: duckdb.DuckDBPyConnection) -> str:
        """Fill the table `doomed(place)`.

        Raises:
            ConfigError: the log has no event type of that name.
        """
        check_known(connection, self.title, [event for event, _ in self.weights])
        return super().mark(connection)

    def doomed(self) -> str:
        """Events that weigh nothing."""
        nothing = [event for event, weight in self.weights if weight == 0]
        return f"SELECT rowid AS place FROM coded WHERE {_of_type(nothing)}"


def check_known(connection: duckdb.DuckDBPyConnection, title: str, events: Sequence[str]) -> None:
    """Refuse event types that the log does not have.

    Raises:
        ConfigError: names the first one, and those that the log has.
    """
    rows = connection.execute("SELECT event FROM event_names ORDER BY event_code").fetchall()
    known = [row[0] for row in rows]
    for event in events:
        if event not in known:
            found = join_words(f"'{name[:40]}'" for name in known[:_N_NAMED])
            raise ConfigError(
                tr(
                    "cleaning step '{step}': the log has no event type '{event}'; it has {found}",
                    step=tr(title),
                    event=event[:40],
                    found=found,
                )
            )


def _of_type(events: Sequence[str]) -> str:
    """SQL condition: the event is of one of these types."""
    if not events:
        return "false"
    names = ", ".join(map(quoted, events))
    return f"event_code IN (SELECT event_code FROM event_names WHERE event IN ({names}))"
