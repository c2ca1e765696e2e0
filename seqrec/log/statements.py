"""The SQL of an ingest. Only names of ours stand in it: uploaded columns are c0, c1...

The coded tables, which ingest, append and cleaning share:

- `coded` (file SMALLINT, line BIGINT, user_code INTEGER, item_code INTEGER, time_us BIGINT,
  event_code SMALLINT, session_code BIGINT, value DOUBLE): one row an event; session and value are
  NULL where the log has none;
- `user_names` (user_code, "user"), `item_names` (item_code, item, title, category, text, image),
  `event_names` (event_code, event), `session_names` (session_code, session).
"""

from pathlib import Path

from seqrec.log.columns import OPTIONAL_ROLES, ColumnMapping
from seqrec.log.source import TableFile
from seqrec.log.times import time_us_sql

SESSION_GAP_S = 1800


def quoted(value: str) -> str:
    """A text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


CREATE_RAW = f"""
    CREATE TABLE raw (file SMALLINT, line BIGINT, "user" VARCHAR, item VARCHAR, "time" VARCHAR,
        {", ".join(f"{role} VARCHAR" for role in OPTIONAL_ROLES)})"""


def insert_text(table: TableFile, mapping: ColumnMapping, place: int, max_line_bytes: int) -> str:
    """Append a delimited text to `raw`; its rejects go to table `reject_errors`.

    Parameters of the statement: the path, the delimiter, the quote (three times each).
    """
    assert table.dialect is not None  # noqa: S101 - the caller has looked
    dialect = table.dialect
    fields = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(table.columns)))
    first = dialect.skip_lines + dialect.has_header
    return f"""
        INSERT INTO raw
        SELECT {place}, row_number() OVER () + {first}, {_roles(table, mapping)}
        FROM read_csv($path, auto_detect=false, header={str(dialect.has_header).lower()},
            delim=$delimiter, quote=$quote, escape=$quote, skip={dialect.skip_lines},
            columns={{{fields}}}, store_rejects=true, rejects_limit=0,
            max_line_size={max_line_bytes}, strict_mode=true)"""


def insert_parquet(table: TableFile, mapping: ColumnMapping, place: int) -> str:
    """Append a Parquet file of text columns to `raw`. Parameter of the statement: the path."""
    fields = ", ".join(["line", *(f"c{place}" for place in range(len(table.columns)))])
    return f"""
        INSERT INTO raw
        SELECT {place}, line, {_roles(table, mapping)}
        FROM read_parquet($path) AS source({fields})"""


def _roles(table: TableFile, mapping: ColumnMapping) -> str:
    chosen = mapping.columns()
    place = {name: f"c{number}" for number, name in enumerate(table.columns)}
    roles = ("user", "item", "time", *OPTIONAL_ROLES)
    return ", ".join(f"trim({place[chosen[role]]})" if role in chosen else "NULL" for role in roles)


def create_checked(mapping: ColumnMapping) -> str:
    """Table `checked`: `raw` with the time in microseconds and the reason to drop, if any."""
    text = '"time"' if mapping.clock is None else "concat_ws(' ', \"time\", clock)"
    time_us = time_us_sql(text, mapping.time_format, mapping.zone)
    if mapping.time is None:
        time_us = "(row_number() OVER () - 1) * 1_000_000"
    needed = {"user": '"user"', "item": "item", "time": '"time"'}
    if mapping.time is None:
        del needed["time"]
    missing = " ".join(
        f"WHEN coalesce({needed[role]}, '') = '' THEN 'no {role}'" for role in needed
    )
    return f"""
        CREATE TABLE checked AS
        SELECT row_number() OVER () AS row, *, {time_us} AS time_us,
            CASE {missing} WHEN time_us IS NULL THEN 'time cannot be read' END AS reason
        FROM raw"""


# A reject that spans lines has swallowed rows behind a quote that was never closed.
SWALLOWED_LINES = """
    SELECT min(line) FROM reject_errors WHERE contains(csv_line, chr(10)) HAVING count(*) > 0"""

COUNT_MALFORMED = "SELECT count(DISTINCT (scan_id, file_id, line)) FROM reject_errors"

UNREADABLE_TIMES = """
    SELECT line, "time" FROM checked WHERE reason = 'time cannot be read' ORDER BY row LIMIT 3"""

CREATE_EVENT_NAMES = "CREATE TABLE event_names (event_code SMALLINT, event VARCHAR)"
CREATE_SESSION_NAMES = "CREATE TABLE session_names (session_code BIGINT, session VARCHAR)"


def encode(*, has_sessions: bool) -> tuple[str, ...]:
    """The coded tables from `checked`."""
    return (
        _names("user_names", "user_code", '"user"', "INTEGER"),
        _names("named_items", "item_code", "item", "INTEGER"),
        _names("event_names", "event_code", "coalesce(event, '') AS event", "SMALLINT"),
        CREATE_SESSION_NAMES,
        *(_SESSIONS_OF_LOG if has_sessions else ()),
        """CREATE TABLE coded AS
            SELECT file, line, user_code, item_code, time_us, event_code, session_code,
                try_cast(value AS DOUBLE) AS value
            FROM checked JOIN user_names USING ("user") JOIN named_items USING (item)
                JOIN event_names ON event_names.event = coalesce(checked.event, '')
                LEFT JOIN session_names ON session_names.session = coalesce(checked.session, '')
            WHERE reason IS NULL ORDER BY row""",
        f"""CREATE TABLE item_names AS
            SELECT item_code, item, title, category, text, image FROM named_items
            {" ".join(_most_frequent(role) for role in ("title", "category", "text", "image"))}""",
        "DROP TABLE named_items",
        "DROP TABLE checked",
    )


_SESSIONS_OF_LOG = (
    """INSERT INTO session_names
       SELECT row_number() OVER (ORDER BY min(row)) - 1, coalesce(session, '')
       FROM checked WHERE reason IS NULL GROUP BY ALL""",
)


def _names(table: str, code: str, value: str, kind: str) -> str:
    return f"""
        CREATE TABLE {table} AS
        SELECT (row_number() OVER (ORDER BY min(row)) - 1)::{kind} AS {code}, {value}
        FROM checked WHERE reason IS NULL GROUP BY ALL"""


def _most_frequent(role: str) -> str:
    return f"""
        LEFT JOIN (
            SELECT item, arg_max({role}, (n, -first)) AS {role}
            FROM (SELECT item, {role}, count(*) AS n, min(row) AS first FROM checked
                  WHERE reason IS NULL AND coalesce({role}, '') <> '' GROUP BY item, {role})
            GROUP BY item) USING (item)"""


# Codes may have gaps (cleaning removes events, not names): names go to the places of their codes.
EXPORT_EVENTS = """
    SELECT user_code, item_code, time_us, event_code, (file::BIGINT << 48) + line AS place,
        coalesce(session_code, -1) AS session_code, coalesce(value, 'nan'::DOUBLE) AS value
    FROM coded"""

FIND_DOUBLES = """
    SELECT row FROM added SEMI JOIN (
        SELECT user_row AS user_code, item_id - 1 AS item_code, time_us, event_id AS event_code,
            session_code, value
        FROM read_parquet(?)) AS stored
    ON added.user_code = stored.user_code AND added.item_code = stored.item_code
        AND added.time_us = stored.time_us AND added.event_code = stored.event_code
        AND added.session_code IS NOT DISTINCT FROM stored.session_code
        AND added.value IS NOT DISTINCT FROM stored.value"""

EXPORT_USERS = """
    SELECT "user" FROM range((SELECT max(user_code) + 1 FROM user_names)) AS codes(user_code)
        LEFT JOIN user_names USING (user_code) ORDER BY user_code"""

EXPORT_ITEMS = """
    SELECT item, title, category, text, image
    FROM range((SELECT max(item_code) + 1 FROM item_names)) AS codes(item_code)
        LEFT JOIN item_names USING (item_code) ORDER BY item_code"""

EXPORT_TYPES = """
    SELECT event FROM range((SELECT max(event_code) + 1 FROM event_names)) AS codes(event_code)
        LEFT JOIN event_names USING (event_code) ORDER BY event_code"""

EXPORT_SESSIONS = """
    SELECT session_code, session FROM session_names
    WHERE session_code IN (SELECT session_code FROM coded) ORDER BY session_code"""

LOAD_CODED = (
    """CREATE TABLE coded AS
       SELECT file::SMALLINT AS file, line::BIGINT AS line, user_row::INTEGER AS user_code,
           item_id::INTEGER AS item_code, time_us::BIGINT AS time_us,
           event_id::SMALLINT AS event_code, session_code::BIGINT AS session_code,
           value::DOUBLE AS value
       FROM read_parquet(?)""",
    """CREATE TABLE user_names AS
       SELECT (row_number() OVER () - 1)::INTEGER AS user_code, "user" FROM read_parquet(?)""",
    """CREATE TABLE item_names AS
       SELECT (row_number() OVER ())::INTEGER AS item_code, item, title, category, text, image
       FROM read_parquet(?)""",
    "CREATE TABLE session_names AS SELECT session_code, session FROM read_parquet(?)",
)


def copy_to(query: str, path: Path) -> str:
    """Write a query's rows to a Parquet file."""
    return f"COPY ({query}) TO {quoted(str(path.resolve()))} (FORMAT parquet, COMPRESSION zstd)"
