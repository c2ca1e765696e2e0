import time

import pytest

from seqrec.log.behaviour_log import list_logs
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.pages.app import open_page, texts

HOME = "pages/explore/home.py"


@pytest.mark.usefixtures("workspace")
def test_first_visit_offers_the_demo_and_an_upload():
    app = open_page(HOME)
    assert not app.exception
    assert [button.label for button in app.button] == ["Open demo", "Upload a log"]


def test_open_demo_stores_the_built_in_log(workspace: Workspace):
    app = open_page(HOME)
    app.button(key="open-demo").click().run()
    deadline = time.monotonic() + 30
    while not list_logs(workspace) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [log.n_events for log in list_logs(workspace)] == [117_795]


def test_stored_logs_are_listed_by_name_as_plain_text(store_csv: StoreCsv):
    store_csv("user,item,time\n1,a,1291193100\n", name="![x](http://evil/x.png)")
    app = open_page(HOME)
    assert "![x](http://evil/x.png)" in [text.value for text in app.text]


def test_a_link_to_a_log_that_is_gone_is_told(store_csv: StoreCsv):
    store_csv("user,item,time\n1,a,1291193100\n")
    app = open_page(HOME, log="0000000000000000")
    assert "there is no log" in texts(app)
