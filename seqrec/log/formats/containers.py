"""What lies in a gzip or zip file of one file, unpacked within limits."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from gzip import GzipFile
from pathlib import Path
from typing import IO, TYPE_CHECKING

from seqrec.errors import LogFormatError
from seqrec.log.formats.limits import Growth
from seqrec.log.formats.progress import Report
from seqrec.translation.texts import join_words, mark, tr

if TYPE_CHECKING:
    from _typeshed import SupportsRead

GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGIC = b"PK\x03\x04"
_EMPTY_ZIP_MAGIC = b"PK\x05\x06"
_CHUNK_BYTES = 1 << 20
_MAX_DIRECTORY_BYTES = 4 << 20
_TAIL_BYTES = 66_000
_ENCRYPTED = 1
_JUNK = ("__MACOSX/", ".DS_Store")


@dataclass(frozen=True)
class Unpacked:
    """A file that is not packed.

    Attributes:
        path: where it lies.
        container: "gzip" or "zip" where it was packed, else "".
        notes: what was done.
    """

    path: Path
    container: str = ""
    notes: tuple[str, ...] = ()


def unpack(path: Path, target: Path, max_bytes: int, report: Report) -> Unpacked:
    """The file at `path` itself, or what was packed in it as `target`.

    Args:
        path: the given file.
        target: where to unpack to.
        max_bytes: the most that may come out.
        report: is told the stage and the share done.

    Raises:
        LogFormatError: the archive is damaged, locked, empty, holds several files or another
            archive, or names a place outside itself.
        OverLimitError: more comes out than `max_bytes`, or far more than went in.
    """
    with path.open("rb") as file:
        magic = file.read(4)
    if magic.startswith(GZIP_MAGIC):
        return _unpack_gzip(path, target, max_bytes, report)
    if magic in (ZIP_MAGIC, _EMPTY_ZIP_MAGIC) and not is_workbook(path):
        return _unpack_zip(path, target, max_bytes, report)
    return Unpacked(path)


def is_workbook(path: Path) -> bool:
    """Whether a zip archive is an Excel workbook.

    Raises:
        LogFormatError: it is damaged, or names more files than any workbook.
    """
    with path.open("rb") as file, open_zip(file) as archive:
        return "xl/workbook.xml" in archive.namelist()


def open_zip(file: IO[bytes]) -> zipfile.ZipFile:
    """A zip archive whose list of files is of a bounded size.

    Raises:
        LogFormatError: it is damaged or lists too many files.
    """
    try:
        if _directory_bytes(file) > _MAX_DIRECTORY_BYTES:
            raise LogFormatError(tr("the zip archive lists too many files; zip the log alone"))
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, struct.error) as error:
        raise LogFormatError(
            tr(
                "the zip archive is damaged or not complete ({error}); copy or pack it again",
                error=error,
            )
        ) from error


class Limit:
    """Stops an archive out of which comes too much."""

    def __init__(self, packed: IO[bytes], n_packed: int, max_bytes: int, report: Report) -> None:
        """Watch `n_packed` bytes that are read from `packed`, from where it stands."""
        self._packed = packed
        self._start = packed.tell()
        self._n_packed = max(n_packed, 1)
        self._growth = Growth(max_bytes)
        self._report = report

    def counted(self, source: "SupportsRead[bytes]") -> Iterator[bytes]:
        """What `source` holds.

        Raises:
            OverLimitError: more comes out than the limits allow.
        """
        while chunk := source.read(_CHUNK_BYTES):
            n_in = min(self._packed.tell() - self._start, self._n_packed)
            self._growth.add(len(chunk), n_in)
            self._report(mark("Unpacking"), n_in / self._n_packed)
            yield chunk


def _unpack_gzip(path: Path, target: Path, max_bytes: int, report: Report) -> Unpacked:
    with path.open("rb") as packed:
        limit = Limit(packed, path.stat().st_size, max_bytes, report)
        try:
            with GzipFile(fileobj=packed) as source:
                _copy(source, target, limit)
        except EOFError as error:
            raise LogFormatError(
                tr(
                    "the gzip file is cut off (after {n:,} bytes unpacked); copy or download it "
                    "again",
                    n=target.stat().st_size,
                )
            ) from error
        except (OSError, zlib.error) as error:
            raise LogFormatError(
                tr("the gzip file is damaged ({error}); copy or download it again", error=error)
            ) from error
    return _checked(target, "gzip", tr("unpacked from gzip"))


def _unpack_zip(path: Path, target: Path, max_bytes: int, report: Report) -> Unpacked:
    with path.open("rb") as packed, open_zip(packed) as archive:
        member = _only_member(archive)
        try:
            with archive.open(member) as source:
                limit = Limit(packed, member.compress_size, max_bytes, report)
                _copy(source, target, limit)
        # A name that is not what its archive says of it ends in a ValueError.
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise LogFormatError(
                tr(
                    "'{file}' in the zip archive is damaged ({error}); pack it again",
                    file=member.filename[:80],
                    error=error,
                )
            ) from error
        except (NotImplementedError, RuntimeError) as error:
            raise LogFormatError(
                tr(
                    "'{file}' is packed in a way that is not read ({error}); unpack it and upload "
                    "it plain or as gzip",
                    file=member.filename[:80],
                    error=error,
                )
            ) from error
    note = tr("'{file}' unpacked from zip", file=member.filename[:80])
    return _checked(target, "zip", note)


def _copy(source: "SupportsRead[bytes]", target: Path, limit: Limit) -> None:
    with target.open("wb") as file:
        for chunk in limit.counted(source):
            file.write(chunk)


def _only_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """The one file in an archive.

    Raises:
        LogFormatError: there is none, there are several, or it is not a plain file of its own.
    """
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir() and not any(part in member.filename for part in _JUNK)
    ]
    for member in members:
        name = member.filename[:80]
        if ".." in Path(name).parts or name.startswith(("/", "\\")) or ":" in name[:2]:
            raise LogFormatError(
                tr("the zip archive names '{name}', a place outside itself", name=name)
            )
        if stat.S_ISLNK(member.external_attr >> 16):
            raise LogFormatError(
                tr("'{name}' in the zip archive is a link, not a file; zip the file", name=name)
            )
        if member.flag_bits & _ENCRYPTED:
            raise LogFormatError(
                tr("'{name}' is locked by a password; pack it without one", name=name)
            )
    if len(members) != 1:
        names = join_words(f"'{member.filename[:40]}'" for member in members[:3])
        said = mark("{n:,} files ({names}...)") if members else mark("no file")
        found = tr(said, n=len(members), names=names)
        raise LogFormatError(
            tr(
                "the zip archive holds {found}; a zip of one file is read: unpack it and choose "
                "the files themselves, several at once if they are one log",
                found=found,
            )
        )
    return members[0]


def _checked(target: Path, container: str, note: str) -> Unpacked:
    """What was unpacked, which must not be packed again."""
    with target.open("rb") as file:
        magic = file.read(4)
    if magic.startswith((GZIP_MAGIC, ZIP_MAGIC)) and not (
        magic == ZIP_MAGIC and is_workbook(target)
    ):
        raise LogFormatError(
            tr(
                "in the {container} archive lies another archive; unpack it once and upload what "
                "is inside",
                container=container,
            )
        )
    return Unpacked(target, container, (note,))


def _directory_bytes(file: IO[bytes]) -> int:
    """Size of a zip archive's list of files, as its end says; 0 where there is no such end."""
    size_bytes = file.seek(0, 2)
    file.seek(max(size_bytes - _TAIL_BYTES, 0))
    tail = file.read()
    large = tail.rfind(b"PK\x06\x06")  # zip64
    if large >= 0:
        return int(struct.unpack_from("<Q", tail, large + 40)[0])
    end = tail.rfind(b"PK\x05\x06")
    return int(struct.unpack_from("<I", tail, end + 12)[0]) if end >= 0 else 0
