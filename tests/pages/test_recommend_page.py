import pytest
from streamlit.testing.v1 import AppTest

from seqrec.log.behaviour_log import BehaviourLog
from seqrec.training.run import Run
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.pages.app import open_page, texts
from tests.pages.mining import csv_of
from tests.pages.training import HISTORIES, make_run

PAGE = "pages/model/recommend.py"


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv(csv_of(HISTORIES))


@pytest.fixture
def run(workspace: Workspace, log: BehaviourLog) -> Run:
    return make_run(workspace, log)


def open_user(run: Run, user: str) -> AppTest:
    app = open_page(PAGE, log=run.log_id, run=run.run_id, user=user)
    assert not app.exception
    return app


@pytest.mark.usefixtures("workspace")
def test_without_a_log_the_page_leads_home():
    app = open_page(PAGE)
    assert not app.exception
    assert "There is no log yet" in texts(app)


def test_without_a_finished_run_the_page_leads_to_training(log: BehaviourLog):
    app = open_page(PAGE, log=log.log_id)
    assert not app.exception
    assert "No model has been trained on this log yet." in texts(app)


def test_a_user_has_history_and_lists_of_three_models(run: Run):
    # u00: tea milk jam bun tea milk, of which the last is hidden.
    app = open_user(run, "u00")
    told = texts(app)
    assert "What came next: milk. Its rank among 4 items: Transformer 1 (hit), Markov 1" in told
    assert "Event 6 is hidden from the models" in told
    history, *lists = [frame.value for frame in app.dataframe][:4]
    assert history["title"].tolist() == ["milk", "tea", "bun", "jam", "milk", "tea"]
    for name in ("Transformer", "Markov", "Popularity"):
        assert f"**{name}** recommends" in told
    assert len(lists) == 3
    assert lists[0]["title"][0] == lists[1]["title"][0] == "milk"
    assert lists[0]["note"][0] == "hit, seen"


def test_what_comes_next_has_nothing_hidden(run: Run):
    app = open_user(run, "u00")
    app.segmented_control(key="view").set_value("The one that comes next").run()
    assert not app.exception
    assert "All 6 events are known to the models." in texts(app)
    assert "What came next" not in texts(app)
    assert app.dataframe[2].value["title"][0] == "jam"


def test_an_unknown_user_is_told(run: Run):
    app = open_user(run, "nobody")
    assert "the log has no user 'nobody'" in texts(app).replace("\\", "")


def test_a_user_without_a_list_is_told(run: Run):
    app = open_user(run, "u12")
    assert "This user has no list here" in texts(app)
    assert "recommends" not in texts(app).replace("recommend next", "")


def test_a_drawn_user_is_shown(run: Run):
    app = open_user(run, "u12")
    app.button(key="draw-user").click().run()
    assert not app.exception
    assert "What came next" in texts(app)
