"""The bytes as the analyst gave them, kept beside a log."""

import contextlib
import os
import shutil
from pathlib import Path

from seqrec.log.behaviour_log import BehaviourLog
from seqrec.log.source import IngestRequest
from seqrec.log.upload import find_upload
from seqrec.workspace import Workspace, read_json, write_json

ORIGINALS_FOLDER = "original"
_LIST = "files.json"


def keep_originals(workspace: Workspace, request: IngestRequest, log_folder: Path) -> None:
    """Copy the files of a request into a log's folder, under names of ours."""
    folder = log_folder / ORIGINALS_FOLDER
    folder.mkdir()
    names = []
    for place, (name, path) in enumerate(_given_files(workspace, request)):
        target = folder / f"file-{place}"
        _copy(path, target)
        names.append(name)
    write_json(folder / _LIST, {"names": names})


def list_originals(log: BehaviourLog) -> list[tuple[str, Path]]:
    """Name and path of each file that is kept with a log; none where the bytes were dropped."""
    folder = log.folder / ORIGINALS_FOLDER
    if not folder.is_dir():
        return []
    names = read_json(folder / _LIST)["names"]
    return [(name, folder / f"file-{place}") for place, name in enumerate(names)]


def _copy(path: Path, target: Path) -> None:
    """Copy a file that will not change; without using space where both lie on one disk."""
    if path.parent.is_relative_to(target.parents[3]):
        with contextlib.suppress(OSError):
            os.link(path, target)
            return
    shutil.copyfile(path, target)


def _given_files(workspace: Workspace, request: IngestRequest) -> list[tuple[str, Path]]:
    """Name and path of what was given: all files of the uploads, and files of the server."""
    uploads = workspace.uploads.resolve()
    given: dict[Path, str] = {}
    for table in request.all_tables():
        path = table.path.resolve()
        if not path.is_relative_to(uploads):
            given[path] = table.name
            continue
        upload = find_upload(workspace, path.relative_to(uploads).parts[0])
        given.update({file.path.resolve(): file.name for file in upload.files})
    return [(name, path) for path, name in given.items()]
