import pytest

from pages.sections.report_choice import EVALUATION, LOG, STORIES, TRAINING
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.pages.app import open_page, texts
from tests.pages.mining import SHOP, csv_of, settle
from tests.pages.training import HISTORIES, make_run

PAGE = "pages/share/report.py"


@pytest.fixture
def shop(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv(csv_of(SHOP))


@pytest.mark.usefixtures("workspace")
def test_without_a_log_the_page_leads_home():
    app = open_page(PAGE)
    assert not app.exception
    assert "There is no log yet" in texts(app)


def test_what_is_not_there_yet_is_named_and_not_offered(shop: BehaviourLog):
    app = open_page(PAGE, log=shop.log_id)
    assert not app.exception
    said = texts(app)
    assert "Not there yet: patterns (open Patterns), rules (open Rules), a trained model" in said
    offered = app.button_group(key="report-sections").options
    assert LOG in offered
    assert STORIES not in offered


def test_patterns_of_few_users_are_left_out_unless_asked_for(
    workspace: Workspace, shop: BehaviourLog
):
    settle(open_page("pages/explore/patterns.py", log=shop.log_id), workspace.home)
    app = open_page(PAGE, log=shop.log_id)
    assert not app.exception
    assert "that fewer than 10 users show are left out" in texts(app)
    assert "of users had tea, later milk" not in texts(app)
    app = app.toggle(key="report-rare").set_value(True).run()
    assert not app.exception
    assert "66.7% of users had tea, later milk (n = 8 of 12 users)." in texts(app)


def test_users_are_numbered_unless_they_may_be_named(workspace: Workspace, store_csv: StoreCsv):
    log = store_csv(csv_of(HISTORIES))
    make_run(workspace, log)
    app = open_page(PAGE, log=log.log_id)
    assert not app.exception
    said = texts(app).replace("\\", "")
    assert "User 1: the newest of 6 events. The newest event was hidden" in said
    assert "User u" not in said
    offered = app.button_group(key="report-sections").options
    assert {TRAINING, EVALUATION, STORIES} <= set(offered)
    app = app.toggle(key="report-ids").set_value(True).run()
    assert "User u" in texts(app)


def test_no_section_asks_for_one(shop: BehaviourLog):
    app = open_page(PAGE, log=shop.log_id)
    app.button_group(key="report-sections").set_value([]).run()
    assert "Choose at least one section" in texts(app)
