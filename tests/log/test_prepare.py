import io
from collections.abc import Callable

import pytest

from seqrec.errors import NotStoredError
from seqrec.jobs.state import JobStatus
from seqrec.log.prepare import prepare_upload
from seqrec.log.prepare_worker import start_prepare
from seqrec.log.prepared import Prepared, load_prepared
from seqrec.log.source import FileKind, ReadOptions
from seqrec.log.upload import receive_upload
from seqrec.workspace import Workspace
from tests.jobs.test_jobs import wait_for
from tests.log.table_rows import read_rows

Prepare = Callable[..., Prepared]


@pytest.fixture
def prepare(workspace: Workspace) -> Prepare:
    def prepare(*files: bytes, options: ReadOptions | None = None) -> Prepared:
        named = [(f"file-{place}", io.BytesIO(data)) for place, data in enumerate(files)]
        upload = receive_upload(workspace, named)
        return prepare_upload(upload, options or ReadOptions(), lambda _stage, _share: None)

    return prepare


def test_utf8_csv_is_used_in_place(prepare: Prepare):
    prepared = prepare(b"user,item,time\n1,a,5\n2,b,6\n")
    table = prepared.tables[0]
    assert (prepared.kind, prepared.encoding) == (FileKind.DELIMITED, "utf-8")
    assert table.path.name == "given-0"
    assert table.columns == ("user", "item", "time")
    assert prepared.sample.first == (("1", "a", "5"), ("2", "b", "6"))
    assert read_rows(table) == list(prepared.sample.first)


def test_finding_is_stored_and_read_back(prepare: Prepare, workspace: Workspace):
    prepared = prepare(b"user;item\n1;a\n", options=ReadOptions(delimiter=";"))
    upload = receive_upload(workspace, [("other", io.BytesIO(b"user,item\n1,a\n"))])
    with pytest.raises(NotStoredError, match="not prepared yet"):
        load_prepared(upload)
    again = prepare_upload(upload, ReadOptions(), lambda _stage, _share: None)
    assert load_prepared(upload) == again
    assert again != prepared


def test_a_job_prepares_an_upload(workspace: Workspace):
    upload = receive_upload(workspace, [("a.csv", io.BytesIO(b"user|item\n1|a\n"))])
    job_id = start_prepare(workspace, upload, ReadOptions(has_header=False))
    state = wait_for(workspace.job_folder(job_id), JobStatus.FINISHED)
    assert state.result == upload.upload_id
    prepared = load_prepared(upload)
    assert prepared.sample.first == (("user", "item"), ("1", "a"))
    assert prepared.options == ReadOptions(has_header=False)
