import sys
from pathlib import Path

import pytest

from seqrec.errors import ConfigError, NotStoredError, TooSmallError
from seqrec.jobs.state import JobState, JobStatus, write_state
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.training import run as runs
from seqrec.training.run import (
    METRICS_FILE,
    StepMetrics,
    append_metrics,
    create_run,
    cut_metrics,
    delete_run,
    list_damaged,
    list_runs,
    load_run,
    read_baselines,
    read_metrics,
)
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.training.conftest import TINY, csv_of

LINES = [StepMetrics(step, step / 10, step * 2.0, loss=1 / step) for step in (1, 2, 3)]


def test_a_run_remembers_its_log_and_every_choice(workspace: Workspace, log: BehaviourLog):
    run = create_run(workspace, log, TINY)
    assert load_run(workspace, run.run_id) == run
    assert (run.log_id, run.fingerprint, run.config) == (log.log_id, log.fingerprint, TINY)
    assert run.state() is None
    assert not run.has_results


def test_runs_of_a_log_are_listed_newest_first(workspace: Workspace, store_csv: StoreCsv):
    log = store_csv(csv_of([[1, 2, 3, 1]] * 10))
    other = store_csv(csv_of([[1, 2, 3, 4]] * 10))
    first, _, third = (create_run(workspace, of, TINY) for of in (log, other, log))
    listed = [run.run_id for run in list_runs(workspace, log.log_id)]
    assert listed == [third.run_id, first.run_id]


def test_a_log_too_small_to_split_makes_no_run(workspace: Workspace, store_csv: StoreCsv):
    with pytest.raises(TooSmallError, match="0 of 2 users"):
        create_run(workspace, store_csv(csv_of([[1, 2], [2]])), TINY)
    assert not list(workspace.runs.iterdir())


def test_a_log_whose_histories_are_all_held_out_makes_no_run(
    workspace: Workspace, store_csv: StoreCsv
):
    with pytest.raises(TooSmallError, match=r"no user has 4 or more events.*use a longer log"):
        create_run(workspace, store_csv(csv_of([[1, 2, 3]] * 10)), TINY)
    assert not list(workspace.runs.iterdir())


def test_a_run_that_goes_cannot_be_deleted(
    workspace: Workspace, log: BehaviourLog, monkeypatch: pytest.MonkeyPatch
):
    run = create_run(workspace, log, TINY)
    monkeypatch.setattr(runs, "read_job", lambda _: JobState(JobStatus.RUNNING))
    with pytest.raises(ConfigError, match="still going; stop it"):
        delete_run(run)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"config": {"epochs": 0}', "config.json is damaged"),
        ("{}", "was changed by hand"),
        ('"epochs": 99999', "epochs is 99999; choose a value from 1 to 1000"),
        ('"epochs": "four"', "epochs is 'four'; expected a whole number"),
        ('"epoches": 4', "there is no choice 'epoches'"),
    ],
)
def test_a_config_edited_by_hand_is_told_and_hides_no_other_run(
    workspace: Workspace, log: BehaviourLog, text: str, told: str
):
    run, other = create_run(workspace, log, TINY), create_run(workspace, log, TINY)
    path = run.folder / "config.json"
    whole = path.read_text()
    path.write_text(whole.replace('"epochs": 4', text) if text.startswith('"') else text)
    assert list_runs(workspace, log.log_id) == [other]
    (damaged,) = list_damaged(workspace)
    assert told in damaged.reason
    assert f"run {run.run_id}" in damaged.reason
    delete_run(damaged)
    assert list_damaged(workspace) == []


def test_an_ended_run_can_be_deleted(workspace: Workspace, log: BehaviourLog):
    run = create_run(workspace, log, TINY)
    write_state(run.folder, JobState(JobStatus.FINISHED))
    delete_run(run)
    with pytest.raises(NotStoredError, match="there is no run"):
        load_run(workspace, run.run_id)


def test_metrics_come_back_as_they_were_written(tmp_path: Path):
    assert read_metrics(tmp_path) == []
    for line in LINES:
        append_metrics(tmp_path, line)
    assert read_metrics(tmp_path) == LINES


def test_a_torn_last_line_is_skipped(tmp_path: Path):
    for line in LINES:
        append_metrics(tmp_path, line)
    path = tmp_path / METRICS_FILE
    path.write_bytes(path.read_bytes()[:-9])
    assert read_metrics(tmp_path) == LINES[:2]


def test_lines_after_the_checkpoint_are_cut_off(tmp_path: Path):
    for line in LINES:
        append_metrics(tmp_path, line)
    with (tmp_path / METRICS_FILE).open("a") as file:
        file.write('{"step": 4, "epo')
    assert cut_metrics(tmp_path, 2) == LINES[:2]
    append_metrics(tmp_path, LINES[2])
    assert read_metrics(tmp_path) == LINES


def test_without_baselines_there_are_none_to_draw(tmp_path: Path):
    assert read_baselines(tmp_path) == {}


def test_dashboard_side_loads_neither_torch_nor_the_hub():
    import subprocess  # noqa: PLC0415

    code = (
        "import sys, seqrec.training.run, seqrec.training.device, seqrec.recommend.lists, "
        "seqrec.figures.training; sys.exit(bool({'torch', 'huggingface_hub'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
