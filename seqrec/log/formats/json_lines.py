"""JSON, an object a row, as a table of text.

DuckDB's JSON functions do the work on blocks of objects, in two passes: which keys are there, and
their values.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from seqrec.errors import LogFormatError
from seqrec.log.formats.arrow import ArrowTexts
from seqrec.log.formats.column_names import name_columns
from seqrec.log.formats.json_shape import JsonShape, pointer
from seqrec.log.formats.progress import Report, within
from seqrec.log.formats.rejects_file import RejectsFile
from seqrec.log.formats.table_writer import TableWriter
from seqrec.log.formats.text_lines import LineBlock, line_blocks
from seqrec.translation.texts import mark, tr

_BROKEN = mark("not a whole JSON object")
_MEMORY = "1GiB"
_BATCH_ROWS = 65_536

_IS_OBJECT = """
    SELECT CASE WHEN json_valid(text) THEN json_type(text) = 'OBJECT' ELSE false END FROM lines"""
_VALUES = "SELECT json_extract_string(text, $paths) AS texts FROM objects"
_ELEMENTS = "SELECT json::VARCHAR AS text FROM read_json_objects($path, format='array')"


def read_json_lines(
    path: Path, target: Path, rejects: RejectsFile, report: Report
) -> tuple[str, ...]:
    """Write JSON lines, or an array of objects, as a table of text; notes on what was found.

    Args:
        path: a UTF-8 text.
        target: the Parquet file to write.
        rejects: gets the lines that hold no object.
        report: is told the stage and the share done.

    Raises:
        LogFormatError: no line holds an object, an array is broken, or there are too many keys.
    """
    with duckdb.connect() as connection:
        _configure(connection, path)
        shape = JsonShape()
        is_array = _is_array(path)
        for _ in _objects(connection, path, rejects, within(report, 0, 0.5)):
            shape.look(connection)
        paths = shape.paths()
        if not paths:
            raise LogFormatError(
                tr(
                    "no line holds a whole JSON object; write one object an event, each on its own "
                    "line, or an array of objects"
                )
            )
        notes = _write(connection, path, target, paths, within(report, 0.5, 1))
    said = mark("a JSON object a line with {n:,} keys")
    if is_array:
        said = mark("an array of JSON objects with {n:,} keys")
    return (tr(said, n=len(paths)), *notes)


def _configure(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    connection.execute("SET threads = 1")
    connection.execute("SET allowed_paths = $paths", {"paths": [str(path)]})
    connection.execute(f"SET memory_limit = '{_MEMORY}'")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _is_array(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(1 << 16).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")


def _objects(
    connection: duckdb.DuckDBPyConnection, path: Path, rejects: RejectsFile | None, report: Report
) -> Iterator[np.ndarray]:
    """Sets the table `objects` (number, text) to block after block; the numbers of its rows."""
    if _is_array(path):
        blocks = _elements(connection, path, report)
    else:
        blocks = line_blocks(path, rejects, report)
    for block in blocks:
        connection.register("lines", pa.table({"text": block.texts}))
        good = connection.execute(_IS_OBJECT).fetchnumpy()
        mask = np.asarray(next(iter(good.values())), dtype=bool)
        if rejects is not None and not mask.all():
            broken: ArrowTexts = block.texts.filter(pa.array(~mask)).to_pylist()
            rejects.add(block.numbers[~mask], _BROKEN, broken)
        numbers = block.numbers[mask]
        texts = block.texts.filter(pa.array(mask))
        connection.register("objects", pa.table({"number": numbers, "text": texts}))
        yield numbers


def _elements(
    connection: duckdb.DuckDBPyConnection, path: Path, report: Report
) -> Iterator[LineBlock]:
    """The elements of a JSON array, numbered from 1.

    Raises:
        LogFormatError: the array is broken.
    """
    n_before = n_bytes = 0
    size_bytes = path.stat().st_size
    with connection.cursor() as cursor:
        try:
            found = cursor.sql(_ELEMENTS, params={"path": str(path)})
            for batch in found.to_arrow_reader(_BATCH_ROWS):
                numbers = n_before + np.arange(1, batch.num_rows + 1)
                n_before += batch.num_rows
                n_bytes += batch.nbytes
                yield LineBlock(batch.column(0), numbers)
                report("Reading", n_bytes / size_bytes)
        except (duckdb.InvalidInputException, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            said = str(error).split("file ", 1)[-1].split(",", 1)[-1].split(":", 1)[0]
            raise LogFormatError(
                tr(
                    "the JSON array is broken ({error}); export it again, or write one object a "
                    "line",
                    error=said.strip(),
                )
            ) from error


def _write(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    target: Path,
    paths: list[tuple[str, ...]],
    report: Report,
) -> tuple[str, ...]:
    columns, notes = name_columns(tuple(".".join(keys) for keys in paths), len(paths))
    pointers = [pointer(keys) for keys in paths]
    with TableWriter(target, columns) as writer:
        for numbers in _objects(connection, path, None, report):
            found = connection.sql(_VALUES, params={"paths": pointers}).to_arrow_table()
            values = found.column("texts").combine_chunks().flatten()
            places = np.arange(len(numbers)) * len(paths)
            texts = [values.take(pa.array(places + place)) for place in range(len(paths))]
            writer.write(texts, numbers)
    return notes
