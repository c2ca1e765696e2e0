"""Spark on the Patterns and Rules pages: offered where it is installed, refused in words."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.sections import engine_controls
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.pages.app import open_page, texts
from tests.pages.mining import SHOP, csv_of, settle

PAGES = {"patterns": "pages/explore/patterns.py", "rules": "pages/explore/rules.py"}


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv(csv_of(SHOP))


def said(app: AppTest) -> str:
    # Messages are escaped for Markdown.
    return texts(app).replace("\\", "")


def open_with(
    workspace: Workspace, log: BehaviourLog, page: str, monkeypatch: pytest.MonkeyPatch
) -> AppTest:
    monkeypatch.setattr(engine_controls, "spark_is_here", lambda: True)
    return settle(open_page(PAGES[page], log=log.log_id), workspace.home)


@pytest.mark.parametrize("page", list(PAGES))
def test_spark_is_not_offered_where_it_is_not_installed(
    workspace: Workspace, log: BehaviourLog, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_controls, "spark_is_here", lambda: False)
    app = settle(open_page(PAGES[page], log=log.log_id), workspace.home)
    assert not app.exception
    assert "Spark" not in texts(app)
    assert not [toggle for toggle in app.toggle if "Spark" in toggle.label]


@pytest.mark.parametrize("page", list(PAGES))
def test_a_wrong_address_is_refused_and_the_cost_is_said(
    workspace: Workspace, log: BehaviourLog, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_with(workspace, log, page, monkeypatch)
    assert "Spark takes 50 s where this machine takes 4" in texts(app)
    app.toggle(key=f"{page}-spark").set_value(True)
    app.text_input(key=f"{page}-spark-url").set_value("http://host")
    app.button(key=f"{page}-mine").click().run()
    assert not app.exception
    assert "the address of Spark is 'http://host'; expected local[2]" in said(app)
    assert len(list(workspace.home.glob("mined/*/*"))) == 1


def test_what_spark_lacks_is_refused_on_the_page(
    workspace: Workspace, log: BehaviourLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_with(workspace, log, "patterns", monkeypatch)
    app.toggle(key="patterns-spark").set_value(True)
    app.number_input(key="patterns-gap").set_value(0)
    app.button(key="patterns-mine").click().run()
    assert not app.exception
    assert "Spark cannot do this: it knows no limits of gap or time" in said(app)
    assert len(list(workspace.home.glob("mined/*/*"))) == 1
