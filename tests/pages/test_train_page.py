import re
import time

import pytest
from streamlit.testing.v1 import AppTest

from seqrec.jobs.launcher import cancel_job, start_job
from seqrec.jobs.queue import active_jobs
from seqrec.jobs.state import JobState, JobStatus, stop_requested, write_state
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.models.shape import Architecture
from seqrec.settings import WandbMode
from seqrec.training import run as runs
from seqrec.training.config import TrainConfig
from seqrec.training.run import StepMetrics, append_metrics, list_runs
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.jobs.test_jobs import SLEEPER, wait_for
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

    def finish_at_once(folder, module: str, *, in_turn: bool) -> bool:
        assert in_turn
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
    start = TrainConfig()
    choices = (
        f"steps of {start.batch_tokens:,} events, {start.model.architecture} blocks, learning "
        f"rate {start.optimiser.learning_rate:g}, dropout {start.model.dropout:g}"
    )
    early = f"ends early after {start.patience} validations without gain."
    assert f"At most {start.epochs} epochs, {choices}; {early}" in texts(app)
    app.segmented_control(key="train-preset").set_value("Quick").run()
    assert f"At most 5 epochs or 2 minutes, {choices}." in texts(app)
    assert "at the pace that a short test of this machine promises" in texts(app)
    assert "GiB of memory" in texts(app)


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
    app.number_input(key="train-learning_rate").set_value(0.02)
    app.toggle(key="train-exclude_seen").set_value(True).run()
    press(app, "start-training")
    assert len(started) == 1
    config = list_runs(workspace, log.log_id)[0].config
    assert (config.epochs, config.exclude_seen) == (5, True)
    assert config.optimiser.learning_rate == 0.02


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("train-epochs", 0, "epochs is 0; choose a value from 1 to 1000"),
        ("train-batch_tokens", 0, "batch tokens is 0; choose a value from 16 to 100000"),
        ("train-learning_rate", 0.0, "learning rate is 0; choose a value from 1e-08 to 1"),
        ("train-learning_rate", 1e9, "learning rate is 1e+09; choose a value from 1e-08 to 1"),
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


def test_each_choice_that_costs_says_what_it_costs(log: BehaviourLog):
    app = open_log(log)
    app.segmented_control(key="train-preset").set_value("Custom").run()
    assert "Adversarial step:" not in texts(app)
    app.number_input(key="train-adversarial").set_value(0.1)
    app.number_input(key="train-ensemble").set_value(3)
    app.selectbox(key="train-wandb").set_value(WandbMode.ONLINE).run()
    assert not app.exception
    told = texts(app)
    assert re.search(r"Adversarial step: a step takes about [23]\.\d times as long", told)
    assert "Ensemble: 3 models, so many times the time" in told
    assert "figures and choices leave this machine" in told


def test_the_command_line_does_the_same(log: BehaviourLog):
    app = open_log(log)
    app.segmented_control(key="train-preset").set_value("Custom").run()
    app.selectbox(key="train-architecture").set_value(Architecture.BERT)
    app.number_input(key="train-minutes").set_value(3.5).run()
    line = next(code.value for code in app.code if "seqrec.train" in code.value)
    assert line == (
        f"python -m seqrec.train {log.log_id} --preset standard --set minutes=3.5 "
        "--set architecture=BERT"
    )


def test_a_run_is_cloned_with_every_choice(
    workspace: Workspace, log: BehaviourLog, started: list[str]
):
    first = make_run(workspace, log, method="SGD", dropout=0.45, adversarial=0.2)
    app = open_log(log, start=first.run_id)
    assert "The choices of run" in texts(app)
    assert app.number_input(key=f"train-dropout-{first.run_id}").value == 0.45
    press(app, "start-training")
    assert len(started) == 1
    assert list_runs(workspace, log.log_id)[0].config == first.config
    assert "start" not in app.query_params


def test_a_start_that_is_not_there_is_told(log: BehaviourLog):
    app = open_log(log, start="20000101-000000-abcdef")
    assert "there is no search" in texts(app).replace("\\", "")
    assert not app.button(key="start-training").disabled


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
    assert "At most about 24 s, at the pace of the last run on this log, and about" in texts(app)


def test_a_batch_that_was_taken_in_parts_is_told(workspace: Workspace, log: BehaviourLog):
    run = make_run(workspace, log)
    append_metrics(run.folder, StepMetrics(2, 2.0, 3.0, loss=1.0, n_parts=4))
    assert "did not fit in memory and was taken in 4 parts" in texts(open_log(log))


def test_a_model_behind_a_baseline_says_so_and_why(workspace: Workspace, log: BehaviourLog):
    make_run(workspace, log)
    told = texts(open_log(log)).replace("\\", "")
    # It is the Markov model under another name: as good, not better.
    assert "Transformer does not beat the best baseline, Markov (NDCG@10 1.0000 against" in told
    assert "Validation was still rising at the end" in told


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


def test_a_running_run_can_be_stopped_and_a_second_waits(workspace: Workspace, log: BehaviourLog):
    run = make_run(workspace, log, JobStatus.STOPPED)
    start_job(run.folder, SLEEPER, in_turn=True)
    try:
        wait_for(run.folder, JobStatus.RUNNING)
        app = open_log(log, run=run.run_id)
        press(app, "stop-training")
        assert stop_requested(run.folder)
        press(app, "start-training")
        (waiting,) = active_jobs(workspace)[1:]
        app = open_log(log, run=waiting[0].name)
        assert "Queued, starts by itself after 1 training" in texts(app)
        press(app, "stop-training")
        assert active_jobs(workspace)[1:] == []
    finally:
        for folder, _ in active_jobs(workspace):
            cancel_job(folder)


def test_instead_of_a_run_that_is_not_there_the_newest_is_shown(
    workspace: Workspace, log: BehaviourLog
):
    run = make_run(workspace, log)
    app = open_log(log, run="../../etc")
    assert app.query_params["run"] in (run.run_id, [run.run_id])
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
