import io
import os
from pathlib import Path

import pytest

from seqrec.errors import LogFormatError, NotStoredError, OverLimitError, WorkspaceError
from seqrec.log.upload import UPLOAD_FILE, find_upload, receive_upload, server_upload
from seqrec.workspace import Workspace

GOOD = b"user,item,time\n1,a,5\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("SEQREC_DATA_ROOT", str(folder))
    return folder


def test_files_of_an_upload_lie_under_names_of_ours_and_are_found_again(workspace: Workspace):
    files = [("../../a.csv", io.BytesIO(GOOD)), ("C:\\b\n.csv", io.BytesIO(b"x"))]
    upload = receive_upload(workspace, files)
    assert [file.name for file in upload.files] == ["a.csv", "b.csv"]
    assert upload.name == "a.csv and 1 more"
    assert sorted(path.name for path in upload.folder.iterdir()) == [
        "given-0",
        "given-1",
        UPLOAD_FILE,
    ]
    assert upload.files[0].path.read_bytes() == GOOD
    assert find_upload(workspace, upload.upload_id) == upload
    upload.remove()
    with pytest.raises(NotStoredError, match="upload the file again"):
        find_upload(workspace, upload.upload_id)


def test_the_same_bytes_have_the_same_sum(workspace: Workspace):
    one, two = (receive_upload(workspace, [(name, io.BytesIO(GOOD))]) for name in ("a", "b"))
    assert one.files[0].sha256 == two.files[0].sha256


@pytest.mark.parametrize("upload_id", ["../logs/x", "", "0" * 31, "0" * 32])
def test_foreign_upload_id_is_refused(workspace: Workspace, upload_id: str):
    with pytest.raises(NotStoredError, match="upload the file again"):
        find_upload(workspace, upload_id)


class _FullDisk:
    def read(self, _n_bytes: int) -> bytes:
        raise OSError(28, "No space left on device")


def test_full_disk_leaves_no_upload_behind(workspace: Workspace):
    with pytest.raises(WorkspaceError, match=r"No space left on device.*free some space"):
        receive_upload(workspace, [("a.csv", io.BytesIO(GOOD)), ("b.csv", _FullDisk())])
    assert list(workspace.uploads.iterdir()) == []


class _Endless:
    """More bytes than any disk has; fails the test when more than 3 MiB of it are wanted."""

    n_read = 0

    def read(self, n_bytes: int) -> bytes:
        self.n_read += n_bytes
        assert self.n_read <= 3 << 20
        return bytes(n_bytes)


def test_an_upload_over_the_limit_is_stopped_at_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SEQREC_UPLOAD_LIMIT_MIB", "2")
    with pytest.raises(OverLimitError, match=r"larger than 2 MiB; compress it"):
        receive_upload(workspace, [("a.csv", _Endless())])
    assert list(workspace.uploads.iterdir()) == []


def test_uploads_that_wait_may_not_fill_the_disk(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SEQREC_UPLOAD_LIMIT_MIB", "1")
    for _ in range(10):
        receive_upload(workspace, [("a.csv", io.BytesIO(bytes(1 << 20)))])
    with pytest.raises(OverLimitError, match=r"more than the 10 MiB set aside; use or discard"):
        receive_upload(workspace, [("a.csv", io.BytesIO(b"x"))])


def test_a_file_on_the_server_is_read_where_it_lies(workspace: Workspace, root: Path):
    (root / "log.csv").write_bytes(GOOD)
    upload = server_upload(workspace, "log.csv")
    assert upload.files[0].path == root / "log.csv"
    upload.files[0].check_unchanged()
    assert server_upload(workspace, str(root / "log.csv")).files == upload.files
    upload.remove()
    assert (root / "log.csv").read_bytes() == GOOD


def test_files_of_a_folder_come_in_the_order_of_their_names(workspace: Workspace, root: Path):
    for name in ("part-2.csv", "part-1.csv", ".hidden", "_SUCCESS"):
        (root / name).write_bytes(GOOD)
    (root / "deeper").mkdir()
    files = server_upload(workspace, ".").files
    assert [file.name for file in files] == ["part-1.csv", "part-2.csv"]


def test_nothing_outside_the_data_root_can_be_named(
    workspace: Workspace, root: Path, tmp_path: Path
):
    (tmp_path / "secret.csv").write_bytes(GOOD)
    (root / "link.csv").symlink_to(tmp_path / "secret.csv")
    (root / "up").symlink_to(tmp_path)
    (root / "loop").symlink_to(root / "loop")
    for path in ("../secret.csv", "link.csv", "up/secret.csv", "up", "loop", "/etc/passwd", "a\0b"):
        with pytest.raises(NotStoredError, match="in the server's data folder; choose"):
            server_upload(workspace, path)
    with pytest.raises(NotStoredError, match="holds no files"):
        server_upload(workspace, ".")
    os.mkfifo(root / "pipe")
    with pytest.raises(NotStoredError, match="neither a file nor a folder"):
        server_upload(workspace, "pipe")
    assert list(workspace.uploads.iterdir()) == []


def test_without_a_data_root_no_file_on_the_server_is_read(workspace: Workspace):
    with pytest.raises(NotStoredError, match="SEQREC_DATA_ROOT"):
        server_upload(workspace, "/etc/passwd")


def test_a_file_that_grows_or_goes_is_said(workspace: Workspace, root: Path):
    path = root / "log.csv"
    path.write_bytes(GOOD)
    file = server_upload(workspace, "log.csv").files[0]
    path.write_bytes(GOOD + b"2,b,6\n")
    with pytest.raises(LogFormatError, match=r"changed while it was read \(21 bytes before, 27"):
        file.check_unchanged()
    path.unlink()
    with pytest.raises(LogFormatError, match=r"'log.csv' is not there any more"):
        file.check_unchanged()


def test_an_upload_has_a_file(workspace: Workspace, root: Path):
    with pytest.raises(NotStoredError, match="choose at least one"):
        receive_upload(workspace, [])
    for number in range(1001):
        (root / f"{number}").touch()
    with pytest.raises(OverLimitError, match="1,001 files are more than the 1,000"):
        server_upload(workspace, ".")
