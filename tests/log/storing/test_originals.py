import gzip
import io
from pathlib import Path

import pytest

from seqrec.log.behaviour_log import list_logs
from seqrec.log.prepare import prepare_upload
from seqrec.log.source import IngestRequest, ReadOptions
from seqrec.log.storing.originals import list_originals
from seqrec.log.upload import receive_upload, server_upload
from seqrec.workspace import Workspace
from tests.log.tables import MAPPING
from tests.stored import ingest, quiet

TEXT = "user;item;time\r\n1;ä;5\r\n"


def stored(workspace: Workspace, upload, **choices: object):
    tables = prepare_upload(upload, ReadOptions(), quiet).tables
    log = ingest(workspace, IngestRequest("log", tables, MAPPING, **choices), 256, quiet)  # type: ignore[arg-type]
    upload.remove()
    return log


def test_the_given_bytes_are_kept_where_that_is_asked_for(workspace: Workspace):
    files = [TEXT.encode("cp1252"), gzip.compress(TEXT.encode("cp1252"))]
    streams = [(f"n{place}.csv", io.BytesIO(data)) for place, data in enumerate(files)]
    log = stored(workspace, receive_upload(workspace, streams), keep_original=True)
    assert log.original_kept
    assert [(name, path.read_bytes()) for name, path in list_originals(log)] == [
        ("n0.csv", files[0]),
        ("n1.csv", files[1]),
    ]
    workspace.delete_log(log.log_id)
    assert not log.folder.exists()


def test_the_given_bytes_are_dropped_otherwise(workspace: Workspace):
    log = stored(workspace, receive_upload(workspace, [("a.csv", io.BytesIO(TEXT.encode()))]))
    assert not log.original_kept
    assert list_originals(log) == []
    assert [log.log_id for log in list_logs(workspace)] == [log.log_id]


def test_files_of_the_server_are_copied(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    root = tmp_path / "data"
    root.mkdir()
    given = root / "log.csv"
    given.write_bytes(b"user,item,time\n1,a,5\n")
    monkeypatch.setenv("SEQREC_DATA_ROOT", str(root))
    log = stored(workspace, server_upload(workspace, "log.csv"), keep_original=True)
    assert given.is_file()
    given.unlink()
    assert [path.read_bytes() for _, path in list_originals(log)] == [b"user,item,time\n1,a,5\n"]
