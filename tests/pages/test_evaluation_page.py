import pytest
from streamlit.testing.v1 import AppTest

from seqrec.evaluation.labels import MARKOV_LABELS, MOST_FREQUENT
from seqrec.jobs.state import JobState, JobStatus, write_state
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.training.run import (
    EVALUATION_FILE,
    TARGETS_BY_TIME_FILE,
    TARGETS_FILE,
    Run,
)
from seqrec.training.time_run import time_folder
from seqrec.workspace import Workspace, read_json, write_json
from tests.conftest import StoreCsv
from tests.pages.app import open_page, texts
from tests.pages.mining import csv_of
from tests.pages.training import HISTORIES, make_run

PAGE = "pages/model/evaluation.py"
STATES = {
    "n_users": 12,
    "models": {
        "Untrained": {"ndcg": 0.1, "hit_rate": 0.2, "mrr": 0.1, "n_users": 12},
        "Fine-tuned": {"ndcg": 0.9, "hit_rate": 1.0, "mrr": 0.9, "n_users": 12},
    },
    "against": {"Untrained": {"ratio": 8.0, "low": 5.0, "high": 12.0, "n_users": 12}},
}
LABELS = {
    "n_users": 12,
    "n_without": 1,
    "n_classes": 2,
    "classes": ["Drink", "Food"],
    "counts": [9, 3],
    "models": {
        name: {
            "accuracy": accuracy,
            "macro_f1": accuracy / 2,
            "weighted_f1": accuracy,
            "precision": [accuracy, None],
            "recall": [1.0, 0.0],
            "f1": [accuracy, 0.0],
        }
        for name, accuracy in (("Transformer", 0.75), (MARKOV_LABELS, 0.5), (MOST_FREQUENT, 0.25))
    },
}


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv(csv_of(HISTORIES))


@pytest.fixture
def run(workspace: Workspace, log: BehaviourLog) -> Run:
    return make_run(workspace, log)


def open_run(run: Run) -> AppTest:
    app = open_page(PAGE, log=run.log_id, run=run.run_id)
    assert not app.exception
    return app


def add_to_evaluation(run: Run, **more: object) -> None:
    write_json(run.folder / EVALUATION_FILE, read_json(run.folder / EVALUATION_FILE) | more)


@pytest.mark.usefixtures("workspace")
def test_without_a_log_the_page_leads_home():
    assert "There is no log yet" in texts(open_page(PAGE))


def test_without_a_finished_run_the_page_leads_to_training(log: BehaviourLog):
    assert "No model has been trained on this log yet." in texts(open_page(PAGE, log=log.log_id))


def test_all_models_are_compared_at_any_length(run: Run):
    # The ring is certain: Markov has the next item first, popularity never.
    app = open_run(run)
    said = texts(app).replace("\\", "")
    assert "ranks best: NDCG@10 1.000" in said
    assert "Means over 12 users, each one's last event held out (leave-last-out)" in said
    frame = app.dataframe[0].value
    assert frame.columns.tolist() == ["Model", "NDCG@10", "HR@10", "Recall@10", "MRR@10"]
    app.select_slider(key="evaluation-k").set_value(1).run()
    assert not app.exception
    frame = app.dataframe[0].value.set_index("Model")
    assert frame.loc["Markov", "HR@1"] == 1.0
    assert frame.loc["Popularity", "HR@1"] < 1.0


def test_two_models_are_compared_in_a_sentence(run: Run):
    app = open_run(run)
    app.selectbox(key="evaluation-base").set_value("Markov").run()
    app.selectbox(key="evaluation-other").set_value("Transformer").run()
    assert not app.exception
    assert "Markov and Transformer cannot be told apart on 12 users" in texts(app)


def test_lists_and_kinds_of_users_have_a_table_each(run: Run):
    app = open_run(run)
    tables = [frame.value for frame in app.dataframe]
    assert any("Coverage" in table and "Gini" in table for table in tables)
    kinds = next(table for table in tables if "Users and targets" in table)
    assert "targets that the user had before" in kinds["Users and targets"].tolist()


def test_the_category_of_the_next_item_has_a_report_by_class(run: Run):
    assert "The log has no categories" in texts(open_run(run))
    add_to_evaluation(run, labels=LABELS)
    app = open_run(run)
    said = texts(app).replace("\\", "")
    assert "Transformer tells the category of the next item for 75.0% of 12 users" in said
    assert "1 users whose next item has no category are left out." in said
    means, by_class = (frame.value for frame in app.dataframe[-2:])
    assert means["Model"].tolist() == ["Transformer", MARKOV_LABELS, MOST_FREQUENT]
    assert by_class["Category"].tolist() == ["Drink", "Food"]
    assert by_class["F1"].tolist() == [0.75, 0.0]
    app.selectbox(key="evaluation-labels").set_value(MARKOV_LABELS).run()
    assert not app.exception
    assert app.dataframe[-1].value["F1"].tolist() == [0.5, 0.0]


def test_before_and_after_training_is_shown_where_it_was_measured(run: Run):
    assert "This run is older than this comparison." in texts(open_run(run))
    add_to_evaluation(run, before_after=STATES)
    frame = open_run(run).dataframe[-1].value
    assert frame["State"].tolist() == ["Untrained", "Fine-tuned"]
    assert frame["Training is ahead by"][0] == "500% to 1200%"


def test_the_split_by_time_stands_beside_or_says_why_not(run: Run):
    add_to_evaluation(run, by_time_missing="the log has no times")
    app = open_run(run)
    app.segmented_control(key="protocol").set_value("What came after a moment").run()
    assert not app.exception
    assert "the log has no times" in texts(app).replace("\\", "")
    found = read_json(run.folder / EVALUATION_FILE)
    models = {name: own for name, own in found["models"].items() if name != "Transformer"}
    add_to_evaluation(run, by_time=found | {"split": "global time", "models": models})
    (run.folder / TARGETS_BY_TIME_FILE).write_bytes((run.folder / TARGETS_FILE).read_bytes())
    app.run()
    assert not app.exception
    said = texts(app).replace("\\", "")
    assert "each one's first event after a moment" in said
    assert "The transformer has no row" in said
    (button,) = (button for button in app.button if button.key == "by-time-start")
    assert button.label == "Train the transformer on what came before (about 2 s)"


def test_trained_on_what_came_before_the_transformer_has_a_row(run: Run):
    found = read_json(run.folder / EVALUATION_FILE)
    add_to_evaluation(run, by_time=found | {"split": "global time"})
    folder = time_folder(run)
    folder.mkdir(parents=True)
    trained = {**found, "split": "global time", "fit_s": {"Transformer": 90.0}}
    write_json(folder / EVALUATION_FILE, trained)
    write_state(folder, JobState(JobStatus.FINISHED))
    (folder / TARGETS_BY_TIME_FILE).write_bytes((run.folder / TARGETS_FILE).read_bytes())
    app = open_run(run)
    app.segmented_control(key="protocol").set_value("What came after a moment").run()
    assert not app.exception
    said = texts(app).replace("\\", "")
    assert "trained again on what came before the moment" in said
    assert "in 2 min" in said
    assert not [button for button in app.button if button.key == "by-time-start"]
