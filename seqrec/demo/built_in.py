"""The built-in log as an upload: the same path into the workspace as any other file."""

import gzip
from pathlib import Path

from seqrec.log.columns import ColumnMapping, TimeFormat
from seqrec.log.ingest import CsvSource
from seqrec.log.reader import inspect_csv, receive_upload
from seqrec.workspace import Workspace

DEMO_NAME = "Online Retail (built-in)"
_FILE = Path(__file__).with_name("online_retail.csv.gz")
_MAPPING = ColumnMapping(
    user="user",
    item="item",
    time="timestamp",
    time_format=TimeFormat.ISO,
    session="session",
    title="title",
)


def unpack_demo(workspace: Workspace) -> CsvSource:
    """The built-in log, unpacked into the workspace and ready to ingest."""
    with gzip.open(_FILE) as stream:
        upload = receive_upload(workspace, stream, DEMO_NAME)
    return CsvSource.of(upload, inspect_csv(upload.path), _MAPPING)
