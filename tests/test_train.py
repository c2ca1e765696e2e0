"""The command line does what the Train page does."""

import time
from pathlib import Path

import pytest

from seqrec.jobs.launcher import cancel_job, start_job
from seqrec.jobs.state import JobState, JobStatus, write_state
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.models.shape import Architecture
from seqrec.train import main
from seqrec.training import run as runs
from seqrec.training.run import StepMetrics, append_metrics, list_runs
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.jobs.test_jobs import SLEEPER
from tests.training.conftest import csv_of, ring


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv(csv_of(ring()))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Folders of the runs that were started, which here end at once as finished."""
    folders: list[Path] = []

    def finish_at_once(folder: Path, _module: str, *, in_turn: bool) -> bool:
        assert in_turn
        folders.append(folder)
        append_metrics(folder, StepMetrics(9, 1.0, 2.0, ndcg=0.25, hit_rate=0.5))
        write_state(folder, JobState(JobStatus.FINISHED, "Finished", updated_at=time.time()))
        return True

    monkeypatch.setattr(runs, "start_job", finish_at_once)
    return folders


def test_a_run_is_made_started_and_followed(
    workspace: Workspace,
    log: BehaviourLog,
    started: list[Path],
    capsys: pytest.CaptureFixture[str],
):
    choices = ["--set", "architecture=llama", "--set", "learning-rate=0.001"]
    assert main([log.log_id, "--preset", "Quick", *choices]) == 0
    (run,) = list_runs(workspace, log.log_id)
    assert started == [run.folder]
    assert (run.config.epochs, run.config.optimiser.learning_rate) == (5, 0.001)
    assert run.config.model.architecture is Architecture.LLAMA
    said = capsys.readouterr().out
    assert f"run {run.run_id}\n" in said
    assert "epoch 1.0, 2 s: validation NDCG@10 0.2500, hit rate@10 0.5000\n" in said
    assert said.endswith("finished: Finished\n")


@pytest.mark.usefixtures("started")
def test_a_run_behind_another_says_so(
    workspace: Workspace, log: BehaviourLog, capsys: pytest.CaptureFixture[str]
):
    other = workspace.runs / "other"
    start_job(other, SLEEPER)
    try:
        assert main([log.log_id]) == 0
    finally:
        cancel_job(other)
    assert "queued: 1 to end before it\n" in capsys.readouterr().out


def test_a_run_can_be_made_for_another_starter_and_resumed(
    workspace: Workspace, log: BehaviourLog, started: list[Path]
):
    assert main([log.log_id, "--no-start"]) == 0
    assert started == []
    (run,) = list_runs(workspace, log.log_id)
    assert main([run.run_id, "--resume", "--detach"]) == 0
    assert started == [run.folder]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--set", "colour=red"], "there is no choice 'colour'"),
        (["--set", "epochs"], "'epochs' is no choice; write it as name=value"),
        (["--set", "epochs=0"], "epochs is 0; choose a value from 1 to 1000"),
    ],
)
@pytest.mark.usefixtures("started")
def test_what_cannot_be_is_told(
    workspace: Workspace,
    log: BehaviourLog,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
):
    assert main([log.log_id, *arguments]) == 2
    assert message in capsys.readouterr().err
    assert list_runs(workspace, log.log_id) == []


@pytest.mark.usefixtures("workspace")
def test_a_log_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]):
    assert main(["a-log-that-is-not-there"]) == 2
    assert capsys.readouterr().err
