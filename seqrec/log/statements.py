"""The SQL of an ingest. Only names of ours stand in it: uploaded columns are c0, c1..."""

from pathlib import Path

from seqrec.log.columns import OPTIONAL_ROLES, ColumnMapping, TimeFormat
from seqrec.log.times import time_us_sql

SESSION_GAP_S = 1800


def quoted(value: str) -> str:
    """A text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def create_raw(columns: tuple[str, ...], mapping: ColumnMapping, max_line_bytes: int) -> str:
    """Table `raw`: row (from 1, in file order) and one text column a role.

    Parameters of the statement: the path, the delimiter.
    """
    fields = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(columns)))
    chosen = mapping.columns()
    roles = [f'trim(c{columns.index(name)}) AS "{role}"' for role, name in chosen.items()]
    roles += [f'NULL::VARCHAR AS "{role}"' for role in OPTIONAL_ROLES if role not in chosen]
    if mapping.time is None:
        roles.append('(row_number() OVER () - 1)::VARCHAR AS "time"')
    return f"""
        CREATE TABLE raw AS
        SELECT row_number() OVER () AS row, {", ".join(roles)}
        FROM read_csv(?, auto_detect=false, header=true, delim=?, quote='"', escape='"',
            columns={{{fields}}}, store_rejects=true, rejects_limit=0,
            max_line_size={max_line_bytes}, strict_mode=true)"""


def create_checked(mapping: ColumnMapping) -> str:
    """Table `checked`: `raw` with the time in microseconds and the reason to drop, if any."""
    text = '"time"' if mapping.clock is None else "concat_ws(' ', \"time\", clock)"
    return f"""
        CREATE TABLE checked AS
        SELECT *, {time_us_sql(text, mapping.time_format, mapping.zone)} AS time_us,
            CASE WHEN coalesce("user", '') = '' THEN 'no user'
                 WHEN coalesce(item, '') = '' THEN 'no item'
                 WHEN coalesce("time", '') = '' THEN 'no time'
                 WHEN time_us IS NULL THEN 'time cannot be read' END AS reason
        FROM raw"""


# A reject that spans lines has swallowed rows behind a quote that was never closed.
SWALLOWED_LINES = """
    SELECT min(line) FROM reject_errors WHERE contains(csv_line, chr(10)) HAVING count(*) > 0"""

UNREADABLE_TIMES = """
    SELECT row + 1, "time" FROM checked WHERE reason = 'time cannot be read' ORDER BY row LIMIT 3"""

# Users are numbered by their first row, items by falling count and then first row.
NUMBERING = (
    """CREATE TABLE users AS
       SELECT "user", row_number() OVER (ORDER BY min(row)) - 1 AS user_row
       FROM checked WHERE reason IS NULL GROUP BY "user" """,
    """CREATE TABLE items AS
       SELECT item, row_number() OVER (ORDER BY count(*) DESC, min(row)) AS item_id,
           count(*) AS n_events
       FROM checked WHERE reason IS NULL GROUP BY item""",
    """CREATE TABLE event_types AS
       SELECT coalesce(event, '') AS event,
           row_number() OVER (ORDER BY count(*) DESC, min(row)) - 1 AS event_id
       FROM checked WHERE reason IS NULL GROUP BY ALL""",
    """CREATE TABLE events AS
       SELECT checked.* EXCLUDE (reason, "time"), user_row, item_id, event_id
       FROM checked JOIN users USING ("user") JOIN items USING (item)
           JOIN event_types ON event_types.event = coalesce(checked.event, '')
       WHERE reason IS NULL""",
    "DROP TABLE checked",
)

_LOGGED_SESSIONS = """
    CREATE TABLE sessions AS
    WITH firsts AS (
        SELECT user_row, session,
            row_number() OVER (ORDER BY user_row, min(time_us), min(row)) - 1 AS session_id
        FROM events GROUP BY user_row, session)
    SELECT row, session_id FROM events JOIN firsts ON events.user_row = firsts.user_row
        AND events.session IS NOT DISTINCT FROM firsts.session"""


def create_sessions(mapping: ColumnMapping) -> str:
    """Table `sessions` (row, session_id): the log's own sessions, else by inactivity.

    Without a clock a history is one session.
    """
    if mapping.session is not None:
        return _LOGGED_SESSIONS
    late = f"time_us - lag(time_us) OVER history > {SESSION_GAP_S * 1_000_000}"
    if mapping.time_format is TimeFormat.ORDER:
        late = "false"
    return f"""
        CREATE TABLE sessions AS
        WITH starts AS (
            SELECT row, user_row, time_us,
                (coalesce({late}, false) OR lag(row) OVER history IS NULL)::INT AS begins
            FROM events WINDOW history AS (PARTITION BY user_row ORDER BY time_us, row))
        SELECT row, sum(begins) OVER (ORDER BY user_row, time_us, row) - 1 AS session_id
        FROM starts"""


SEQUENCES = """
    SELECT user_row, item_id, event_id, time_us, session_id FROM events JOIN sessions USING (row)
    ORDER BY user_row, time_us, row"""


def select_events(mapping: ColumnMapping) -> str:
    """The events as stored: one row an event, sorted by user, time and row of the file."""
    kept = [role for role in ("event", "session") if role in mapping.columns()]
    optional = "".join(f", {role}" for role in kept)
    return f"""
        SELECT row, "user", item, make_timestamp(time_us) AS time{optional}
        FROM events ORDER BY user_row, time_us, row"""


SELECT_USERS = 'SELECT "user" FROM users ORDER BY user_row'


def select_items(mapping: ColumnMapping) -> str:
    """The items by id, with their most frequent title and category (ties: the earlier row)."""
    category = ", coalesce(category, '') AS category" if mapping.category else ""
    return f"""
        SELECT item, coalesce(title, item) AS title{category}, n_events FROM items
            LEFT JOIN ({_most_frequent("title")}) USING (item_id)
            LEFT JOIN ({_most_frequent("category")}) USING (item_id)
        ORDER BY item_id"""


def _most_frequent(role: str) -> str:
    return f"""
        SELECT item_id, arg_max({role}, (n, -first)) AS {role}
        FROM (SELECT item_id, {role}, count(*) AS n, min(row) AS first FROM events
              WHERE coalesce({role}, '') <> '' GROUP BY item_id, {role})
        GROUP BY item_id"""


def copy_to(query: str, path: Path) -> str:
    """Write a query's rows to a Parquet file."""
    return f"COPY ({query}) TO {quoted(str(path.resolve()))} (FORMAT parquet, COMPRESSION zstd)"
