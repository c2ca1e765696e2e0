"""The SQL of the coded tables, which append and cleaning work on.

- `coded` (file SMALLINT, line BIGINT, user_code INTEGER, item_code INTEGER, time_us BIGINT,
  event_code SMALLINT, session_code BIGINT, value DOUBLE): one row an event; session and value are
  NULL where the log has none;
- `user_names` (user_code, "user"), `item_names` (item_code, item, title, category, text, image),
  `event_names` (event_code, event), `session_names` (session_code, session).
"""

SESSION_GAP_S = 1800


CREATE_EVENT_NAMES = "CREATE TABLE event_names (event_code SMALLINT, event VARCHAR)"
CREATE_SESSION_NAMES = "CREATE TABLE session_names (session_code BIGINT, session VARCHAR)"


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
