"""A Parquet file as a table of text: times as ISO 8601, whole numbers without a point."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from seqrec.errors import LogFormatError
from seqrec.log.formats.arrow import ArrowTexts, pc
from seqrec.log.formats.column_names import name_columns
from seqrec.log.formats.limits import Growth
from seqrec.log.formats.progress import Report
from seqrec.log.formats.table_writer import TableWriter
from seqrec.translation.texts import join_words, tr

_BATCH_ROWS = 65_536


def read_parquet(path: Path, target: Path, max_bytes: int, report: Report) -> tuple[str, ...]:
    """Write a Parquet file as a table of text; notes on what was changed.

    Args:
        path: the file.
        target: the Parquet file to write; the line of a row is its number, from 1.
        max_bytes: the most text that it may hold.
        report: is told the stage and the share done.

    Raises:
        LogFormatError: it is damaged, or has no rows or too many columns.
        OverLimitError: it holds more than `max_bytes`, or far more than a file of its size.
    """
    try:
        with pq.ParquetFile(path) as file:
            growth = Growth(max_bytes)
            n_in = path.stat().st_size
            return _copy(file, target, lambda n_bytes: growth.add(n_bytes, n_in), report)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise LogFormatError(
            tr(
                "the Parquet file is damaged or not complete ({error}); export it again",
                error=str(error)[:200],
            )
        ) from error


def _copy(
    file: pq.ParquetFile, target: Path, count: Callable[[int], None], report: Report
) -> tuple[str, ...]:
    given = file.schema_arrow.names
    columns, notes = name_columns(tuple(given), len(given))
    n_rows = file.metadata.num_rows
    if n_rows == 0:
        raise LogFormatError(
            tr("the file has columns ({names}) but no rows", names=join_words(columns[:6]))
        )
    nested = [f"'{field.name}'" for field in file.schema_arrow if pa.types.is_nested(field.type)]
    if nested:
        named = join_words(nested[:6])
        notes = (*notes, tr("nested columns are kept as JSON: {names}", names=named))
    n_done = 0
    with duckdb.connect() as connection, TableWriter(target, columns) as writer:
        connection.execute("SET enable_external_access = false")
        for batch in file.iter_batches(_BATCH_ROWS):
            batch.validate(full=True)  # damaged text may not be UTF-8
            texts = [_as_text(column, connection) for column in batch.columns]
            count(sum(text.nbytes for text in texts))
            writer.write(texts, np.arange(n_done + 1, n_done + batch.num_rows + 1))
            n_done += batch.num_rows
            report("Reading", n_done / n_rows)
    return notes


def _as_text(column: ArrowTexts, connection: duckdb.DuckDBPyConnection) -> ArrowTexts:
    """A column as text, the way its values are written in a CSV file."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _as_text(column.dictionary_decode(), connection)
    if pa.types.is_timestamp(kind):
        return _iso(column)
    if pa.types.is_nested(kind):
        connection.register("nested", pa.table({"value": column}))
        found = connection.sql("SELECT to_json(value)::VARCHAR AS text FROM nested")
        return found.to_arrow_table().column("text").combine_chunks()
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return _decoded(column)
    return column.cast(pa.string())


def _iso(column: ArrowTexts) -> ArrowTexts:
    """Times as ISO 8601; fractions of a second and a zone only where there are any."""
    text = pc.cast(column, pa.string())
    whole = pc.replace_substring_regex(text, r"\.0+(Z?)$", r"\1")
    return whole if column.type.tz is None else pc.replace_substring(whole, "Z", "+00:00")


def _decoded(column: ArrowTexts) -> ArrowTexts:
    """Bytes as the UTF-8 text that they mostly are; what is not UTF-8 shows as a sign for it."""
    texts = [
        None if value is None else value.decode("utf-8", "replace") for value in column.to_pylist()
    ]
    return pa.array(texts, pa.string())
