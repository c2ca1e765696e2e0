import time

import pytest
from streamlit.testing.v1 import AppTest

from seqrec.jobs.state import JobState, JobStatus, write_state
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.training import search as searches
from seqrec.training.run import BASELINES_FILE
from seqrec.training.search import (
    IMPORTANCE_FILE,
    Search,
    SearchConfig,
    Trial,
    append_trial,
    create_search,
    list_searches,
)
from seqrec.workspace import Workspace, write_json
from tests.conftest import StoreCsv
from tests.pages.app import open_page, texts
from tests.pages.mining import csv_of
from tests.pages.training import HISTORIES

PAGE = "pages/model/search.py"
VARY = ("learning_rate", "n_blocks")


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

    monkeypatch.setattr(searches, "start_job", finish_at_once)
    return modules


def make_search(workspace: Workspace, log: BehaviourLog, status: JobStatus) -> Search:
    search = create_search(workspace, log, SearchConfig(vary=VARY))
    for number, (end, ndcg) in enumerate([("finished", 0.2), ("pruned", 0.1), ("finished", 0.3)]):
        choices = {"learning_rate": 0.001 * (number + 1), "n_blocks": number + 1}
        append_trial(search.folder, Trial(number, end, ndcg, 20.0, choices))
    append_trial(search.folder, Trial(3, "failed", None, 1.0, {"n_blocks": 4}, "no number"))
    write_json(search.folder / BASELINES_FILE, {"Markov": 0.25})
    write_json(search.folder / IMPORTANCE_FILE, {"learning_rate": 0.75, "n_blocks": 0.25})
    error = "the worker process ended without a word" if status is JobStatus.FAILED else None
    write_state(search.folder, JobState(status, error=error, updated_at=time.time()))
    return search


def open_log(log: BehaviourLog, **query: str) -> AppTest:
    app = open_page(PAGE, log=log.log_id, **query)
    assert not app.exception
    return app


@pytest.mark.usefixtures("workspace")
def test_without_a_log_the_page_leads_home():
    assert "There is no log yet" in texts(open_page(PAGE))


def test_a_search_is_started_as_chosen(workspace: Workspace, log: BehaviourLog, started: list[str]):
    app = open_log(log)
    assert "Nothing has been searched for on this log yet." in texts(app)
    assert "a trial at most about" in texts(app)
    app.number_input(key="search-trials").set_value(7)
    app.multiselect(key="search-vary").set_value(["dropout"]).run()
    line = next(code.value for code in app.code if "seqrec.search" in code.value)
    assert line.endswith("--preset quick --trials 7 --minutes 30 --vary dropout")
    app.button(key="start-search").click().run()
    assert not app.exception
    assert started == ["seqrec.training.search_worker"]
    (search,) = list_searches(workspace, log.log_id)
    assert (search.config.trials, search.config.vary) == (7, ("dropout",))
    assert app.query_params["search"] == search.search_id


def test_a_choice_that_cannot_be_is_told_and_cannot_start(log: BehaviourLog):
    app = open_log(log)
    app.number_input(key="search-trials").set_value(0).run()
    assert "trials is 0; choose a value from 1 to 1000" in texts(app).replace("\\", "")
    assert "start-search" not in {button.key for button in app.button}


def test_a_finished_search_shows_its_picture_and_leads_to_train(
    workspace: Workspace, log: BehaviourLog
):
    search = make_search(workspace, log, JobStatus.FINISHED)
    app = open_log(log, search=search.search_id)
    told = texts(app).replace("\\", "")
    assert "4 trials in 1.0 minutes, 1 of them given up early." in told
    assert "The best is trial 3: validation NDCG@10 0.3000, +50.0% against the first" in told
    assert "above the best baseline (Markov 0.2500)" in told
    assert len(app.get("plotly_chart")) == 2
    rows = app.dataframe[0].value
    assert rows["Trial"].tolist() == [3, 1, 2, 4]
    assert rows["Why it failed"].tolist()[-1] == "no number"
    assert "Train the best" in {link.label for link in app.get("page_link")}


def test_a_failed_search_says_why_resumes_and_is_deleted(
    workspace: Workspace, log: BehaviourLog, started: list[str]
):
    search = make_search(workspace, log, JobStatus.FAILED)
    app = open_log(log)
    assert "the worker process ended without a word" in texts(app)
    app.button(key="resume-search").click().run()
    assert started == ["seqrec.training.search_worker"]
    app = open_log(log)
    app.button(key="delete-search").click().run()
    assert not app.exception
    assert not search.folder.exists()


def test_one_of_several_searches_is_chosen(workspace: Workspace, log: BehaviourLog):
    old, new = (make_search(workspace, log, JobStatus.FINISHED) for _ in range(2))
    app = open_log(log)
    picker = next(box for box in app.selectbox if box.label == "Search")
    assert picker.value == new.search_id
    picker.set_value(old.search_id).run()
    assert not app.exception
    assert app.query_params["search"] == old.search_id


def test_the_best_of_a_search_is_where_train_starts(workspace: Workspace, log: BehaviourLog):
    search = make_search(workspace, log, JobStatus.FINISHED)
    app = open_page("pages/model/train.py", log=log.log_id, start=search.search_id)
    assert not app.exception
    rate = app.number_input(key=f"train-learning_rate-{search.search_id}")
    assert rate.value == pytest.approx(0.003)
