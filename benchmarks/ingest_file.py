"""A log of any size for the ingest benchmark: the same bytes for the same number of rows."""

from pathlib import Path

import duckdb

# Of 10M rows: 600,000 users and 60,000 items.
ROWS_A_USER = 17
ROWS_AN_ITEM = 167
SPAN_S = 365 * 24 * 3600
FIRST_S = 1_700_000_000
N_JUNK = 100  # one row in so many cannot be used

# Numbers from 0 to 1 that depend on the row alone; items follow Zipf's law.
_CHANCE = "(hash(n * 8 + {seed}) % 2147483647) / 2147483647.0"
_LINES = f"""
    SELECT CASE
        WHEN n % {N_JUNK} <> 7 THEN concat_ws(',', u, i, t, e, p)
        WHEN n // {N_JUNK} % 5 = 0 THEN concat_ws(',', '', i, t, e, p)
        WHEN n // {N_JUNK} % 5 = 1 THEN concat_ws(',', u, i)
        WHEN n // {N_JUNK} % 5 = 2 THEN concat_ws(',', u, i, 'not a time', e, p)
        WHEN n // {N_JUNK} % 5 = 3 THEN concat_ws(',', u, '', t, e, p)
        ELSE concat_ws(',', u, i, 'no time', e, p, 'more', 'fields')
    END FROM (
        SELECT n, printf('u%07d', floor({{n_users}} * {_CHANCE.format(seed=1)})::INT) AS u,
            printf('i%06d', (pow({{n_items}}, {_CHANCE.format(seed=2)}) - 1)::INT) AS i,
            strftime(to_timestamp({FIRST_S} + floor({SPAN_S} * {_CHANCE.format(seed=3)})::BIGINT),
                '%Y-%m-%d %H:%M:%S') AS t,
            ['view', 'view', 'view', 'cart', 'purchase'][1 + (hash(n * 8 + 4) % 5)::INT] AS e,
            printf('%.2f', 1 + 200 * {_CHANCE.format(seed=5)}) AS p
        FROM range({{n_rows}}) AS rows(n))"""


def write_file(path: Path, n_rows: int) -> None:
    """A CSV file with a header, about 48 bytes a row, one row in a hundred of them junk."""
    body = path.with_suffix(".body")
    lines = _LINES.format(
        n_rows=n_rows, n_users=1 + n_rows // ROWS_A_USER, n_items=1 + n_rows // ROWS_AN_ITEM
    )
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            f"COPY ({lines}) TO '{body}' "
            "(FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')"
        )
    with path.open("wb") as whole, body.open("rb") as rows:
        whole.write(b"user,item,time,event,price\n")
        while piece := rows.read(1 << 24):
            whole.write(piece)
    body.unlink()
