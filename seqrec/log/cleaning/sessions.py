"""Sessions made from gaps without activity."""

from dataclasses import dataclass
from typing import Annotated

import duckdb

from seqrec.log.cleaning.parameters import number
from seqrec.log.cleaning.step import HISTORY, Step, microseconds, span_in_words
from seqrec.log.storing.statements import SESSION_GAP_S
from seqrec.translation.texts import mark, tr


@dataclass(frozen=True)
class SessionsByGap(Step):
    """Sessions by inactivity; without this step the log's own sessions stand."""

    gap_s: Annotated[float, number(mark("Gap that ends a session"), mark("s"))] = float(
        SESSION_GAP_S
    )

    kind = "sessions-by-gap"
    title = mark("Sessions by inactivity")
    needs_clock = True

    @property
    def sentence(self) -> str:
        """What it does to the log, in one sentence."""
        return tr(
            "Begins a new session after more than {time} without an event of the user; "
            "session ids of the file are given up.",
            time=span_in_words(self.gap_s),
        )

    def doomed(self) -> str:
        """No event."""
        return "SELECT rowid AS place FROM coded WHERE false"

    def change(self, connection: duckdb.DuckDBPyConnection) -> tuple[int, str]:
        """Give every event the number of its session; numbers rise with user and time.

        An event is changed where a session begins at it now and did not before, or the reverse.
        """
        gap_us = "time_us - lag(time_us) OVER history"
        connection.execute(f"""
            CREATE OR REPLACE TEMP TABLE renumbered AS
            WITH starts AS (
                SELECT *, coalesce({gap_us} > {microseconds(self.gap_s)}, true) AS begins,
                    {gap_us} IS NULL
                        OR session_code IS DISTINCT FROM lag(session_code) OVER history AS began
                FROM coded WINDOW history AS {HISTORY})
            SELECT *, (user_code::BIGINT << 32) + sum(begins::INT) OVER (
                PARTITION BY user_code ORDER BY time_us, file, line ROWS UNBOUNDED PRECEDING)
                AS session_now
            FROM starts""")
        rows = connection.execute(
            "SELECT count(*) FILTER (begins <> began), sum(begins::INT) FROM renumbered"
        ).fetchall()
        connection.execute("""
            CREATE OR REPLACE TABLE coded AS
            SELECT file, line, user_code, item_code, time_us, event_code,
                session_now::BIGINT AS session_code, value FROM renumbered""")
        connection.execute("DROP TABLE renumbered")
        connection.execute("DELETE FROM session_names")
        n_changed, n_sessions = rows[0]
        return n_changed, tr("{n:,} sessions", n=n_sessions)
