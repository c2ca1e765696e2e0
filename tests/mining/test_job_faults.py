"""A mining job that is killed, or whose disk is full."""

import errno
import os
import signal
import sys
from pathlib import Path

import pytest

from seqrec.errors import WorkspaceError
from seqrec.jobs.state import PID_FILE, JobStatus, read_job
from seqrec.jobs.worker import run_worker
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining import check_store, columns, store, worker
from seqrec.mining.check_store import CheckConfig
from seqrec.mining.config import ItemsetConfig, PatternConfig
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.mining.test_worker import csv_of, wait_for


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv(csv_of(["abc", "abd", "acb", "bca"]))


def refuse(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_killed_job_is_failed_at_once_and_starts_afresh(
    workspace: Workspace, log: BehaviourLog
) -> None:
    folder = store.request_mining(workspace, log, PatternConfig(2))
    os.killpg(int((folder / PID_FILE).read_text()), signal.SIGKILL)
    state = wait_for(folder)
    assert state.status is JobStatus.FAILED
    assert "ended without a word" in (state.error or "")
    assert store.request_mining(workspace, log, PatternConfig(2)) == folder
    assert wait_for(folder).status is JobStatus.FINISHED


@pytest.mark.parametrize("config", [PatternConfig(2), ItemsetConfig(2)])
def test_a_full_disk_fails_the_job_and_leaves_no_result(
    workspace: Workspace, log: BehaviourLog, monkeypatch: pytest.MonkeyPatch, config: object
) -> None:
    monkeypatch.setattr(store, "start_job", lambda _folder, _module: True)
    folder = store.request_mining(workspace, log, config)
    monkeypatch.setattr(columns, "write_whole", refuse)
    monkeypatch.setattr(sys, "argv", ["worker", str(folder)])
    assert run_worker(worker.mine) == 1
    assert "free some space" in (read_job(folder).error or "")
    assert not (folder / store.SUMMARY_FILE).exists()


def test_a_workspace_that_cannot_be_written_starts_no_mining(
    workspace: Workspace, log: BehaviourLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(WorkspaceError, match=r"no job can be started.*No space left"):
        store.request_mining(workspace, log, PatternConfig(2))
    mined = store.mining_folder(workspace, log, PatternConfig(2))
    with pytest.raises(WorkspaceError, match="free some space or check its permissions"):
        check_store.request_check(mined, CheckConfig())
