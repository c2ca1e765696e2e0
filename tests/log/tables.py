"""Table files for tests, as the prepare step hands them on."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from seqrec.log.behaviour_log import BehaviourLog
from seqrec.log.columns import ColumnMapping, TimeFormat
from seqrec.log.ingest import ingest
from seqrec.log.source import LINE_COLUMN, Dialect, IngestRequest, TableFile
from seqrec.workspace import Workspace, new_id

MAPPING = ColumnMapping("user", "item", "time", TimeFormat.EPOCH_S)


def text_table(
    workspace: Workspace, text: str | bytes, dialect: Dialect | None = None
) -> TableFile:
    """A delimited text below the workspace; its columns are those of its header."""
    data = text.encode() if isinstance(text, str) else text
    dialect = dialect or Dialect(",")
    path = _new_folder(workspace) / "table.csv"
    path.write_bytes(data)
    lines = data.decode(errors="replace").split("\n")
    columns = tuple(lines[dialect.skip_lines].split(dialect.delimiter))
    if not dialect.has_header:
        columns = tuple(f"column {number}" for number in range(1, len(columns) + 1))
    return TableFile(
        path, "table.csv", hashlib.sha256(data).hexdigest(), len(data), columns, dialect
    )


def parquet_table(
    workspace: Workspace,
    columns: Sequence[str],
    rows: Sequence[Sequence[str | None]],
    lines: Sequence[int],
) -> TableFile:
    """A Parquet file of texts below the workspace, with the line of each row."""
    path = _new_folder(workspace) / "table.parquet"
    arrays = {name: [row[place] for row in rows] for place, name in enumerate(columns)}
    schema = pa.schema([(LINE_COLUMN, pa.int64()), *((name, pa.string()) for name in columns)])
    pq.write_table(pa.table({LINE_COLUMN: list(lines), **arrays}, schema=schema), path)
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    return TableFile(path, "table.jsonl", digest, len(data), tuple(columns), None)


def store(
    workspace: Workspace, *tables: TableFile, mapping: ColumnMapping = MAPPING, **more: object
) -> BehaviourLog:
    """The tables as a stored log."""
    request = IngestRequest("test log", tables, mapping, **more)  # type: ignore[arg-type]
    return ingest(workspace, request, 256, lambda _stage, _share: None)


def _new_folder(workspace: Workspace) -> Path:
    folder = workspace.uploads / new_id()
    folder.mkdir()
    return folder
