"""All rows of a table file: as DuckDB reads them when it is told, and as the ingest does."""

import duckdb
import numpy as np

from seqrec.log.source import TableFile
from seqrec.log.storing.batches import read_batches
from seqrec.log.storing.record_kernels import GOOD

_TEXT = """
    SELECT * FROM read_csv(?, auto_detect=false, header=?, skip=?, delim=?, quote=?, escape=?,
        columns=?, store_rejects=true, rejects_limit=0, max_line_size=2000000)"""


def read_rows(table: TableFile) -> list[tuple[str, ...]]:
    """Rows of text; NULL is ''. Rows that DuckDB rejects are not among them."""
    with duckdb.connect() as connection:
        if table.dialect is None:
            query = "SELECT * EXCLUDE seqrec_line FROM read_parquet(?)"
            found = connection.execute(query, [str(table.path)]).fetchall()
        else:
            columns = {f"c{place}": "VARCHAR" for place in range(len(table.columns))}
            dialect = table.dialect
            options = [dialect.has_header, dialect.skip_lines, dialect.delimiter]
            options += [dialect.quote, dialect.quote, columns]
            found = connection.execute(_TEXT, [str(table.path), *options]).fetchall()
    return [tuple(value or "" for value in row) for row in found]


def read_batch_rows(table: TableFile) -> list[tuple[str, ...]]:
    """Rows as the ingest reads them, trimmed; those that it rejects are not among them."""
    rows = []
    roles = {f"role {place}": name for place, name in enumerate(table.columns)}
    for batch in read_batches(table, roles):
        data = batch.data.tobytes()
        for row in np.flatnonzero(batch.status == GOOD):
            places = zip(batch.starts[:, row], batch.ends[:, row], strict=True)
            rows.append(tuple(data[start:end].decode() for start, end in places))
    return rows


def read_lines(table: TableFile) -> list[int]:
    """The lines that the rows of a Parquet table come from."""
    query = "SELECT seqrec_line FROM read_parquet(?)"
    return [row[0] for row in duckdb.execute(query, [str(table.path)]).fetchall()]
