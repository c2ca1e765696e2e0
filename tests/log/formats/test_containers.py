import gzip
import io
import zipfile
from pathlib import Path

import pytest

from seqrec.errors import LogFormatError, OverLimitError
from seqrec.log.formats import limits
from seqrec.log.formats.containers import unpack
from tests.log import made_files as made
from tests.log.formats.conftest import Prepare

LOG = b"user,item\n" + b"".join(b"%d,i%d\n" % (n, n * n % 97) for n in range(5000))


def _unpack(folder: Path, data: bytes, max_bytes: int = 1 << 30) -> bytes:
    (folder / "given").write_bytes(data)
    shares: list[float] = []
    found = unpack(
        folder / "given", folder / "plain", max_bytes, lambda _stage, share: shares.append(share)
    )
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 for share in shares)
    return found.path.read_bytes()


def test_a_plain_file_is_left_where_it_is(tmp_path: Path):
    assert _unpack(tmp_path, LOG) == LOG
    assert not (tmp_path / "plain").exists()


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(LOG),
        gzip.compress(LOG[:100]) + gzip.compress(LOG[100:]),
        made.zipped(("log.csv", LOG)),
        made.zipped(("a/", b""), ("a/log.csv", LOG), ("a/.DS_Store", b"x")),
    ],
    ids=["gzip", "two gzip members", "zip", "zip with a folder"],
)
def test_what_was_packed_comes_out(tmp_path: Path, data: bytes):
    assert _unpack(tmp_path, data) == LOG


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: made.zipped(("log.csv", data))])
def test_no_more_comes_out_than_is_allowed(tmp_path: Path, pack):
    with pytest.raises(OverLimitError, match="more than 1 MiB come out when it is unpacked"):
        _unpack(tmp_path, pack(LOG * 40), 1 << 20)
    assert (tmp_path / "plain").stat().st_size <= 1 << 20


def test_a_bomb_is_stopped_when_it_grows_not_when_it_has_grown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(limits, "FREE_BYTES", 1 << 20)
    with pytest.raises(OverLimitError, match="grows more than 200-fold"):
        _unpack(tmp_path, made.gzip_bomb(400))
    assert (tmp_path / "plain").stat().st_size < 300 << 20


def test_a_zip_that_lies_about_its_size_is_refused(tmp_path: Path):
    data = made.zipped(("log.csv", LOG))
    size = len(LOG).to_bytes(4, "little")
    assert data.count(size) == 2
    with pytest.raises(LogFormatError, match=r"'log\.csv' in the zip archive is damaged"):
        _unpack(tmp_path, data.replace(size, (100).to_bytes(4, "little")))


def test_a_zip_whose_name_is_not_utf8_as_it_says_is_refused(tmp_path: Path):
    data = bytearray(made.zipped(("l\u00f6g.csv", LOG)))
    name = "l\u00f6g.csv".encode()
    place = data.index(name)  # of the file; the list at the end keeps the right one
    data[place : place + len(name)] = b"\xb1" * len(name)
    with pytest.raises(LogFormatError, match=r"'l\u00f6g\.csv' in the zip archive is damaged"):
        _unpack(tmp_path, bytes(data))


def test_a_zip_that_lists_too_much_is_not_listed(tmp_path: Path):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(22_000):
            archive.writestr("x" * 150 + str(number), b"")
    with pytest.raises(LogFormatError, match="lists too many files; zip the log alone"):
        _unpack(tmp_path, file.getvalue())


def test_container_is_noted(prepare: Prepare):
    prepared = prepare(made.zipped(("log.csv", LOG)))
    assert prepared.container == "zip"
    assert prepared.notes[0] == "'log.csv' unpacked from zip"
    assert [path.name for path in prepared.tables[0].path.parent.iterdir()] == ["table-0.plain"]
