"""Ingests that are killed, run out of disk, or run into each other: FAULTS.md, *Machine*."""

import json
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

from seqrec.errors import LogFormatError, WorkspaceError
from seqrec.jobs.launcher import cancel_job
from seqrec.jobs.state import JobStatus, read_job
from seqrec.log.behaviour_log import list_logs
from seqrec.log.source import IngestRequest, TableFile
from seqrec.log.storing import reading
from seqrec.log.worker import start_ingest
from seqrec.workspace import Workspace, open_workspace
from tests.jobs.test_jobs import wait_for
from tests.log.killed import MAPPING, is_whole, large_table
from tests.log.tables import store, text_table

N_KILLS = 20


def start(workspace: Workspace, table: TableFile) -> Path:
    request = IngestRequest("large", (table,), MAPPING)
    return workspace.jobs / start_ingest(workspace, request)


def wait_for_reading(folder: Path) -> None:
    """Until the worker has begun to read: what comes before is the interpreter's start."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        state = read_job(folder)
        if state is not None and (not state.active or state.stage not in ("", "Starting")):
            return
        time.sleep(0.002)
    pytest.fail("the worker does not begin")


def test_killed_at_twenty_moments_earlier_logs_are_whole(workspace: Workspace):
    command = [sys.executable, "-m", "tests.log.killed", str(workspace.home), str(N_KILLS)]
    run = subprocess.run(command, check=True, capture_output=True, timeout=240)
    found = json.loads(run.stdout)
    kills = found["kills"]
    assert len(kills) == N_KILLS
    assert all(kill["whole"] and kill["left"] == 0 for kill in kills)
    # The small log and the two that were not killed; others only where the kill came too late.
    counts = [3, *(kill["logs"] for kill in kills)]
    assert all(0 <= now - before <= 1 for before, now in pairwise(counts))
    assert sum(kill["half_made"] for kill in kills) >= N_KILLS // 4
    assert found["again"] == 200_001


def test_cancelling_leaves_nothing(workspace: Workspace):
    folder = start(workspace, large_table(workspace, 0))
    wait_for_reading(folder)
    time.sleep(0.1)
    cancel_job(folder)
    assert list(workspace.logs.iterdir()) == []


def test_two_ingests_of_one_source_make_one_log(workspace: Workspace):
    table = text_table(workspace, "user,item,time\n" + "1,a,5\n2,b,6\n" * 5_000)
    with ThreadPoolExecutor(4) as pool:
        made = [pool.submit(store, workspace, table) for _ in range(4)]
    assert len({log.result().log_id for log in made}) == 1
    log_id = made[0].result().log_id
    assert [path.name for path in workspace.logs.iterdir()] == [log_id]
    assert is_whole(workspace, log_id)


def test_jobs_of_one_source_at_once_make_one_log(workspace: Workspace):
    table = large_table(workspace, 0)
    folders = [start(workspace, table) for _ in range(2)]
    states = [wait_for(folder, JobStatus.FINISHED, JobStatus.FAILED) for folder in folders]
    # The slower one may find that its upload has become a log already.
    assert {state.result for state in states} - {None} == {list_logs(workspace)[0].log_id}
    assert is_whole(workspace, list_logs(workspace)[0].log_id)


def test_a_file_that_grows_while_it_is_read_is_refused(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
):
    table = text_table(workspace, "user,item,time\n1,a,5\n")
    read = reading.scan_tables

    def write_meanwhile(*given: object) -> object:
        with table.path.open("a") as file:
            file.write("2,b,6\n")
        return read(*given)

    monkeypatch.setattr(reading, "scan_tables", write_meanwhile)
    with pytest.raises(LogFormatError, match=r"'table.csv' changed while it was read"):
        store(workspace, table)
    assert list(workspace.logs.iterdir()) == []


def test_the_same_bytes_give_the_same_files(workspace: Workspace, tmp_path: Path):
    table = large_table(workspace, 0)
    other = open_workspace(tmp_path / "other")
    logs = [store(home, table, mapping=MAPPING) for home in (workspace, other)]
    files = [path.relative_to(logs[0].folder) for path in logs[0].folder.rglob("*.[np]*")]
    assert len(files) >= 9
    for path in files:
        first, second = ((log.folder / path) for log in logs)
        assert first.is_dir() or first.read_bytes() == second.read_bytes(), path


# The larger file's events are too many to be held in memory until they are sorted.
@pytest.mark.parametrize(
    ("size", "n_rows"), [("2m", 300_000), ("5m", 300_000), ("8m", 300_000), ("14m", 600_000)]
)
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, size: str, n_rows: int):
    home = tmp_path / "home"
    home.mkdir()
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("there is no `unshare` to mount a small file system with")
    command = [unshare, "-rm", sys.executable, "-m", "tests.log.full_disk", home, str(n_rows), size]
    run = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    if "unshare" in run.stderr or "CalledProcessError" in run.stderr:
        pytest.skip("no file system can be mounted here")
    found = json.loads(run.stdout)
    assert found["code"] == 1, run.stderr
    assert "free some space" in found["error"]
    assert found["logs"] == [found["earlier"]]
    assert found["whole"] == [1]


def test_a_workspace_that_cannot_be_written_starts_no_job(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
):
    table = text_table(workspace, "user,item,time\n1,a,5\n")

    def refuse(_path: Path, *_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "mkdir", refuse)
    request = IngestRequest("log", (table,), MAPPING)
    with pytest.raises(WorkspaceError, match=r"cannot be written \(Read-only file system\)"):
        start_ingest(workspace, request)
