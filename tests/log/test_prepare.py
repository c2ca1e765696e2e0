import io
import time
from collections.abc import Callable

import pytest

from seqrec.errors import LogFormatError, NotStoredError
from seqrec.jobs.launcher import cancel_job
from seqrec.jobs.state import JobStatus
from seqrec.log.columns import TimeFormat
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


def test_dates_that_a_sample_leaves_open_are_counted_in_all_rows(prepare: Prepare):
    rows = [f"{n},a,{1 + n % 12:02d}/{1 + n % 9:02d}/2026" for n in range(3000)]
    rows[2500] = "1,a,13/02/2026"
    prepared = prepare("\n".join(["user,item,day", *rows, ""]).encode())
    evidence = prepared.dates[0]
    assert (evidence.column, evidence.n_values, evidence.n_day_first) == ("day", 3000, 1)
    assert evidence.time_format is TimeFormat.DAY_FIRST


@pytest.mark.parametrize("day", ["13/02/2026", "2026-02-01", "5"])
def test_no_more_rows_are_read_where_the_sample_decides(prepare: Prepare, day: str):
    assert prepare(f"user,item,day\n1,a,{day}\n2,b,{day}\n".encode()).dates == ()


def test_files_of_one_log_need_the_columns_of_the_first_in_any_order(prepare: Prepare):
    prepared = prepare(b"user,item,time\n1,a,5\n", b"time;user;item;more\n6;2;b;x\n")
    assert [table.columns for table in prepared.tables] == [
        ("user", "item", "time"),
        ("time", "user", "item", "more"),
    ]
    assert prepared.sample.columns == ("user", "item", "time")
    with pytest.raises(LogFormatError, match=r"file-1: there is no column 'time' as in file-0"):
        prepare(b"user,item,time\n1,a,5\n", b"user,item\n1,a\n")


def test_a_later_piece_without_header_has_the_names_of_the_first(prepare: Prepare):
    prepared = prepare(b"user,item,time\n1,a,5\n2,b,6\n", b"3,c,7\n4,d,8\n")
    assert prepared.tables[1].columns == ("user", "item", "time")
    assert read_rows(prepared.tables[1]) == [("3", "c", "7"), ("4", "d", "8")]
    assert "file-1: there is no header: the columns are those of file-0" in prepared.notes


def test_the_same_file_twice_is_read_once(prepare: Prepare):
    prepared = prepare(b"user,item,time\n1,a,5\n", b"user,item,time\n1,a,5\n")
    assert len(prepared.tables) == 1
    assert prepared.notes[-1] == "file-1 holds the same bytes as file-0 and is left out"


def test_sample_of_several_files_has_rows_of_all(prepare: Prepare):
    files = [
        "".join(["user,item,time\n", *(f"{place},i{n},5\n" for n in range(1000))]).encode()
        for place in range(3)
    ]
    sample = prepare(*files).sample
    assert {row[0] for row in sample.spread} == {"0", "1", "2"}
    assert {row[0] for row in sample.first} == {"0"}
    assert len(sample.spread) <= 400


def test_what_a_killed_prepare_left_is_removed_by_the_next(workspace: Workspace):
    upload = receive_upload(workspace, [("log.csv", io.BytesIO("größe,b\n1,2\n".encode("cp1252")))])
    for name in ("tables-killed", ".making-killed"):
        (upload.folder / name).mkdir()
        (upload.folder / name / "table-0.txt").touch()
    for _ in range(2):
        table = prepare_upload(upload, ReadOptions(), lambda _stage, _share: None).tables[0]
        assert [path for path in upload.folder.iterdir() if path.is_dir()] == [table.path.parent]
    upload.remove()
    assert list(workspace.uploads.iterdir()) == []


def test_a_cancelled_prepare_can_be_done_again(workspace: Workspace):
    data = "größe;b;c\n".encode("cp1252") + b"1;a;2\n" * 8_000_000
    upload = receive_upload(workspace, [("log.csv", io.BytesIO(data))])
    folder = workspace.job_folder(start_prepare(workspace, upload, ReadOptions()))
    deadline = time.monotonic() + 20
    while not list(upload.folder.glob("tables-*/*")) and time.monotonic() < deadline:
        time.sleep(0.001)
    cancel_job(folder)
    with pytest.raises(NotStoredError, match="not prepared yet"):
        load_prepared(upload)
    prepared = prepare_upload(upload, ReadOptions(), lambda _stage, _share: None)
    assert prepared.sample.columns == ("größe", "b", "c")
    assert len(list(upload.folder.glob("tables-*"))) == 1
