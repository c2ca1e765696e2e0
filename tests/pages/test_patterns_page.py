import pytest
from streamlit.testing.v1 import AppTest

from seqrec.jobs.launcher import cancel_job
from seqrec.jobs.state import JobState, JobStatus, write_state
from seqrec.log.behaviour_log import BehaviourLog, load_sequences
from seqrec.mining.store import read_summary
from seqrec.workspace import Workspace
from tests import oracles
from tests.conftest import StoreCsv
from tests.pages.app import open_page, texts
from tests.pages.mining import SHOP, csv_of, settle

PAGE = "pages/explore/patterns.py"


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv(csv_of(SHOP))


def open_settled(workspace: Workspace, log: BehaviourLog) -> AppTest:
    return settle(open_page(PAGE, log=log.log_id), workspace.home)


def slide(app: AppTest, log: BehaviourLog, count: int) -> AppTest:
    app.select_slider(key=f"patterns-min-{log.log_id}").set_value(count)
    return app.button(key="patterns-mine").click().run()


@pytest.mark.usefixtures("workspace")
def test_without_a_log_the_page_leads_home():
    app = open_page(PAGE)
    assert not app.exception
    assert "There is no log yet" in texts(app)


def test_first_visit_mines_and_answers_in_words(workspace: Workspace, log: BehaviourLog):
    app = open_settled(workspace, log)
    assert not app.exception
    assert "66.7% of users had tea, later milk (n = 8 of 12 users)" in texts(app)
    summary = read_summary(next(workspace.home.glob("mined/*/*")))
    histories = [load_sequences(log).history(row).tolist() for row in range(12)]
    expected = oracles.mine_patterns(histories, summary.min_count, 2)
    assert app.metric[0].value == str(len(expected))
    frame = app.dataframe[0].value
    assert frame["Users"].tolist() == sorted(expected.values(), reverse=True)


def test_another_threshold_is_mined_on_mine(workspace: Workspace, log: BehaviourLog):
    app = slide(open_settled(workspace, log), log, 8)
    app = settle(app, workspace.home)
    assert app.metric[0].value == "1"
    assert app.metric[3].value == "8"
    assert len(list(workspace.home.glob("mined/*/*"))) == 2


def test_nothing_frequent_says_what_to_lower(workspace: Workspace, log: BehaviourLog):
    app = settle(slide(open_settled(workspace, log), log, 12), workspace.home)
    assert not app.exception
    assert "No pattern occurs in 12 of 12 users. The most frequent item occurs in 10" in texts(app)


def pick(app: AppTest, log: BehaviourLog, side: str, item: str) -> AppTest:
    return app.multiselect(key=f"patterns-{side}-{log.log_id}").set_value([item]).run()


def test_items_filter_without_mining(workspace: Workspace, log: BehaviourLog):
    app = pick(open_settled(workspace, log), log, "contain", "tea")
    everywhere = app.dataframe[0].value["Pattern"].tolist()
    assert all("tea" in pattern for pattern in everywhere)
    app = pick(app, log, "end", "milk")
    ends = app.dataframe[0].value["Pattern"].tolist()
    assert ends == [pattern for pattern in everywhere if pattern.endswith("milk")]
    app = pick(app, log, "start", "bun")
    assert not app.exception
    assert "None of the patterns has these items" in texts(app)
    assert len(list(workspace.home.glob("mined/*/*"))) == 1


def test_wide_open_threshold_is_refused_and_the_suggestion_works(
    workspace: Workspace, store_csv: StoreCsv
):
    letters = [f"item {place}" for place in range(40)]
    log = store_csv(csv_of([letters * 2] * 2 + [letters[:4]] * 10))
    app = settle(slide(open_settled(workspace, log), log, 1), workspace.home)
    assert "a minimum support of 1 user would give about" in texts(app).replace("\\", "")
    suggestion = next(b for b in app.button if b.label.startswith("Use the suggested"))
    suggestion.click().run()
    app = settle(app, workspace.home)
    assert not app.exception
    assert app.metric


def test_cancelled_job_can_be_mined_again(workspace: Workspace, log: BehaviourLog):
    app = open_settled(workspace, log)
    folder = next(workspace.home.glob("mined/*/*"))
    cancel_job(folder)
    write_state(folder, JobState(JobStatus.STOPPED, "Cancelled"))
    app.run()
    assert "Mining was cancelled." in texts(app)
    next(b for b in app.button if b.label == "Mine again").click().run()
    app = settle(app, workspace.home)
    assert app.metric, texts(app)


def test_failed_job_shows_its_error_and_log(workspace: Workspace, log: BehaviourLog):
    app = open_settled(workspace, log)
    folder = next(workspace.home.glob("mined/*/*"))
    write_state(folder, JobState(JobStatus.FAILED, "Failed", error="the disk is full"))
    app.run()
    assert app.error[0].value == "the disk is full"
    assert app.code
