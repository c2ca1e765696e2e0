"""Files that were received, or named on the server, but are not a log yet.

An upload is a folder `uploads/<32 hexadecimal digits>`: `upload.json`, and the bytes as they were
given under names of ours. It is never parsed here: this runs in the server's process.
"""

import errno
import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from seqrec.errors import NotStoredError, OverLimitError, WorkspaceError
from seqrec.log.source import check_unchanged
from seqrec.settings import Settings, read_settings
from seqrec.translation.texts import tr
from seqrec.workspace import Workspace, read_json, remove_folder, whole_folder, write_json

if TYPE_CHECKING:
    from _typeshed import SupportsRead

UPLOAD_FILE = "upload.json"
MAX_FILES = 1000
N_WAITING_UPLOADS = 10  # the quota: so many uploads of the largest size may wait to become logs
_CHUNK_BYTES = 1 << 20
_FREE_BYTES = 256 << 20  # is left free on the disk, so that what runs can still write
_CHECK_BYTES = 32 << 20  # written between two looks at the disk
_MAX_NAME = 200
_UPLOAD_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class UploadedFile:
    """One file as it was given.

    Attributes:
        name: what the analyst calls it; never a part of a path.
        path: where its bytes lie.
        size_bytes: of the file.
        sha256: of its bytes, hexadecimal; None for a file on the server, which is read later.
        modified_ns: when a file on the server was last changed; None for a received one.
    """

    name: str
    path: Path
    size_bytes: int
    sha256: str | None
    modified_ns: int | None = None

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {**asdict(self), "path": str(self.path)}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The file that `to_json` wrote."""
        return cls(**{**value, "path": Path(value["path"])})

    def check_unchanged(self) -> None:
        """Look whether a file on the server is still the one that was named.

        Raises:
            LogFormatError: it was removed, has grown or was written again.
        """
        if self.modified_ns is not None:
            check_unchanged(self.path, self.name, self.size_bytes, self.modified_ns)


@dataclass(frozen=True)
class Upload:
    """Files that together are one log to be; at least one."""

    folder: Path
    files: tuple[UploadedFile, ...]

    @property
    def upload_id(self) -> str:
        """The random name of its folder."""
        return self.folder.name

    @property
    def name(self) -> str:
        """What to call it."""
        more = len(self.files) - 1
        name = self.files[0].name
        return tr("{name} and {n} more", name=name, n=more) if more else name

    @property
    def size_bytes(self) -> int:
        """Of all files."""
        return sum(file.size_bytes for file in self.files)

    def remove(self) -> None:
        """Delete what was received and what was made of it; a server's own files stay."""
        remove_folder(self.folder)


def receive_upload(
    workspace: Workspace, files: Sequence[tuple[str, "SupportsRead[bytes]"]]
) -> Upload:
    """Copy files, one log together, into the workspace; durable when this returns.

    Args:
        workspace: where to store them.
        files: name and stream of each, in the order of the log.

    Raises:
        OverLimitError: they are larger than one upload may be, or too many wait already.
        WorkspaceError: the disk is full or cannot be written.
        Nothing is left behind in either case.
    """
    workspace.check_writable()
    _check_number(len(files))
    target = workspace.uploads / uuid.uuid4().hex
    try:
        with whole_folder(target) as making:
            writer = _Writer(workspace, read_settings())
            given = []
            for place, (name, stream) in enumerate(files):
                part = writer.write(stream, making / f"given-{place}", _plain_name(name))
                given.append({**part.to_json(), "path": part.path.name})
            write_json(making / UPLOAD_FILE, {"files": given})
    except OSError as error:
        raise WorkspaceError(
            tr(
                "the upload could not be stored ({error}); free some space and try again",
                error=error.strerror,
            )
        ) from error
    return find_upload(workspace, target.name)


def server_upload(workspace: Workspace, path: str) -> Upload:
    """A file, or the files of a folder in the order of their names, under the data root.

    Their bytes stay where they are.

    Args:
        workspace: where to note them.
        path: absolute or below the data root.

    Raises:
        NotStoredError: no data root is set, or there is no such file in it; whether one exists
            outside is not said.
        OverLimitError: the folder holds more than `MAX_FILES`.
    """
    workspace.check_writable()
    root = read_settings().data_root
    if root is None:
        raise NotStoredError(
            tr(
                "files on the server cannot be read: whoever runs it sets SEQREC_DATA_ROOT to the "
                "folder that they lie in"
            )
        )
    root = root.resolve()
    found = _resolved(root, path)
    inside = [found] if found.is_file() else _files_in(root, found)
    _check_number(len(inside))
    given = [_server_file(file).to_json() for file in inside]
    target = workspace.uploads / uuid.uuid4().hex
    with whole_folder(target) as making:
        write_json(making / UPLOAD_FILE, {"files": given})
    return find_upload(workspace, target.name)


def find_upload(workspace: Workspace, upload_id: str) -> Upload:
    """The upload with this id, after a reload of the page for example.

    Raises:
        NotStoredError: there is none, or it has become a log already.
    """
    folder = workspace.uploads / upload_id
    if not _UPLOAD_ID.fullmatch(upload_id) or not (folder / UPLOAD_FILE).is_file():
        raise NotStoredError(tr("this upload is not there any more; upload the file again"))
    files = [UploadedFile.from_json(file) for file in read_json(folder / UPLOAD_FILE)["files"]]
    # The folder's own path is not stored: a workspace may be moved.
    placed = (UploadedFile(**{**vars(file), "path": folder / file.path}) for file in files)
    return Upload(folder, tuple(placed))


class _Writer:
    """Copies streams to files, within the limits of one upload and of the disk."""

    def __init__(self, workspace: Workspace, settings: Settings) -> None:
        self._workspace = workspace
        self._limit_bytes = settings.upload_limit_mib << 20
        self._written_bytes = 0
        self._check_disk()

    def write(self, stream: "SupportsRead[bytes]", path: Path, name: str) -> UploadedFile:
        """One file, hashed on the way."""
        digest = hashlib.sha256()
        size_bytes = 0
        with path.open("xb") as file:
            while chunk := stream.read(_CHUNK_BYTES):
                self._count(len(chunk))
                size_bytes += len(chunk)
                digest.update(chunk)
                file.write(chunk)
        return UploadedFile(name, path, size_bytes, digest.hexdigest())

    def _count(self, n_bytes: int) -> None:
        before = self._written_bytes // _CHECK_BYTES
        self._written_bytes += n_bytes
        if self._written_bytes > self._limit_bytes:
            raise OverLimitError(
                tr(
                    "the upload is larger than {most:,} MiB; compress it (gzip or zip), or have it "
                    "put on the server and choose it there",
                    most=self._limit_bytes >> 20,
                )
            )
        if self._written_bytes // _CHECK_BYTES != before:
            self._check_disk()

    def _check_disk(self) -> None:
        if shutil.disk_usage(self._workspace.uploads).free < _FREE_BYTES:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        waiting = sum(_size_bytes(folder) for folder in self._workspace.uploads.iterdir())
        quota = N_WAITING_UPLOADS * self._limit_bytes
        if waiting > quota:
            raise OverLimitError(
                tr(
                    "uploads of {n:,} MiB wait to become logs, more than the {most:,} MiB set "
                    "aside; use or discard them, then upload again",
                    n=waiting >> 20,
                    most=quota >> 20,
                )
            )


def _check_number(n_files: int) -> None:
    if n_files == 0:
        raise NotStoredError(tr("no file was chosen; choose at least one"))
    if n_files > MAX_FILES:
        raise OverLimitError(
            tr(
                "{n:,} files are more than the {most:,} that one log is read from; join some of "
                "them",
                n=n_files,
                most=MAX_FILES,
            )
        )


def _plain_name(name: str) -> str:
    """The last part of a name without what does not print."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(sign for sign in last if sign.isprintable())[:_MAX_NAME] or "upload"


def _size_bytes(path: Path) -> int:
    """Of a file, or of the files in a folder; 0 where it went meanwhile."""
    try:
        if path.is_dir():
            return sum(_size_bytes(inner) for inner in path.iterdir())
        return path.lstat().st_size
    except FileNotFoundError:
        return 0


def _resolved(root: Path, path: str) -> Path:
    try:
        found = (root / path).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        found = None
    if found is None or not found.is_relative_to(root):
        raise NotStoredError(
            tr(
                "there is no '{path}' in the server's data folder; choose a file or a folder "
                "inside it",
                path=path[:_MAX_NAME],
            )
        )
    return found


def _files_in(root: Path, folder: Path) -> list[Path]:
    """The plain files of a folder, by name; hidden ones and what leads outside are left out."""
    if not folder.is_dir():
        raise NotStoredError(
            tr("'{name}' is neither a file nor a folder; choose another", name=folder.name)
        )
    named = [path for path in sorted(folder.iterdir()) if path.name[0] not in "._"]
    # `resolve` raises where links go in a circle.
    inside = [Path(os.path.realpath(path)) for path in named]
    files = [path for path in inside if path.is_relative_to(root) and path.is_file()]
    if not files:
        raise NotStoredError(
            tr("the folder '{name}' holds no files; choose another", name=folder.name)
        )
    return files


def _server_file(path: Path) -> UploadedFile:
    found = path.stat()
    return UploadedFile(
        _plain_name(path.name), path, found.st_size, None, modified_ns=found.st_mtime_ns
    )
