"""What the tests of readers share: bytes in, a prepared upload out."""

import io
from collections.abc import Callable

import pytest

from seqrec.log.prepare import prepare_upload
from seqrec.log.prepared import Prepared
from seqrec.log.source import FileKind, ReadOptions
from seqrec.log.upload import receive_upload
from seqrec.workspace import Workspace

Prepare = Callable[..., Prepared]


@pytest.fixture
def prepare(workspace: Workspace) -> Prepare:
    """Prepares bytes as the one file of an upload, with options by name."""

    def prepare(data: bytes, **options: str | bool | int | FileKind) -> Prepared:
        upload = receive_upload(workspace, [("log", io.BytesIO(data))])
        return prepare_upload(upload, ReadOptions(**options), lambda _stage, _share: None)

    return prepare
