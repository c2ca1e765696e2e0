"""Dates of whole columns, where a sample cannot tell the day from the month."""

from pathlib import Path

import duckdb

from seqrec.log.formats.text_scan import MAX_LINE_BYTES
from seqrec.log.source import Sample, TableFile
from seqrec.log.sql_text import quoted
from seqrec.log.times.dates import DateEvidence, date_evidence, sample_evidence

_MEMORY = "1GiB"
_MIN_SHARE = 0.5  # of a column's filled values that begin as dates do


def undecided_columns(sample: Sample) -> list[str]:
    """Columns of dates whose sample fits both orders of day and month."""
    names = []
    for name in sample.columns:
        filled = [value for value in sample.column(name) if value.strip()]
        found = sample_evidence(name, filled)
        if found.time_format is None and found.n_values > _MIN_SHARE * len(filled):
            names.append(name)
    return names


def check_dates(
    tables: tuple[TableFile, ...], columns: list[str], scratch: Path
) -> tuple[DateEvidence, ...]:
    """What all values of some columns say about the order of day and month.

    Args:
        tables: the files, in the order of the log.
        columns: names of columns that all of them have.
        scratch: a folder for what does not fit in memory.
    """
    if not columns:
        return ()
    with duckdb.connect() as connection:
        connection.execute("SET allowed_paths = $paths", {"paths": [str(t.path) for t in tables]})
        connection.execute(f"SET memory_limit = '{_MEMORY}'")
        connection.execute("SET temp_directory = $folder", {"folder": str(scratch)})
        connection.execute("SET enable_external_access = false")
        parts = " UNION ALL ".join(_select(table, columns) for table in tables)
        return date_evidence(connection, f"({parts})", columns)


def _select(table: TableFile, columns: list[str]) -> str:
    """SQL of some columns of a file, all text."""
    path = quoted(str(table.path))
    names = ['"' + name.replace('"', '""') + '"' for name in columns]
    if table.dialect is None:
        return f"SELECT {', '.join(names)} FROM read_parquet({path})"
    places = [table.columns.index(name) for name in columns]
    chosen = ", ".join(f"c{place} AS {name}" for place, name in zip(places, names, strict=True))
    types = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(table.columns)))
    dialect = table.dialect
    quote = quoted(dialect.quote)
    return (
        f"SELECT {chosen} FROM read_csv({path}, auto_detect=false, columns={{{types}}}, "
        f"delim={quoted(dialect.delimiter)}, quote={quote}, escape={quote}, "
        f"header={str(dialect.has_header).lower()}, skip={dialect.skip_lines}, "
        f"max_line_size={MAX_LINE_BYTES}, ignore_errors=true, strict_mode=false)"
    )
