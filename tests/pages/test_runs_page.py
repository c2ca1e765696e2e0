import pytest
from streamlit.testing.v1 import AppTest

from seqrec.jobs.launcher import cancel_job, start_job
from seqrec.jobs.state import JobStatus, stop_requested
from seqrec.language.backbones import INSTALLED
from seqrec.language.stored_backbones import Learning, MadeBackbone, backbone_folder, write_made
from seqrec.language.trials import Ranks, Trial, write_baselines, write_trial
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.training.overview import name_run
from seqrec.training.run import list_runs
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.jobs.test_jobs import SLEEPER, wait_for
from tests.pages.app import open_page, texts
from tests.pages.mining import csv_of
from tests.pages.training import HISTORIES, make_run

PAGE = "pages/model/runs.py"


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv(csv_of(HISTORIES))


def open_log(log: BehaviourLog, **query: str) -> AppTest:
    app = open_page(PAGE, log=log.log_id, **query)
    assert not app.exception
    return app


def test_without_runs_the_page_leads_to_train(log: BehaviourLog):
    app = open_log(log)
    assert "No model has been trained on this log yet" in texts(app)
    assert [link.label for link in app.get("page_link")][-1] == "Train one"


@pytest.mark.usefixtures("workspace")
def test_without_a_log_the_page_leads_home():
    assert "There is no log yet" in texts(open_page(PAGE))


def test_every_run_has_a_row_with_what_it_cost_and_reached(workspace: Workspace, log: BehaviourLog):
    done, failed = make_run(workspace, log), make_run(workspace, log, JobStatus.FAILED)
    rows = open_log(log).dataframe[0].value.set_index("Run")
    assert list(rows.index) == [name_run(failed), name_run(done)]
    row = rows.loc[name_run(done)]
    assert row["State"] == "finished"
    assert (row["Test NDCG@10"], row["Validation NDCG@10"]) == (1.0, 0.625)
    assert (row["Best baseline"], row["Baseline's NDCG@10"]) == ("Markov", 1.0)
    assert (row["Epochs"], row["Minutes"], row["Memory (GiB)"]) == (1.0, 2 / 60, 99 / 1024)
    assert rows.loc[name_run(failed), "State"] == "failed"


def test_two_runs_are_compared_and_what_differs_is_told(workspace: Workspace, log: BehaviourLog):
    first = make_run(workspace, log)
    second = make_run(workspace, log, epochs=9, exclude_seen=True)
    app = open_log(log)
    app.multiselect(key="runs").set_value([name_run(first), name_run(second)]).run()
    assert not app.exception
    _, differing, tested = (table.value for table in app.dataframe)
    assert differing["Choice"].tolist() == ["Epochs at most", "Leave out seen items"]
    assert differing[name_run(second)].tolist() == ["9", "yes"]
    assert {name_run(first), name_run(second)} < set(tested["Model"])
    assert "Markov (best baseline)" in set(tested["Model"])
    assert "are not comparable" in texts(app).replace("\\", "")
    assert len(app.get("plotly_chart")) == 1


def test_the_run_in_the_address_is_shown(workspace: Workspace, log: BehaviourLog):
    old, _ = make_run(workspace, log), make_run(workspace, log)
    app = open_log(log, run=old.run_id)
    assert app.multiselect(key="runs").value == [name_run(old)]


def test_delete_really_deletes(workspace: Workspace, log: BehaviourLog):
    run = make_run(workspace, log)
    app = open_log(log)
    app.button(key=f"delete-{run.run_id}").click().run()
    assert not app.exception
    assert not run.folder.exists()
    assert list_runs(workspace, log.log_id) == []


def test_a_damaged_run_is_told_deleted_and_hides_no_other(workspace: Workspace, log: BehaviourLog):
    damaged, whole = make_run(workspace, log), make_run(workspace, log)
    path = damaged.folder / "config.json"
    path.write_text(path.read_text().replace('"epochs": 2', '"epochs": 0'))
    app = open_log(log)
    assert "epochs is 0; choose a value from 1 to 1000" in texts(app).replace("\\", "")
    assert app.dataframe[0].value["Run"].tolist() == [name_run(whole)]
    app.button(key=f"delete-{damaged.run_id}").click().run()
    assert not damaged.folder.exists()


def test_a_run_that_goes_is_stopped_and_one_that_waits_taken_out(
    workspace: Workspace, log: BehaviourLog
):
    going, waiting = make_run(workspace, log), make_run(workspace, log)
    for run in (going, waiting):
        (run.folder / "evaluation.json").unlink()
        start_job(run.folder, SLEEPER, in_turn=True)
    try:
        wait_for(going.folder, JobStatus.RUNNING)
        app = open_log(log, run=waiting.run_id)
        assert "Queued, starts by itself after 1 training" in texts(app)
        assert "resume-" + waiting.run_id not in {button.key for button in app.button}
        app.button(key=f"stop-{waiting.run_id}").click().run()
        state = waiting.state()
        assert state is not None
        assert state.status is JobStatus.STOPPED
        app = open_log(log, run=going.run_id)
        app.button(key=f"stop-{going.run_id}").click().run()
        assert stop_requested(going.folder)
    finally:
        for run in (going, waiting):
            cancel_job(run.folder)


def test_language_models_stand_beside_each_other_with_what_was_not_measured(
    workspace: Workspace, store_csv: StoreCsv
):
    lines = csv_of(HISTORIES).splitlines()
    titled = [f"{lines[0]},title", *(f"{line},A {line.split(',')[1]}" for line in lines[1:])]
    log = store_csv("\n".join(titled))
    ranks = Ranks((1, 2, 11), (1, 20))
    trial = Trial(INSTALLED, ranks, Ranks((1, 1, 1), (1, 1)), 1000, 2.0, 512.0, 4, 1.0)
    write_trial(workspace, log.log_id, trial)
    write_baselines(workspace, log.log_id, {"Decayed Markov": Ranks((1, 1, 3), (20, 20))})
    folder = backbone_folder(workspace, "made-123456")
    folder.mkdir(parents=True)
    learning = Learning("LoRA", 10, 100, 30, 4.0, 700.0, kept_back=True)
    write_made(folder, MadeBackbone(folder, INSTALLED, "taught", log.log_id, 1.0, learning))
    app = open_log(log)
    rows = app.dataframe[-1].value.set_index("State")
    assert list(rows.index) == [
        "Untuned", "Frozen + head", "LoRA, 30 steps (123456)", "Decayed Markov",
    ]  # fmt: skip
    assert "kept back: among so few, ten places say nothing" in texts(app).replace("\\", "")
    assert rows.loc["Frozen + head", "Weights that learn"] == 1000
    taught = rows.loc["LoRA, 30 steps (123456)"]
    assert (taught["Weights that learn"], taught["Share of all (%)"]) == (10, 10)
    assert rows["Known items: NDCG@10"].isna().tolist() == [False, False, True, False]
    assert app.selectbox(key="backbone-trial-of").value == str(folder)
    assert app.get("plotly_chart")
