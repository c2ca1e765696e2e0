import time

import pytest
from streamlit.testing.v1 import AppTest

from seqrec.jobs.launcher import cancel_job, start_job
from seqrec.jobs.state import JobState, JobStatus, stop_requested, write_state
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.training import run as runs
from seqrec.training.run import list_runs
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.jobs.test_jobs import SLEEPER
from tests.pages.app import open_page, texts
from tests.pages.mining import csv_of
from tests.pages.training import HISTORIES, make_run

PAGE = "pages/model/train.py"


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv(csv_of(HISTORIES))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the workers that the page started, which here end at once as finished."""
    modules: list[str] = []

    def finish_at_once(folder, module: str) -> bool:
        modules.append(module)
        write_state(folder, JobState(JobStatus.FINISHED, updated_at=time.time()))
        return True

    monkeypatch.setattr(runs, "start_job", finish_at_once)
    return modules


def open_log(log: BehaviourLog, **query: str) -> AppTest:
    app = open_page(PAGE, log=log.log_id, **query)
    assert not app.exception
    return app


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


@pytest.mark.usefixtures("workspace")
def test_without_a_log_the_page_leads_home():
    app = open_page(PAGE)
    assert not app.exception
    assert "There is no log yet" in texts(app)


def test_the_presets_say_what_they_choose(log: BehaviourLog):
    app = open_log(log)
    assert (
        "At most 12 epochs, steps of 1,536 events, learning rate 0.002, dropout 0.3; ends"
        in texts(app)
    )
    app.segmented_control(key="train-preset").set_value("Quick").run()
    assert "At most 5 epochs or 2 minutes, steps of 1,536 events, learning rate 0.002" in texts(app)
    assert "pace of the last run" not in texts(app)


def test_start_makes_one_run_of_the_preset(
    workspace: Workspace, log: BehaviourLog, started: list[str]
):
    app = open_log(log)
    app.segmented_control(key="train-preset").set_value("Quick").run()
    press(app, "start-training")
    (run,) = list_runs(workspace, log.log_id)
    assert run.config.epochs == 5
    assert started == ["seqrec.training.worker"]
    assert app.query_params["run"] == run.run_id


def test_custom_choices_are_taken(workspace: Workspace, log: BehaviourLog, started: list[str]):
    app = open_log(log)
    app.segmented_control(key="train-preset").set_value("Custom").run()
    app.number_input(key="train-epochs").set_value(5)
    app.number_input(key="train-rate").set_value(0.02)
    app.toggle(key="train-exclude").set_value(True).run()
    press(app, "start-training")
    assert len(started) == 1
    config = list_runs(workspace, log.log_id)[0].config
    assert (config.epochs, config.exclude_seen) == (5, True)
    assert config.optimiser.learning_rate == 0.02


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("train-epochs", 0, "epochs is 0; choose a value from 1 to 1000"),
        ("train-batch", 0, "batch tokens is 0; choose a value from 16 to 100000"),
        ("train-rate", 0.0, "learning rate is 0; choose a value from 1e-08 to 1"),
        ("train-rate", 1e9, "learning rate is 1e+09; choose a value from 1e-08 to 1"),
    ],
)
def test_a_choice_outside_its_range_is_told_and_cannot_start(
    log: BehaviourLog, key: str, value: float, message: str
):
    app = open_log(log)
    app.segmented_control(key="train-preset").set_value("Custom").run()
    app.number_input(key=key).set_value(value).run()
    assert not app.exception
    assert message in texts(app).replace("\\", "")
    assert app.button(key="start-training").disabled


def test_a_log_too_small_is_told_on_start(workspace: Workspace, store_csv: StoreCsv):
    log = store_csv(csv_of([["tea", "milk", "jam"]] * 9))
    app = press(open_log(log), "start-training")
    told = app.error[0].value.replace("\\", "")
    assert "9 of 9 users have 3 or more events, and at least 10 such users are needed" in told
    assert not list(workspace.runs.iterdir())


def test_a_finished_run_shows_figures_and_comparison(workspace: Workspace, log: BehaviourLog):
    run = make_run(workspace, log)
    app = open_log(log, run=run.run_id)
    figures = {metric.label: metric.value for metric in app.metric}
    assert figures == {
        "Epoch": "1.0",
        "Training loss (nats)": "1.250",
        "Best NDCG@10": "0.625",
        "Events a second": "1,234",
        "Memory (MiB)": "99",
    }
    assert "Finished" in texts(app)
    assert "How good is it?" in texts(app)
    assert "ranks best: NDCG@10 1.000" in texts(app)
    assert "Means over 12 users" in texts(app)
    assert sorted(app.dataframe[0].value["Model"]) == ["Markov", "Popularity", "Transformer"]
    # Two seconds an epoch, twelve epochs.
    assert "At most about 24 s at the pace of the last run on this log." in texts(app)


def test_a_failed_run_says_why_and_resumes(
    workspace: Workspace, log: BehaviourLog, started: list[str]
):
    run = make_run(workspace, log, JobStatus.FAILED)
    app = open_log(log)
    assert "the worker process ended without a word" in texts(app)
    assert "How good is it?" not in texts(app)
    press(app, "resume-training")
    assert started == ["seqrec.training.worker"]
    assert [of.run_id for of in list_runs(workspace, log.log_id)] == [run.run_id]


def test_a_running_run_can_be_stopped_and_no_second_started(
    workspace: Workspace, log: BehaviourLog
):
    run = make_run(workspace, log, JobStatus.STOPPED)
    start_job(run.folder, SLEEPER)
    try:
        app = open_log(log)
        press(app, "start-training")
        assert "another training run is going" in texts(app)
        press(app, "stop-training")
        assert stop_requested(run.folder)
    finally:
        cancel_job(run.folder)


def test_instead_of_a_run_that_is_not_there_the_newest_is_shown(
    workspace: Workspace, log: BehaviourLog
):
    make_run(workspace, log)
    app = open_log(log, run="../../etc")
    assert "run" not in app.query_params
    assert "How good is it?" in texts(app)


def test_one_of_several_runs_is_chosen(workspace: Workspace, log: BehaviourLog):
    old, new = make_run(workspace, log), make_run(workspace, log, JobStatus.STOPPED)
    app = open_log(log)
    assert "Stopped by you" in texts(app)
    picker = next(box for box in app.selectbox if box.label == "Run")
    assert picker.value == new.run_id
    picker.set_value(old.run_id).run()
    assert not app.exception
    assert app.query_params["run"] == old.run_id
    assert "How good is it?" in texts(app)
