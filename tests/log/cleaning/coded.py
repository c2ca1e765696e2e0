"""Coded tables made by hand, and random events for them."""

from collections.abc import Sequence
from typing import NamedTuple

import duckdb
from hypothesis import strategies as st

EVENT_NAMES = ("view", "purchase", "return")
DAY_S = 86_400
_COLUMNS = """file SMALLINT, line BIGINT, user_code INTEGER, item_code INTEGER, time_us BIGINT,
    event_code SMALLINT, session_code BIGINT, value DOUBLE"""


class Event(NamedTuple):
    """One row of `coded`."""

    file: int
    line: int
    user_code: int
    item_code: int
    time_us: int
    event_code: int = 0
    session_code: int | None = None
    value: float | None = None

    @property
    def order(self) -> tuple[int, int, int]:
        return (self.time_us, self.file, self.line)


def make_coded(
    connection: duckdb.DuckDBPyConnection,
    events: Sequence[Event],
    user_names: Sequence[str] | None = None,
    session_names: Sequence[str] | None = None,
) -> None:
    """The coded tables of the connection hold these events; users are u0, u1..., items i0, i1..."""
    n_users = max((event.user_code for event in events), default=0) + 1
    n_items = max((event.item_code for event in events), default=0) + 1
    users = user_names or [f"u{code}" for code in range(n_users)]
    connection.execute(f"CREATE OR REPLACE TABLE coded ({_COLUMNS})")
    if events:
        columns = [list(column) for column in zip(*events, strict=True)]
        unnested = ", ".join(["unnest(?)"] * len(columns))
        connection.execute(f"INSERT INTO coded SELECT {unnested}", columns)
    _names(connection, "user_names", 'user_code INTEGER, "user" VARCHAR', users)
    _names(
        connection,
        "item_names",
        "item_code INTEGER, item VARCHAR",
        [f"i{code}" for code in range(n_items)],
    )
    _names(connection, "event_names", "event_code SMALLINT, event VARCHAR", EVENT_NAMES)
    sessions = session_names or [
        f"{'C' if code % 3 == 0 else 'S'}{code}"
        for code in range(max((event.session_code or 0 for event in events), default=0) + 1)
    ]
    _names(connection, "session_names", "session_code BIGINT, session VARCHAR", sessions)


def history(*moments: tuple[int, float], user: int = 0, first_line: int = 2) -> list[Event]:
    """Events of one user: (item code, seconds since 1970) in the order of lines."""
    return [
        Event(0, first_line + place, user, item, round(time_s * 1e6))
        for place, (item, time_s) in enumerate(moments)
    ]


def remaining(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, int]]:
    """(file, line) of the events that are left, sorted."""
    return connection.execute("SELECT file, line FROM coded ORDER BY file, line").fetchall()


def _names(
    connection: duckdb.DuckDBPyConnection, table: str, columns: str, names: Sequence[str]
) -> None:
    connection.execute(f"CREATE OR REPLACE TABLE {table} ({columns})")
    query = "SELECT unnest(range(?)), unnest(?::VARCHAR[])"
    connection.execute(f"INSERT INTO {table} {query}", [len(names), list(names)])


@st.composite
def random_events(draw: st.DrawFn) -> list[Event]:
    """Events with many ties, copies and returns; at least one."""
    row = st.tuples(
        st.integers(0, 4),
        st.integers(0, 4),
        st.sampled_from([0, 1, 2, 5, 60, 3600, DAY_S, 2 * DAY_S, 400 * DAY_S]),
        st.integers(0, 2),
        st.sampled_from([None, 0, 1]),
        st.sampled_from([None, -2.0, -1.0, 1.0, 2.0]),
    )
    rows = draw(st.lists(row, min_size=1, max_size=40))
    n_first = draw(st.integers(0, len(rows)))
    return [
        Event(
            int(place >= n_first),
            place + 2 if place < n_first else place - n_first + 2,
            user,
            item,
            1_500_000_000_000_000 + time_s * 1_000_000,
            event,
            None if session is None else user * 2 + session,
            value,
        )
        for place, (user, item, time_s, event, session, value) in enumerate(rows)
    ]
