from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from seqrec.jobs.state import JobState, JobStatus, write_state
from seqrec.jobs.worker import JobReporter
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining import interest_store, interest_worker, store, worker
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.pages.app import open_page, texts
from tests.pages.mining import SHOP, csv_of

PAGE = "pages/explore/patterns.py"
CATEGORIES = {"tea": "drink", "milk": "drink", "jam": "food", "bun": ""}


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    """The shop, with categories: tea and milk are drinks, jam is food, bun is nothing."""
    head, *rows = csv_of(SHOP).splitlines()
    named = [f"{row},{CATEGORIES[row.split(',')[1]]}" for row in rows]
    return store_csv("\n".join([f"{head},category", *named]) + "\n")


@pytest.fixture(autouse=True)
def jobs_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs run here before the page goes on, which is quicker than processes of their own."""
    work = {store.WORKER: worker.mine, interest_store.WORKER: interest_worker.weigh}

    def start(folder: Path, module: str) -> bool:
        reporter = JobReporter(folder)
        work[module](reporter)
        reporter.end(JobStatus.FINISHED)
        return True

    for module in (store, interest_store):
        monkeypatch.setattr(module, "start_job", start)


def open_interests(log: BehaviourLog, **query: str) -> AppTest:
    app = open_page(PAGE, log=log.log_id, **{"patterns-view": "Interests", **query})
    assert not app.exception
    return app


def frame_with(app: AppTest, column: str):
    return next(one.value for one in app.dataframe if column in one.value)


def test_first_interests_of_all_users_are_counted(log: BehaviourLog):
    app = open_interests(log)
    # Food tells log2(25 / 6) bits, drinks log2(25 / 18), a quarter of that: the six who show food
    # at all have it first, though four of them have two drinks beside it.
    told = texts(app)
    assert "food is the first category of 60.0% of users (n = 6 of 10 users who show any)" in told
    said = {metric.label: metric.value for metric in app.metric}
    assert (said["Users with patterns"], said["Users with categories"]) == ("10", "10")
    app.segmented_control(key="interests-kind").set_value("Patterns").run()
    assert not app.exception
    assert "is the first pattern of" in texts(app)


def test_each_user_has_a_row_and_one_is_looked_at(log: BehaviourLog):
    app = open_interests(log)
    frame = frame_with(app, "Category 1")
    assert frame["User"].tolist() == [f"u{row:02}" for row in range(10)]
    assert frame["Category 2"].tolist()[4] == ""  # tea, bun, milk: nothing but drinks
    assert "User u00: " in texts(app)
    app.selectbox(key=f"interests-user-{log.log_id}").set_value("u08").run()
    assert not app.exception
    # Jam, then tea: their only pattern.
    assert "User u08: 100% of the interest in patterns is in jam, later tea (once)" in texts(app)
    assert frame_with(app, "Times the log's share")["Interest"].tolist()[0] == "jam, later tea"


def test_rare_interests_are_left_out_of_downloads(log: BehaviourLog):
    app = open_interests(log)
    # Of all patterns and categories, ten users or more show drinks alone.
    labels = [button.label for button in app.get("download_button")]
    assert "Download 10 interests (CSV)" in labels
    assert "interests of fewer than 10 users are left out of downloads" in texts(app)


def test_an_unknown_user_and_one_without_interests_are_told(log: BehaviourLog):
    app = open_interests(log, **{f"interests-user-{log.log_id}": "nobody"})
    assert "the log has no user 'nobody'" in texts(app).replace("\\", "")
    app = open_interests(log, **{f"interests-user-{log.log_id}": "u11"})
    told = texts(app)
    assert "User u11: shows none of the 8 patterns; shows none of the 2 categories." in told


def test_another_half_life_is_weighed_by_a_job_of_its_own(workspace: Workspace, log: BehaviourLog):
    app = open_interests(log)
    app.number_input(key="interests-half-events").set_value(1).run()
    assert not app.exception
    assert "is the first category of" in texts(app)
    assert len(list(workspace.home.glob("mined/*/interests*"))) == 2


def test_without_categories_patterns_are_all_there_is(store_csv: StoreCsv):
    app = open_interests(store_csv(csv_of(SHOP)))
    assert "is the first pattern of" in texts(app)
    assert "Category 1" not in frame_with(app, "Pattern 1")


def test_nothing_mined_says_what_to_do(store_csv: StoreCsv):
    app = open_interests(store_csv(csv_of([["a"], ["b"]])))
    assert "There is nothing to be interested in: no pattern was found" in texts(app)


def test_a_cancelled_and_a_failed_job_can_start_again(workspace: Workspace, log: BehaviourLog):
    app = open_interests(log)
    folder = next(workspace.home.glob("mined/*/interests*"))
    write_state(folder, JobState(JobStatus.FAILED, "Failed", error="the disk is full"))
    assert app.run().error[0].value == "the disk is full"
    write_state(folder, JobState(JobStatus.STOPPED, "Cancelled"))
    app.run()
    assert "Weighing was cancelled." in texts(app)
    app.button(key="interests-again").click().run()
    assert "is the first category of" in texts(app)
