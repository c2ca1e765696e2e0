"""The folder where logs, mined results and runs lie, and writes that are whole or absent."""

import fcntl
import json
import os
import re
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seqrec.errors import NotStoredError, ReadOnlyError, WorkspaceError
from seqrec.translation.texts import mark, tr

VERSION = 1
_SAFE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_ABANDONED_S = 24 * 3600.0
_MAKING, _NEW, _PART = _UNFINISHED = (".making-", ".new-", ".part-")


@dataclass(frozen=True)
class Workspace:
    """Paths of everything stored below one folder.

    Ids in paths are made here, never by users: an id from a page's address is checked before
    it names a folder.

    Attributes:
        home: the folder.
        read_only: whether an analyst may change nothing: demo mode. What pages make by
            themselves, such as a mined result, is stored all the same.
    """

    home: Path
    read_only: bool = False

    def check_writable(self) -> None:
        """Refuse an action in demo mode; called by every function that does one.

        Raises:
            ReadOnlyError: this is demo mode.
        """
        if self.read_only:
            raise ReadOnlyError(
                tr(
                    "this is demo mode: nothing can be uploaded, changed, trained or deleted; open "
                    "the studio without ?demo=1, or start it without SEQREC_DEMO"
                )
            )

    @property
    def uploads(self) -> Path:
        """Files that were received but not yet turned into a log."""
        return self.home / "uploads"

    @property
    def logs(self) -> Path:
        """One folder a log, named by the start of its fingerprint."""
        return self.home / "logs"

    @property
    def jobs(self) -> Path:
        """One folder an ingest that runs or has run."""
        return self.home / "jobs"

    @property
    def runs(self) -> Path:
        """One folder a training run."""
        return self.home / "runs"

    @property
    def searches(self) -> Path:
        """One folder a search for the best configuration; there from the first one."""
        return self.home / "searches"

    @property
    def time_runs(self) -> Path:
        """One folder a run that was trained again under the split by time, named as the run."""
        return self.home / "time-runs"

    @property
    def backbones(self) -> Path:
        """One folder a language model that was made here; there from the first one."""
        return self.home / "backbones"

    @property
    def backbone_trials(self) -> Path:
        """One folder a log, with what was measured of language models on it; from the first on."""
        return self.home / "backbone-trials"

    @property
    def rules(self) -> Path:
        """One rule file a log, all its versions together; there from the first one."""
        return self.home / "rules"

    def log_folder(self, log_id: str) -> Path:
        """Folder of a stored log.

        Raises:
            NotStoredError: there is no such log.
        """
        return _stored(self.logs, log_id, "log.json", mark("log"))

    def run_folder(self, run_id: str) -> Path:
        """Folder of a training run.

        Raises:
            NotStoredError: there is no such run.
        """
        return _stored(self.runs, run_id, "config.json", mark("run"))

    def search_folder(self, search_id: str) -> Path:
        """Folder of a search.

        Raises:
            NotStoredError: there is no such search.
        """
        return _stored(self.searches, search_id, "config.json", mark("search"))

    def job_folder(self, job_id: str) -> Path:
        """Folder of an ingest job.

        Raises:
            NotStoredError: there is no such job.
        """
        return _stored(self.jobs, job_id, "config.json", mark("job"))

    def mined_folder(self, log_id: str, key: str) -> Path:
        """Folder for the mined result `key` of a log; it may not exist yet."""
        return (
            self.home
            / "mined"
            / _checked(log_id, mark("log"))
            / _checked(key, mark("mined result"))
        )

    def delete_log(self, log_id: str) -> None:
        """Remove a log and what was made of it: mined results, runs, searches, backbones, jobs.

        The rule file that all versions share goes with the last one.
        """
        self.check_writable()
        folder = self.log_folder(log_id)
        for state in self.jobs.glob("*/state.json"):
            if read_json(state).get("result") == log_id:
                remove_folder(state.parent)
        kinds = (self.runs, self.searches, self.jobs)
        told = [path for kind in kinds for path in kind.glob("*/config.json")]
        for path in (*told, *self.backbones.glob("*/made.json")):
            if read_json(path).get("log_id") == log_id:
                if path.parent.parent == self.runs:
                    remove_folder(self.time_runs / path.parent.name)
                remove_folder(path.parent)
        remove_folder(self.home / "mined" / log_id)
        remove_folder(self.backbone_trials / log_id)
        family = read_json(folder / "log.json").get("family", log_id)
        remove_folder(folder)
        others = [read_json(path) for path in self.logs.glob("[!.]*/log.json")]
        if family not in {other.get("family", other["log_id"]) for other in others}:
            (self.rules / f"{family}.yaml").unlink(missing_ok=True)


def open_workspace(home: Path, *, read_only: bool = False) -> Workspace:
    """The workspace at `home`, made where there is none.

    Raises:
        WorkspaceError: the folder cannot be written, or a newer version of seqrec made it.
    """
    workspace = Workspace(home, read_only)
    try:
        for folder in (workspace.uploads, workspace.logs, workspace.jobs, workspace.runs):
            folder.mkdir(parents=True, exist_ok=True)
        version_file = home / "workspace.json"
        if not version_file.exists():
            write_json(version_file, {"version": VERSION})
        version = read_json(version_file).get("version")
    except OSError as error:
        raise WorkspaceError(
            tr(
                "the workspace {home} cannot be written ({error}); set SEQREC_HOME to a folder "
                "that you may write to",
                home=home,
                error=error.strerror,
            )
        ) from error
    if not isinstance(version, int) or version > VERSION:
        raise WorkspaceError(
            tr(
                "the workspace {home} is of version {version}, this seqrec reads up to {highest}; "
                "install a newer seqrec or set SEQREC_HOME to another folder",
                home=home,
                version=version,
                highest=VERSION,
            )
        )
    return workspace


def sweep(workspace: Workspace) -> None:
    """Remove half-made folders whose maker has died, and uploads untouched for a day."""
    found = list(_unfinished(workspace.home))
    for path in found:
        if path.name.startswith(_MAKING):
            with suppress(FileNotFoundError), _locked(path) as is_ours:
                if is_ours:
                    shutil.rmtree(path)
    others = [path for path in found if not path.name.startswith(_MAKING)]
    for path in [*workspace.uploads.iterdir(), *others]:
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > _ABANDONED_S:
                remove_folder(path)


def _unfinished(home: Path) -> Iterator[Path]:
    """Folders and files below `home` that are not whole; `os.walk` minds no folder that goes."""
    for parent, folders, files in os.walk(home):
        names = [name for name in (*folders, *files) if name.startswith(_UNFINISHED)]
        yield from (Path(parent) / name for name in names)
        folders[:] = [name for name in folders if name not in names]


def new_id() -> str:
    """An id that sorts by the time it was made (UTC) and does not repeat."""
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{uuid.uuid4().hex[:6]}"


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        WorkspaceError: the file holds something else; a torn file cannot come from `write_json`.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise WorkspaceError(
            tr("{file} is damaged ({error}); restore or delete it", file=path.name, error=error)
        ) from error
    if not isinstance(value, dict):
        raise WorkspaceError(
            tr("{file} does not hold an object; restore or delete it", file=path.name)
        )
    return value


def write_json(path: Path, value: dict[str, Any], *, in_lines: bool = True) -> None:
    """Replace `path` whole: a reader sees the old or the new text, never a part.

    Args:
        path: of the file.
        value: what it holds from now on.
        in_lines: a line an entry, for people; thousands of numbers take a tenth of the time
            without.
    """
    text = json.dumps(value, ensure_ascii=False, indent=1 if in_lines else None)
    write_whole(path, text.encode("utf-8"))


def write_whole(path: Path, data: bytes) -> None:
    """Replace `path` by `data`, durable when this returns; in a folder being made, when that is."""
    is_made_later = any(parent.name.startswith(_MAKING) for parent in path.parents)
    handle, name = tempfile.mkstemp(prefix=_PART, dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if not is_made_later:
                os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    if not is_made_later:
        sync(path.parent)


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A folder to fill, which becomes `target` at the end; nothing is left if the body fails.

    A `target` that is there already is kept and the new folder dropped: folders are named by
    what they hold.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with scratch_folder(target.parent) as making:
        yield making
        for path in making.rglob("*"):
            sync(path)
        sync(making)
        if not target.exists():
            making.rename(target)
            sync(target.parent)


@contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """A folder that is gone at the end; `sweep` takes it where this process is killed."""
    new = Path(tempfile.mkdtemp(prefix=_NEW, dir=parent))
    # Locked before it has the name that `sweep` looks at, and until the kernel frees the lock.
    with _locked(new):
        making = new.rename(new.with_name(f"{_MAKING}{uuid.uuid4().hex}"))
        try:
            yield making
        finally:
            remove_folder(making)


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Hold a folder's lock while the body runs; waits for a thread or process that holds it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def sync(path: Path) -> None:
    """Ask the operating system to make a file or folder durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_folder(path: Path) -> None:
    """Remove a file or folder if it is there; a folder is renamed first, so it goes at once."""
    if not path.exists():
        return
    if path.is_file():
        path.unlink()
        return
    with _locked(path):
        going = path.rename(path.with_name(f"{_MAKING}{uuid.uuid4().hex}"))
        shutil.rmtree(going)


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Hold a folder's lock while the body runs; false where a living process holds it already."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        is_ours = True
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            is_ours = False
        yield is_ours
    finally:
        os.close(handle)


def _stored(parent: Path, entry_id: str, witness: str, kind: str) -> Path:
    folder = parent / _checked(entry_id, kind)
    if not (folder / witness).is_file():
        raise NotStoredError(
            tr(
                "there is no {kind} '{id}' in this workspace; pick another",
                kind=tr(kind),
                id=entry_id,
            )
        )
    return folder


def _checked(entry_id: str, kind: str) -> str:
    if not _SAFE_ID.fullmatch(entry_id):
        raise NotStoredError(
            tr(
                "'{id}' is not the id of a {kind}; pick one from the list",
                id=entry_id[:80],
                kind=tr(kind),
            )
        )
    return entry_id
