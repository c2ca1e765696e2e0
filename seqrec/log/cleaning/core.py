"""Rare items and short histories, removed until none is left (the k-core)."""

from dataclasses import dataclass
from typing import Annotated

import duckdb

from seqrec.log.cleaning.parameters import whole
from seqrec.log.cleaning.step import Step
from seqrec.translation.texts import mark, tr

_PAIRS = """
    CREATE OR REPLACE TEMP TABLE alive AS
    SELECT user_code, item_code, count(*) AS n FROM coded GROUP BY ALL"""


@dataclass(frozen=True)
class RareEntries(Step):
    """Users with few events and items with few events; a removal can make others rare."""

    min_user_events: Annotated[int, whole(mark("Fewest events of a user"), mark("events"))] = 5
    min_item_events: Annotated[int, whole(mark("Fewest events of an item"), mark("events"))] = 5

    kind = "rare-entries"
    title = mark("Rare items and short histories")

    @property
    def sentence(self) -> str:
        """What it does to the log, in one sentence."""
        return tr(
            "Removes users with fewer than {users:,} events and items with fewer than "
            "{items:,}, again and again until none is left (k-core).",
            users=self.min_user_events,
            items=self.min_item_events,
        )

    def mark(self, connection: duckdb.DuckDBPyConnection) -> str:
        """Fill the table `doomed(place)`; says how many rounds removed something."""
        connection.execute(_PAIRS)
        rounds = 0
        while _count(connection, self._weaken()):
            rounds += 1
        super().mark(connection)
        connection.execute("DROP TABLE alive")
        return tr("1 round") if rounds == 1 else tr("{n:,} rounds", n=rounds)

    def doomed(self) -> str:
        """Events of pairs of user and item that did not survive; needs the table `alive`."""
        return "SELECT coded.rowid AS place FROM coded ANTI JOIN alive USING (user_code, item_code)"

    def _weaken(self) -> str:
        """One round: pairs whose user or item is too rare now."""
        return f"""
            DELETE FROM alive WHERE user_code IN (
                    SELECT user_code FROM alive GROUP BY ALL HAVING sum(n) < {self.min_user_events})
                OR item_code IN (
                    SELECT item_code FROM alive GROUP BY ALL
                    HAVING sum(n) < {self.min_item_events})"""


def _count(connection: duckdb.DuckDBPyConnection, statement: str) -> int:
    """How many rows a statement deleted."""
    row = connection.execute(statement).fetchone()
    return int(row[0]) if row else 0
