"""Small logs in a workspace, by the path that every upload takes."""

import io

from seqrec.log.behaviour_log import BehaviourLog
from seqrec.log.columns import ColumnMapping
from seqrec.log.guess import guess_roles
from seqrec.log.ingest import ingest
from seqrec.log.prepare import prepare_upload
from seqrec.log.prepared import Prepared
from seqrec.log.source import IngestRequest, ReadOptions
from seqrec.log.upload import Upload, receive_upload
from seqrec.workspace import Workspace


def quiet(_stage: str, _share: float) -> None:
    """A report that nobody reads."""


def prepare_bytes(
    workspace: Workspace, data: bytes, name: str = "log.csv", options: ReadOptions | None = None
) -> tuple[Upload, Prepared]:
    """The bytes as a prepared upload."""
    upload = receive_upload(workspace, [(name, io.BytesIO(data))])
    return upload, prepare_upload(upload, options or ReadOptions(), quiet)


def store_bytes(
    workspace: Workspace,
    data: bytes,
    mapping: ColumnMapping | None = None,
    name: str = "test log",
    **choices: object,
) -> BehaviourLog:
    """The bytes as a log, with guessed roles unless a mapping is given; the upload is removed."""
    upload, prepared = prepare_bytes(workspace, data, name)
    if mapping is None:
        guess = guess_roles(prepared.sample)
        mapping = guess.mapping()
    request = IngestRequest(name, prepared.tables, mapping, rejects=prepared.rejects, **choices)
    try:
        return ingest(workspace, request, 256, quiet)
    finally:
        upload.remove()
