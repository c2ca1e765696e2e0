from dataclasses import asdict
from pathlib import Path

import pytest

from seqrec.jobs.state import JobState, JobStatus, write_state
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.config import CountedConfig, ItemsetConfig, PatternConfig
from seqrec.mining.store import CONFIG_FILE, MiningSummary, mining_folder, write_summary
from seqrec.report.mined import list_results, name_result
from seqrec.workspace import Workspace, write_json
from tests.conftest import StoreCsv


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv("user,item,time\nu,a,1\nu,b,2\n")


def finish(folder: Path, kind: str, config: CountedConfig, n_results: int = 3) -> Path:
    folder.mkdir(parents=True)
    value = {"kind": kind, "log_id": folder.parent.name, "config": asdict(config)}
    write_json(folder / CONFIG_FILE, value)
    write_summary(folder, MiningSummary(2, 10, n_results, 0, 5, 1.0))
    write_state(folder, JobState(JobStatus.FINISHED))
    return folder


def folder_of(workspace: Workspace, log: BehaviourLog, config: CountedConfig) -> Path:
    return mining_folder(workspace, log, config)


def test_finished_results_of_a_kind_that_are_not_empty_are_listed(
    workspace: Workspace, log: BehaviourLog
):
    found = finish(folder_of(workspace, log, PatternConfig(2)), "patterns", PatternConfig(2))
    empty = PatternConfig(3)
    finish(folder_of(workspace, log, empty), "patterns", empty, n_results=0)
    finish(folder_of(workspace, log, ItemsetConfig(2)), "rules", ItemsetConfig(2))
    assert list_results(workspace, log, PatternConfig) == (found,)
    assert name_result(found) == "3 found in at least 2 of 10 users"


def test_results_of_an_older_miner_are_not_reported(workspace: Workspace, log: BehaviourLog):
    finish(workspace.mined_folder(log.log_id, "patterns-0123"), "patterns", PatternConfig(2))
    assert list_results(workspace, log, PatternConfig) == ()


def test_a_log_without_results_has_none(workspace: Workspace, log: BehaviourLog):
    assert list_results(workspace, log, PatternConfig) == ()
