import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from seqrec.errors import ConfigError, NotStoredError, WorkspaceError
from seqrec.settings import read_settings
from seqrec.workspace import (
    Workspace,
    open_workspace,
    read_json,
    remove_folder,
    sweep,
    whole_folder,
    write_json,
    write_whole,
)


def test_a_newer_workspace_is_refused_and_left_alone(workspace: Workspace):
    write_json(workspace.home / "workspace.json", {"version": 99})
    with pytest.raises(WorkspaceError, match=r"of version 99.*install a newer seqrec"):
        open_workspace(workspace.home)
    assert read_json(workspace.home / "workspace.json") == {"version": 99}


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match="set SEQREC_HOME"):
        open_workspace(tmp_path / "file" / "home")


@pytest.mark.parametrize("foreign", ["../logs", "a/b", "", "A", ".making-x"])
def test_an_id_from_outside_never_becomes_a_path(workspace: Workspace, foreign: str):
    for find in (workspace.log_folder, workspace.run_folder, workspace.job_folder):
        with pytest.raises(NotStoredError, match="is not the id"):
            find(foreign)


def test_a_damaged_file_is_named(tmp_path: Path):
    (tmp_path / "x.json").write_text("{")
    with pytest.raises(WorkspaceError, match=r"x\.json is damaged"):
        read_json(tmp_path / "x.json")
    (tmp_path / "y.json").write_text("[]")
    with pytest.raises(WorkspaceError, match=r"y\.json does not hold an object"):
        read_json(tmp_path / "y.json")


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write_json(tmp_path / "x.json", {"old": 1})

    def fail(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "x.json", b"new")
    monkeypatch.undo()
    assert read_json(tmp_path / "x.json") == {"old": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]


def test_a_folder_is_whole_or_absent(tmp_path: Path):
    with pytest.raises(OSError, match="half"):
        _make_half(tmp_path / "made")
    assert list(tmp_path.iterdir()) == []
    with whole_folder(tmp_path / "made") as making:
        (making / "part").write_text("x")
    assert (tmp_path / "made" / "part").read_text() == "x"


def _make_half(target: Path) -> None:
    with whole_folder(target) as making:
        (making / "part").write_text("x")
        raise OSError("half made")


def test_what_a_folder_holds_is_made_durable_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    synced = []
    fsync = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda handle: (synced.append(os.fstat(handle).st_ino), fsync(handle))
    )
    with whole_folder(tmp_path / "made") as making:
        write_json(making / "x.json", {"new": 1})
        assert synced == []
    assert synced.count((tmp_path / "made" / "x.json").stat().st_ino) == 1
    assert synced[-1] == tmp_path.stat().st_ino


def test_a_folder_that_is_there_is_kept(tmp_path: Path):
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "part").write_text("first")
    with whole_folder(tmp_path / "made") as making:
        (making / "part").write_text("second")
    assert (tmp_path / "made" / "part").read_text() == "first"


def test_sweep_takes_uploads_and_parts_that_nobody_touched_for_a_day(workspace: Workspace):
    yesterday = time.time() - 2 * 24 * 3600
    old = [workspace.uploads / "old", workspace.logs / ".part-old", workspace.home / ".part-old"]
    new = [workspace.uploads / "new", workspace.logs / ".part-new"]
    for path in old + new:
        path.write_text("x")
    for path in old:
        os.utime(path, (yesterday, yesterday))
    sweep(workspace)
    assert [path.exists() for path in old + new] == [False] * 3 + [True] * 2


def test_sweep_leaves_what_is_being_made(workspace: Workspace):
    with whole_folder(workspace.logs / "made") as making:
        sweep(workspace)
        assert making.is_dir()
    assert (workspace.logs / "made").is_dir()


def test_sweep_takes_what_a_killed_process_was_making(workspace: Workspace):
    code = (
        "import os, sys, pathlib; from seqrec.workspace import whole_folder\n"
        "with whole_folder(pathlib.Path(sys.argv[1])) as making:\n"
        "    (making / 'part').write_text('x')\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    target = workspace.runs / "run" / "bundle"
    subprocess.run([sys.executable, "-c", code, str(target)], check=False)
    assert len(list(target.parent.iterdir())) == 1
    sweep(workspace)
    assert list(target.parent.iterdir()) == []


def test_removing_while_others_sweep_ends_with_nothing(workspace: Workspace):
    for place in range(20):
        (workspace.logs / f"log-{place}" / "sequences").mkdir(parents=True)
    with ThreadPoolExecutor(4) as pool:
        sweeps = [pool.submit(sweep, workspace) for _ in range(40)]
        for path in list(workspace.logs.iterdir()):
            remove_folder(path)
    for done in sweeps:
        done.result()
    assert list(workspace.logs.iterdir()) == []


def test_removing_what_is_not_there_is_nothing(tmp_path: Path):
    remove_folder(tmp_path / "absent")
    assert list(tmp_path.iterdir()) == []


def test_a_setting_out_of_range_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SEQREC_INGEST_MEMORY_MIB", "lots")
    with pytest.raises(ConfigError, match="SEQREC_INGEST_MEMORY_MIB is 'lots'"):
        read_settings()
