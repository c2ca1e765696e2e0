import io
from pathlib import Path

import pytest

from seqrec.errors import LogFormatError, NotStoredError, WorkspaceError
from seqrec.log.reader import find_upload, inspect_csv, receive_upload
from seqrec.workspace import Workspace

GOOD = "user,item,time\n1,a,5\n"
REFUSED = [
    (b"", "the file is empty"),
    (b"\n\n \n", "only blank lines"),
    (b"user,item,time\n", "no rows below it"),
    (b"\x89PNG\r\n\x1a\n....", "this is a PNG image"),
    (b"%PDF-1.7 ...", "this is a PDF document"),
    (b"PK\x03\x04....", "a zip archive or an Excel workbook"),
    (b"\x7fELF....", "this is a program"),
    (b"<!DOCTYPE html><html></html>", "this is a web page"),
    (b'[{"user": 1}]', "this is JSON, not CSV"),
    ("user,item\n".encode("utf-16"), "the text is UTF-16"),
    (b"user,item,time\n1,a\x00,5\n", "is NUL"),
    (b"user,item,time\n1,caf\xe9,5\n", "line 2: byte 0xe9 at position 6 is not UTF-8"),
    (b"user,item,user\n1,a,5\n", "columns 1 and 3 are both called 'user'"),
    (b"user,,time\n1,a,5\n", "column 2 has no name"),
    (b"user\n1\n2\n", "only one column is found"),
    (b"a,b\n" + b"x" * 1_100_000 + b",1\n", "line 2 is longer than"),
    (",".join(f"c{i}" for i in range(10_000)).encode() + b"\n1\n", "has 10,000 columns"),
]


@pytest.mark.parametrize(("data", "message"), REFUSED)
def test_unusable_file_is_refused_in_words(tmp_path: Path, data: bytes, message: str):
    path = tmp_path / "upload.csv"
    path.write_bytes(data)
    with pytest.raises(LogFormatError, match=message):
        inspect_csv(path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(tmp_path: Path, delimiter: str):
    path = tmp_path / "upload.csv"
    path.write_text(f'user,item,time\n1,"a{delimiter}b",5\n2,c,6\n'.replace(",", delimiter))
    profile = inspect_csv(path)
    assert profile.delimiter == delimiter
    assert profile.columns == ("user", "item", "time")
    assert [row[1] for row in profile.rows] == [f"a{delimiter}b", "c"]


def test_byte_order_mark_is_not_part_of_the_first_name(tmp_path: Path):
    path = tmp_path / "upload.csv"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert inspect_csv(path).columns[0] == "user"


def test_short_and_long_rows_are_shown_at_the_width_of_the_header(tmp_path: Path):
    path = tmp_path / "upload.csv"
    path.write_text("user,item,time\n1,a\n1,a,5,extra\n")
    assert inspect_csv(path).rows == (("1", "a", ""), ("1", "a", "5"))


def test_upload_lies_under_a_random_name_and_is_found_again(workspace: Workspace):
    first = receive_upload(workspace, io.BytesIO(GOOD.encode()), "../a.csv")
    second = receive_upload(workspace, io.BytesIO(GOOD.encode()), "b.csv")
    assert first.path.parent == second.path.parent == workspace.uploads
    assert find_upload(workspace, first.upload_id) == first
    assert first.path.read_text() == GOOD
    first.remove()
    with pytest.raises(NotStoredError, match="upload the file again"):
        find_upload(workspace, first.upload_id)


def test_foreign_upload_id_is_refused(workspace: Workspace):
    with pytest.raises(NotStoredError, match="upload the file again"):
        find_upload(workspace, "../logs/x")


class _FullDisk:
    def read(self, _n_bytes: int) -> bytes:
        raise OSError(28, "No space left on device")


def test_full_disk_leaves_no_upload_behind(workspace: Workspace):
    with pytest.raises(WorkspaceError, match=r"No space left on device.*free some space"):
        receive_upload(workspace, _FullDisk(), "a.csv")
    assert list(workspace.uploads.iterdir()) == []
