"""The built-in log as an upload: the same path into the workspace as any other file."""

import gzip
from pathlib import Path

from seqrec.log.columns import ColumnMapping, TimeFormat
from seqrec.log.source import Dialect, IngestRequest, TableFile
from seqrec.log.upload import receive_upload
from seqrec.workspace import Workspace

DEMO_NAME = "Online Retail (built-in)"
_FILE = Path(__file__).with_name("online_retail.csv.gz")
_COLUMNS = ("user", "item", "timestamp", "price", "quantity", "session", "country", "title")
_MAPPING = ColumnMapping(
    user="user",
    item="item",
    time="timestamp",
    time_format=TimeFormat.ISO,
    session="session",
    value="quantity",
    title="title",
)


def unpack_demo(workspace: Workspace) -> IngestRequest:
    """The built-in log, unpacked into the workspace and ready to ingest.

    It is ours and known, so that it is not prepared like a stranger's file.
    """
    with gzip.open(_FILE) as stream:
        file = receive_upload(workspace, [(DEMO_NAME, stream)]).files[0]
    table = TableFile(
        path=file.path,
        name=file.name,
        sha256=file.sha256 or "",
        size_bytes=file.size_bytes,
        columns=_COLUMNS,
        dialect=Dialect(","),
    )
    return IngestRequest(DEMO_NAME, (table,), _MAPPING)
